"""One program, read once: its region, its text, and what holds around the region."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from adrs.core.program import (
    REGION_END,
    REGION_START,
    EvolveRegion,
    evolve_region,
    parsed,
    parsed_id,
)
from adrs.core.vocabulary import Vocabulary
from adrs.proposers.mutator.inference import infer
from adrs.proposers.mutator.nodes import FUNCTIONS, Needs, dotted, needs, size, walked
from adrs.proposers.mutator.places import Place
from adrs.proposers.mutator.render import (
    Sheet,
    first_line,
    last_line,
    split_lines,
    write_region,
)
from adrs.proposers.mutator.scope import (
    BUILTINS,
    Facts,
    Scope,
    class_members,
    inner_blocks,
    module_scope,
)
from adrs.proposers.mutator.survey import StatementWalk, Survey, survey

_LEAF_SIZE = 12
_READ = (ast.Name, ast.Attribute, ast.Subscript)


class Leaf(NamedTuple):
    """A name, attribute or item that the region reads, and what it needs in scope."""

    node: ast.expr
    needs: Needs


class UnsuitableRegionError(ValueError):
    """The region is not a run of whole statements of one block; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What the mutator knows of a program.

    Attributes:
        region: the region's statements as a tree of their own.
        survey: what is in the region.
        leaves: the distinct names, attributes and items that the region reads.
        facts: of the whole program.
        scope: scope before the region.
        rest: the statements behind the region in its own and the enclosing blocks.
        sheet: the program's text.
        cut: the text cut at the region.
        nodes: how many syntax nodes the whole program has.
    """

    region: ast.Module
    survey: Survey
    leaves: Sequence[Leaf]
    facts: Facts
    scope: Scope
    rest: Sequence[ast.stmt]
    sheet: Sheet
    cut: EvolveRegion
    nodes: int

    def look(self, region: ast.Module) -> Survey:
        """Survey another body for the region."""
        return survey(region, self.scope, self.facts, self.rest)

    def text(self, region: ast.Module) -> str:
        """Return the whole program with another body for the region.

        Raises:
            SyntaxError: the text would hold another region marker.
            SyntaxError, ValueError, RecursionError, MemoryError: it does not parse (`UNPARSABLE`).
        """
        body = write_region(self.region.body, region.body, self.sheet)
        source = self.cut.with_body(body)
        if any(line.strip() in (REGION_START, REGION_END) for line in body.splitlines()):
            raise SyntaxError("an edit would write a region marker")
        parsed_id(source)  # remembered, so that whoever asks for the id need not parse it again
        return source


def outline_of(source: str, vocabulary: Vocabulary) -> Outline:
    """Read a program.

    Raises:
        ProblemError: the markers are broken.
        UnsuitableRegionError: the region is empty or cuts through a statement.
        SyntaxError, ValueError, RecursionError, MemoryError: the text does not parse.
    """
    cut = evolve_region(source, where="parent")
    tree = parsed(source)
    head = split_lines(cut.head)
    sheet = Sheet(
        lines=tuple(split_lines(source)),
        first=len(head) + 1,
        last=len(head) + len(split_lines(cut.body)),
    )
    nodes = walked(tree)
    facts = Facts(
        envs=infer(tree, vocabulary),
        members=class_members(
            (node for node in nodes if isinstance(node, ast.ClassDef)),
            [*vocabulary.numeric, *vocabulary.booleans],
        ),
        frozen=frozenset(vocabulary.frozen),
        walrus=frozenset(node.target.id for node in nodes if isinstance(node, ast.NamedExpr)),
    )
    found = _locate(tree, sheet, facts)
    region = ast.Module(body=list(found.statements), type_ignores=[])
    surveyed = survey(region, found.scope, facts, found.rest)
    return Outline(
        region=region,
        survey=surveyed,
        leaves=_leaves(surveyed.places),
        facts=facts,
        scope=found.scope,
        rest=found.rest,
        sheet=sheet,
        cut=cut,
        nodes=len(nodes),
    )


def _leaves(places: Sequence[Place]) -> tuple[Leaf, ...]:
    distinct: dict[str, ast.expr] = {}
    for place in places:
        node = place.node
        if not isinstance(node, _READ) or dotted(node) in distinct or size(node) > _LEAF_SIZE:
            continue
        distinct.setdefault(dotted(node) or ast.unparse(node), node)
    leaves = (Leaf(node, needs(node)) for node in distinct.values())
    return tuple(leaf for leaf in leaves if not leaf.needs.names <= BUILTINS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Located:
    statements: Sequence[ast.stmt]
    scope: Scope
    rest: Sequence[ast.stmt]


def _locate(tree: ast.Module, sheet: Sheet, facts: Facts) -> _Located:
    """Find the innermost block that holds the whole region, and the scope before the region."""
    walk = StatementWalk(facts)
    block: Sequence[ast.stmt] = tree.body
    scope = module_scope(tree, facts)
    behind: list[ast.stmt] = []
    while True:
        touched = [node for node in block if _touches(node, sheet)]
        if not touched:
            raise UnsuitableRegionError("the evolve region holds no statement")
        start = block.index(touched[0])
        for node in block[:start]:
            scope = walk.behind(node, scope)
        following = block[start + len(touched) :]
        if all(_inside(node, sheet) for node in touched):
            return _Located(statements=touched, scope=scope, rest=(*following, *behind))
        if len(touched) > 1:
            raise UnsuitableRegionError("the evolve region cuts through a statement")
        holding = _holding_block(touched[0], sheet)
        inner = walk.enter(touched[0], holding, scope)
        behind = [] if inner.place != scope.place else [*following, *behind]
        block, scope = holding, inner


def _touches(node: ast.stmt, sheet: Sheet) -> bool:
    return first_line(node) <= sheet.last and last_line(node) >= sheet.first


def _inside(node: ast.stmt, sheet: Sheet) -> bool:
    return first_line(node) >= sheet.first and last_line(node) <= sheet.last


def _holding_block(node: ast.stmt, sheet: Sheet) -> list[ast.stmt]:
    """Return the only block of a compound statement that the region touches."""
    blocks = [node.body] if isinstance(node, (*FUNCTIONS, ast.ClassDef)) else inner_blocks(node)
    touched = [block for block in blocks if any(_touches(child, sheet) for child in block)]
    if not touched:
        raise UnsuitableRegionError("the evolve region holds no statement")
    if len(touched) > 1:
        raise UnsuitableRegionError("the evolve region cuts through a statement")
    return touched[0]
