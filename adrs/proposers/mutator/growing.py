"""Grows expressions out of what is in scope and what the vocabulary declares."""

import ast
from collections.abc import Sequence

from adrs.proposers.mutator.draft import Draft, kind_at
from adrs.proposers.mutator.kinds import SCALARS, Kind
from adrs.proposers.mutator.nodes import (
    binary,
    call,
    divisor,
    dotted,
    number,
    rounded,
    same,
    walked,
    with_field,
)
from adrs.proposers.mutator.scope import Scope
from adrs.proposers.mutator.words import Phrase

_DECLARED = 0.6
_LIST_LEAF = 0.15


def constant(draft: Draft) -> ast.expr:
    """Return a positive literal, log-uniform in the declared range."""
    return number(rounded(draft.dice.log_uniform(*draft.words.source.const_range)))


def found_leaves(draft: Draft, scope: Scope) -> list[ast.expr]:
    """Return the numeric names, attributes and items that the region reads and `scope` sees."""
    return [
        leaf.node
        for leaf in draft.outline.leaves
        if scope.fits(leaf.needs) and kind_at(leaf.node, scope) in SCALARS
    ]


def found_names(draft: Draft, scope: Scope, kind: Kind) -> list[ast.expr]:
    """Return the names and attributes of a kind that the region reads and `scope` sees."""
    return [
        node
        for node in found_leaves(draft, scope)
        if dotted(node) is not None and kind_at(node, scope) is kind
    ]


def local_numbers(draft: Draft, scope: Scope) -> list[str]:
    """Return the real-valued local names in scope, in a stable order."""
    return [
        name
        for name in sorted(scope.local)
        if scope.env.kind(name) is Kind.NUMBER and not draft.frozen([name])
    ]


def phrases(options: Sequence[Phrase], scope: Scope) -> list[Phrase]:
    """Return the declared expressions that `scope` sees."""
    return [phrase for phrase in options if scope.fits(phrase.needs)]


def leaf(draft: Draft, scope: Scope, *, scalar: bool = True) -> ast.expr | None:
    """Return one numeric term in scope, None when there is none.

    Args:
        draft: the region under change.
        scope: where the term is to stand.
        scalar: whether it must have an order, as in a comparison; an array has none.
    """
    dice = draft.dice
    declared = declared_terms(draft, scope, scalar=scalar)
    found = found_leaves(draft, scope)
    lists = phrases(draft.words.lists, scope)
    if lists and dice.chance(_LIST_LEAF):
        return _over_list(draft, dice.pick(lists).node)
    if declared and (not found or dice.chance(_DECLARED)):
        return filled(draft, dice.pick(declared))
    if found:
        return dice.pick(found)
    return _over_list(draft, dice.pick(lists).node) if lists else None


def declared_terms(draft: Draft, scope: Scope, *, scalar: bool) -> list[Phrase]:
    """Return the declared numeric expressions in scope; `scalar` leaves out what may be arrays."""
    return [
        phrase
        for phrase in phrases(draft.words.numeric, scope)
        if not scalar or not _may_be_array(phrase.node, scope)
    ]


def _may_be_array(node: ast.expr, scope: Scope) -> bool:
    """Tell whether an expression could be an array: it reads an item or a call of unknown kind."""
    return kind_at(node, scope) not in SCALARS and any(
        isinstance(part, ast.Subscript | ast.Call) for part in walked(node)
    )


def _over_list(draft: Draft, node: ast.expr) -> ast.expr:
    """Return a number made of a sequence; none of them fails on an empty one."""
    choice = draft.dice.below(4)
    if choice == 0:
        return call("sum", node)
    if choice == 1:
        return binary(call("sum", node), ast.Div(), call("max", call("len", node), number(1)))
    reduced = call("max" if choice == 2 else "min", node)
    return with_field(reduced, "keywords", [ast.keyword(arg="default", value=number(0.0))])


def numeric(draft: Draft, scope: Scope, depth: int) -> ast.expr:
    """Return a numeric expression of at most `depth` operations."""
    dice = draft.dice
    if depth <= 0 or dice.chance(0.25):
        found = None if dice.chance(0.2) else leaf(draft, scope)
        return constant(draft) if found is None else found
    left, right = numeric(draft, scope, depth - 1), numeric(draft, scope, depth - 1)
    shape = dice.weighted((3, 3, 3, 2, 1.5, 1.5, 0.3))
    if shape < 3:
        return binary(left, (ast.Add(), ast.Sub(), ast.Mult())[shape], right)
    if shape == 3:
        return binary(left, ast.Div(), divisor(right))
    if shape < 6:
        return call("min" if shape == 4 else "max", left, right)
    exponent = number(rounded(dice.log_uniform(0.25, 3.0)))
    return binary(call("max", left, number(0.0)), ast.Pow(), exponent)


def condition(draft: Draft, scope: Scope) -> ast.expr | None:
    """Return a condition, None when nothing in scope can be tested."""
    dice = draft.dice
    guards = phrases(draft.words.guards, scope)
    if guards and dice.chance(_DECLARED):
        return filled(draft, dice.pick(guards))
    truths = phrases(draft.words.booleans, scope)
    if truths and dice.chance(0.25):
        node = filled(draft, dice.pick(truths))
        return ast.UnaryOp(op=ast.Not(), operand=node) if dice.chance(0.5) else node
    left = leaf(draft, scope)
    if left is None:
        return filled(draft, dice.pick(guards)) if guards else None
    return compared(draft, scope, left)


def compared(draft: Draft, scope: Scope, left: ast.expr) -> ast.Compare:
    """Return a comparison of `left` with another term, a multiple of one, or a constant."""
    dice = draft.dice
    right: ast.expr = constant(draft)
    if dice.chance(0.75):
        other = leaf(draft, scope)
        if other is not None and not same(left, other):
            right = other if dice.chance(0.5) else binary(right, ast.Mult(), other)
    op = dice.pick((ast.Lt, ast.Gt, ast.LtE, ast.GtE))()
    return ast.Compare(left=left, ops=[op], comparators=[right])


def filled(draft: Draft, phrase: Phrase) -> ast.expr:
    """Return a declared expression with a drawn constant in each of its holes."""
    return phrase.filled(lambda: ast.unparse(constant(draft)))
