"""Operators on numeric expressions."""

import ast

from adrs.proposers.mutator.draft import Draft, Edit, kind_at, put
from adrs.proposers.mutator.growing import (
    condition,
    constant,
    declared_terms,
    found_leaves,
    found_names,
    leaf,
    numeric,
)
from adrs.proposers.mutator.kinds import SCALARS, Kind
from adrs.proposers.mutator.nodes import (
    binary,
    call,
    divisor,
    dotted,
    literal,
    number,
    shown,
    with_field,
)
from adrs.proposers.mutator.places import Place

_SWAPPED = {"min": "max", "max": "min"}
_REDUCIBLE = frozenset({"min", "max", "abs", "float", "int", "round"})


def insert_term(draft: Draft) -> Edit | None:
    """Combine a number with a term that is in scope."""
    places = draft.places(Kind.NUMBER)
    if not places:
        return None
    place, shape = draft.dice.pick(places), draft.dice.weighted((6, 2, 1, 1, 1))
    term = leaf(draft, place.scope, scalar=shape > 1)
    return None if term is None else _combined(draft, place, term, shape)


def _combined(draft: Draft, place: Place, term: ast.expr, shape: int) -> Edit | None:
    dice, node = draft.dice, place.node
    if shape == 0:
        scaled = binary(constant(draft), ast.Mult(), term)
        op: ast.operator = ast.Add() if dice.chance(0.5) else ast.Sub()
        sign = "+" if isinstance(op, ast.Add) else "-"
        return put(place, binary(node, op, scaled), f"inserted term {sign} {shown(scaled)}")
    if shape == 1:
        scaled = binary(constant(draft), ast.Mult(), term)
        op = ast.Add() if dice.chance(0.5) else ast.Sub()
        factor = binary(number(1.0), op, scaled)
        return put(place, binary(node, ast.Mult(), factor), f"inserted factor {shown(factor)}")
    if shape == 2:
        below = divisor(term)
        return put(place, binary(node, ast.Div(), below), f"inserted divisor {shown(below)}")
    name = "min" if shape == 3 else "max"
    new = call(name, node, term)
    return put(place, new, f"inserted bound {name}(…, {shown(term)})")


def delete_term(draft: Draft) -> Edit | None:
    """Replace an operation by one of its operands."""
    options = [
        (place, kept)
        for place in draft.survey.places
        if place.wants in SCALARS
        for kept in operands(place.node)
        if kind_at(kept, place.scope) in _allowed(place.wants)
    ]
    if not options:
        return None
    place, kept = draft.dice.pick(options)
    return put(place, kept, f"deleted all but {shown(kept)} of {shown(place.node)}")


def operands(node: ast.expr) -> list[ast.expr]:
    """Return the parts of an operation that could stand for the whole."""
    if isinstance(node, ast.BinOp):
        return [node.left] if isinstance(node.op, ast.Pow) else [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.BoolOp):
        return list(node.values)
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.Call) and dotted(node.func) in _REDUCIBLE and not node.keywords:
        return [item for item in node.args if not isinstance(item, ast.Starred)]
    return []


def _allowed(wants: Kind) -> tuple[Kind, ...]:
    return SCALARS if wants is Kind.NUMBER else (Kind.INTEGER,)


def replace_subtree(draft: Draft) -> Edit | None:
    """Replace a number by a grown expression, or a condition by a grown one."""
    places = draft.replaceable(Kind.NUMBER) + draft.replaceable(Kind.BOOLEAN)
    if not places:
        return None
    place = draft.dice.pick(places)
    if place.wants is Kind.BOOLEAN:
        new = condition(draft, place.scope)
    else:
        new = numeric(draft, place.scope, 2)
    return None if new is None else put(place, new, f"replaced {shown(place.node)} by {shown(new)}")


def swap_variable(draft: Draft) -> Edit | None:
    """Replace a number's name by another name in scope."""
    places = [
        place
        for place in draft.replaceable(Kind.NUMBER) + draft.replaceable(Kind.INTEGER)
        if isinstance(place.node, ast.Name | ast.Attribute | ast.Subscript)
    ]
    if not places:
        return None
    place = draft.dice.pick(places)
    if place.wants is Kind.INTEGER:
        others = found_names(draft, place.scope, Kind.INTEGER)
    else:
        others = found_leaves(draft, place.scope)
        declared = declared_terms(draft, place.scope, scalar=True)
        others += [phrase.filled(lambda: "1.0") for phrase in declared]
    text = ast.unparse(place.node)
    others = [other for other in others if ast.unparse(other) != text]
    if not others:
        return None
    new = draft.dice.pick(others)
    return put(place, new, f"variable {text} -> {shown(new)}")


def change_operation(draft: Draft) -> Edit | None:
    """Change an arithmetic operation, the order of its operands, or `min` to `max`."""
    places = [
        place
        for place in draft.nodes(ast.BinOp, ast.Call)
        if place.wants in SCALARS and (isinstance(place.node, ast.BinOp) or _is_choice(place.node))
    ]
    if not places:
        return None
    place = draft.dice.pick(places)
    if isinstance(place.node, ast.Call):
        name = shown(place.node.func)
        new: ast.expr = with_field(place.node, "func", ast.Name(id=_SWAPPED[name], ctx=ast.Load()))
        return put(place, new, f"{name} -> {_SWAPPED[name]} in {shown(place.node)}")
    assert isinstance(place.node, ast.BinOp)
    other = _other_operation(draft, place.node, place.wants)
    if other is None:
        return None
    return put(place, other, f"{shown(place.node)} -> {shown(other)}")


def _is_choice(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func) in _SWAPPED and not node.keywords


def _other_operation(draft: Draft, node: ast.BinOp, wants: Kind) -> ast.expr | None:
    if isinstance(node.op, ast.Pow):
        return None
    options: list[ast.operator] = [ast.Add(), ast.Sub(), ast.Mult()]
    if wants is Kind.NUMBER:
        options.append(ast.Div())
    options = [op for op in options if type(op) is not type(node.op)]
    swaps = isinstance(node.op, ast.Sub)
    choice = draft.dice.below(len(options) + swaps)
    if choice == len(options):
        return binary(node.right, node.op, node.left)
    op = options[choice]
    right = node.right
    if isinstance(op, ast.Div) and not literal(right):
        right = divisor(right)
    return binary(node.left, op, right)


def swap_call(draft: Draft) -> Edit | None:
    """Call another function of the same group of siblings."""
    options = []
    for place in draft.survey.places:
        if not isinstance(place.node, ast.Call):
            continue
        name = ast.unparse(place.node.func)
        for group in draft.words.source.siblings:
            if name in group:
                options += [(place, name, other) for other in group if other != name]
    options = [(place, old, new) for place, old, new in options if _callable(new, place)]
    if not options:
        return None
    place, old, new = draft.dice.pick(options)
    func = ast.parse(new, mode="eval").body
    return put(place, with_field(place.node, "func", func), f"call {old} -> {new}")


def _callable(name: str, place: Place) -> bool:
    return place.scope.sees(name.split(".", maxsplit=1)[0])
