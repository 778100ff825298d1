"""The operator that cuts something down without growing anything."""

import ast

from adrs.proposers.mutator.draft import Draft, Edit, put, put_block
from adrs.proposers.mutator.kinds import Kind
from adrs.proposers.mutator.nodes import literal, number, rounded, same, shown

_LARGEST = 1e12


def simplify(draft: Draft) -> Edit | None:
    """Fold literals, drop a neutral operation, or unwrap an `if`."""
    edits = []
    for place in draft.survey.places:
        new = None if place.wants is Kind.OTHER or place.indexing else folded(place.node)
        if new is not None:
            edits.append(put(place, new, f"simplified {shown(place.node)} to {shown(new)}"))
    for block in draft.survey.blocks:
        for index, node in enumerate(block.statements):
            for branch in branches(node):
                rest = [*block.statements[:index], *branch, *block.statements[index + 1 :]]
                assert isinstance(node, ast.If)
                which = "if" if branch is node.body else "else"
                note = f"kept only the {which} branch of if {shown(node.test)}"
                edits.append(put_block(block, rest, note, rebinds=True))
    return draft.dice.pick(edits) if edits else None


def branches(node: ast.stmt) -> list[list[ast.stmt]]:
    """Return the branches of an `if` that could stand in its place."""
    if not isinstance(node, ast.If):
        return []
    return [node.body, node.orelse] if node.orelse else [node.body]


def folded(node: ast.expr) -> ast.expr | None:
    """Return a simpler expression of the same value, None when there is none at hand."""
    if isinstance(node, ast.BinOp):
        return _folded_binary(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.UnaryOp):
        twice = type(node.op) is type(node.operand.op) and isinstance(node.op, ast.Not | ast.USub)
        return node.operand.operand if twice else None
    if isinstance(node, ast.IfExp) and same(node.body, node.orelse):
        return node.body
    if isinstance(node, ast.BoolOp) and same(node.values[0], node.values[1]):
        return node.values[0] if len(node.values) == 2 else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        twins = len(node.args) == 2 and same(node.args[0], node.args[1]) and not node.keywords
        return node.args[0] if twins and node.func.id in ("min", "max") else None
    return None


def _folded_binary(node: ast.BinOp) -> ast.expr | None:
    left, right = literal(node.left), literal(node.right)
    if left is not None and right is not None:
        return _computed(left, node.op, right)
    neutral = 0 if isinstance(node.op, ast.Add | ast.Sub) else 1
    if right == neutral and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
        return node.left
    if left == neutral and isinstance(node.op, ast.Add | ast.Mult):
        return node.right
    return None


def _computed(left: float, op: ast.operator, right: float) -> ast.expr | None:
    if max(abs(left), abs(right)) > _LARGEST:
        return None
    match op:
        case ast.Add():
            value = left + right
        case ast.Sub():
            value = left - right
        case ast.Mult():
            value = left * right
        case ast.Div() if right:
            value = left / right
        case _:
            return None
    return number(rounded(value) if isinstance(value, float) else value)
