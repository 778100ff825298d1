"""Places of a program where something can be changed."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from adrs.proposers.mutator.kinds import SCALARS, Kind
from adrs.proposers.mutator.nodes import ENDINGS, Path, is_docstring
from adrs.proposers.mutator.scope import Scope

_EDITABLE = (*SCALARS, Kind.BOOLEAN, Kind.ENUM)


class Place(NamedTuple):
    """An expression of the region. A tuple because hundreds are made for every program.

    Attributes:
        node: the expression.
        path: the way to it from the region.
        wants: what may stand there: NUMBER (any number), INTEGER, BOOLEAN, ENUM; OTHER when the
            expression must stay.
        scope: what is in scope there.
        indexing: whether it is part of an index or of the bounds of a range.
    """

    node: ast.expr
    path: Path
    wants: Kind
    scope: Scope
    indexing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A statement list of a function in the region.

    Attributes:
        path: the way to the node that owns it.
        field: its field of that node.
        statements: the list.
        scopes: the scope before each statement, and after the last.
    """

    path: Path
    field: str
    statements: Sequence[ast.stmt]
    scopes: Sequence[Scope]

    @property
    def list_path(self) -> Path:
        """The way to the list itself."""
        return (*self.path, (self.field, None))

    def gaps(self) -> list[int]:
        """Return the positions where a statement may be inserted and would be reached."""
        first = 1 if self.statements and is_docstring(self.statements[0]) else 0
        return [
            index
            for index in range(first, len(self.statements) + 1)
            if not self.scopes[index].ended
        ]

    def movable(self, index: int) -> bool:
        """Tell whether a statement may be deleted, moved or overwritten."""
        node = self.statements[index]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return False
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal):
            return False
        return not is_docstring(node)


def natural(kind: Kind) -> Kind:
    """Return what may stand where something of this kind stands, when the context does not say."""
    return kind if kind in _EDITABLE else Kind.OTHER


def slot(target: Kind, value: Kind) -> Kind:
    """Return what may be stored in something of kind `target` that is given a `value` now."""
    if value in SCALARS and target in SCALARS:
        return target
    return natural(value)


def ends(statement: ast.stmt) -> bool:
    """Tell whether nothing behind the statement is reached."""
    return isinstance(statement, ENDINGS)
