"""How much code a program would compile to, told without compiling it.

CPython compiles the block of a `finally` for the normal way out and for exceptions, and once more
for every `return`, `break` and `continue` that leaves by it. Blocks in blocks multiply: twenty of
them make a million copies, and of a reply of two kilobytes gigabytes of code.
"""

import ast
from collections.abc import Iterable
from typing import NamedTuple

_EXITS = (ast.Return, ast.Break, ast.Continue)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class _Code(NamedTuple):
    """What a part of a program comes to: syntax nodes, copies included, and ways out of it."""

    nodes: int
    exits: int


def code_size(tree: ast.AST) -> int:
    """Return the number of syntax nodes that a program is compiled from, copies included.

    Raises:
        RecursionError: the tree is too deep.
    """
    return _code(tree).nodes


def _code(node: ast.AST) -> _Code:
    if isinstance(node, ast.Try | ast.TryStar):
        inside = _sum([*node.body, *node.handlers, *node.orelse])
        final = _sum(node.finalbody)
        copies = 2 + inside.exits
        return _Code(1 + inside.nodes + copies * final.nodes, inside.exits + copies * final.exits)
    nodes, exits = _sum(ast.iter_child_nodes(node))
    if isinstance(node, _SCOPES):
        exits = 0  # nothing leaves a function by a block around it
    return _Code(1 + nodes, exits + isinstance(node, _EXITS))


def _sum(nodes: Iterable[ast.AST]) -> _Code:
    parts = [_code(node) for node in nodes]
    return _Code(sum(part.nodes for part in parts), sum(part.exits for part in parts))
