"""Operators on conditions and decisions."""

import ast

from adrs.proposers.mutator.draft import Draft, Edit, inserted, put, put_block
from adrs.proposers.mutator.growing import (
    condition,
    constant,
    leaf,
    local_numbers,
    numeric,
    phrases,
)
from adrs.proposers.mutator.kinds import Kind
from adrs.proposers.mutator.nodes import binary, dotted, shown, with_field
from adrs.proposers.mutator.places import Block, Place
from adrs.proposers.mutator.scope import Scope

_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_EQUALITY = (ast.Eq, ast.NotEq)


def change_comparison(draft: Draft) -> Edit | None:
    """Change the operator of a comparison."""
    places = [place for place in draft.nodes(ast.Compare) if _options(place.node)]
    if not places:
        return None
    place = draft.dice.pick(places)
    node = place.node
    assert isinstance(node, ast.Compare)
    at = draft.dice.below(len(node.ops))
    options = [op for op in _options(node) if not isinstance(node.ops[at], op)]
    ops = [*node.ops[:at], draft.dice.pick(options)(), *node.ops[at + 1 :]]
    new = with_field(node, "ops", ops)
    return put(place, new, f"{shown(node)} -> {shown(new)}")


def _options(node: ast.expr) -> tuple[type[ast.cmpop], ...]:
    """Return the operators that may stand in a comparison in place of its own."""
    assert isinstance(node, ast.Compare)
    if all(isinstance(op, _ORDER) for op in node.ops):
        return _ORDER
    return _EQUALITY if all(isinstance(op, _EQUALITY) for op in node.ops) else ()


def change_logic(draft: Draft) -> Edit | None:
    """Change `and` to `or`, negate, add a condition, or drop one."""
    places = draft.places(Kind.BOOLEAN)
    if not places:
        return None
    place = draft.dice.pick(places)
    shapes = [_negated, _extended]
    if isinstance(place.node, ast.BoolOp):
        shapes += [_flipped, _dropped]
    new = draft.dice.pick(shapes)(draft, place)
    return None if new is None else put(place, new, f"{shown(place.node)} -> {shown(new)}")


def _negated(_draft: Draft, place: Place) -> ast.expr:
    node = place.node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    return ast.UnaryOp(op=ast.Not(), operand=node)


def _extended(draft: Draft, place: Place) -> ast.expr | None:
    extra = condition(draft, place.scope)
    if extra is None:
        return None
    op = ast.And() if draft.dice.chance(0.5) else ast.Or()
    return ast.BoolOp(op=op, values=[place.node, extra])


def _flipped(_draft: Draft, place: Place) -> ast.expr:
    assert isinstance(place.node, ast.BoolOp)
    op = ast.Or() if isinstance(place.node.op, ast.And) else ast.And()
    return with_field(place.node, "op", op)


def _dropped(draft: Draft, place: Place) -> ast.expr:
    assert isinstance(place.node, ast.BoolOp)
    values = list(place.node.values)
    del values[draft.dice.below(len(values))]
    return values[0] if len(values) == 1 else with_field(place.node, "values", values)


def make_choice(draft: Draft) -> Edit | None:
    """Make a value depend on a condition: `x` becomes `x if condition else y`."""
    places = draft.places(Kind.NUMBER) + draft.places(Kind.ENUM)
    if not places:
        return None
    place = draft.dice.pick(places)
    test = condition(draft, place.scope)
    other = _alternative(draft, place)
    if test is None or other is None:
        return None
    body, orelse = (place.node, other) if draft.dice.chance(0.5) else (other, place.node)
    new = ast.IfExp(test=test, body=body, orelse=orelse)
    return put(place, new, f"made {shown(place.node)} depend: {shown(new, width=70)}")


def _alternative(draft: Draft, place: Place) -> ast.expr | None:
    if place.wants is Kind.ENUM:
        others = _other_enums(draft, place)
        return draft.dice.pick(others) if others else None
    if draft.dice.chance(0.5):
        return binary(constant(draft), ast.Mult(), place.node)
    return numeric(draft, place.scope, 1)


def change_enum(draft: Draft) -> Edit | None:
    """Replace a decision constant by another."""
    options = [
        (place, other)
        for place in draft.places(Kind.ENUM)
        if dotted(place.node) is not None
        for other in _other_enums(draft, place)
    ]
    if not options:
        return None
    place, other = draft.dice.pick(options)
    return put(place, other, f"decision {shown(place.node)} -> {shown(other)}")


def _other_enums(draft: Draft, place: Place) -> list[ast.expr]:
    text = dotted(place.node)
    return [
        phrase.node
        for phrase in phrases(draft.words.enums, place.scope)
        if ast.unparse(phrase.node) != text
    ]


def insert_guard(draft: Draft) -> Edit | None:
    """Insert `if condition: …` with a decision, a change of a variable, `continue` or `break`."""
    options = [(block, gap) for block in draft.survey.blocks for gap in block.gaps()]
    if not options:
        return None
    block, gap = draft.dice.pick(options)
    scope = block.scopes[gap]
    test = condition(draft, scope)
    action = _action(draft, scope, block, gap)
    if test is None or action is None:
        return None
    guard = ast.If(test=test, body=[action], orelse=[])
    note = f"inserted if {shown(test)}: {shown(action, width=36)}"
    return put_block(block, inserted(block, gap, [guard]), note, rebinds=False)


def _action(draft: Draft, scope: Scope, block: Block, gap: int) -> ast.stmt | None:
    actions: list[ast.stmt] = []
    enums = phrases(draft.words.enums, scope)
    if scope.in_function and scope.results is Kind.ENUM and enums:
        actions += [ast.Return(value=phrase.node) for phrase in enums]
    if scope.in_loop:
        actions.append(ast.Break())
        if gap < len(block.statements):
            actions.append(ast.Continue())
    update = _update(draft, scope)
    if update is not None:
        actions.append(update)
    return draft.dice.pick(actions) if actions else None


def _update(draft: Draft, scope: Scope) -> ast.stmt | None:
    names = local_numbers(draft, scope)
    term = leaf(draft, scope)
    if not names or term is None:
        return None
    op: ast.operator = ast.Add() if draft.dice.chance(0.5) else ast.Sub()
    target = ast.Name(id=draft.dice.pick(names), ctx=ast.Store())
    return ast.AugAssign(target=target, op=op, value=binary(constant(draft), ast.Mult(), term))
