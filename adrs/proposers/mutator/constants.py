"""Operators on literal numbers."""

import ast

from adrs.proposers.mutator.draft import Change, Draft, Edit, put
from adrs.proposers.mutator.growing import constant
from adrs.proposers.mutator.kinds import SCALARS
from adrs.proposers.mutator.nodes import literal, number, rounded
from adrs.proposers.mutator.places import Place

# Literals beyond these are guards (1e-6) and sentinels (1e18), not settings.
_SMALLEST = 1e-5
_LARGEST = 1e12
# A whole number more often belongs to the structure than to the settings.
_FLOATS = 0.6
_STEP = 0.4
_LEAP = 1.2
_JITTER = 0.3


def change_constant(draft: Draft) -> Edit | None:
    """Move one literal: a float by a log-normal factor or to a new value, an int by one."""
    places = [place for place in draft.survey.places if _is_setting(place)]
    if not places:
        return None
    floats = [place for place in places if isinstance(_value(place), float)]
    place = draft.dice.pick(floats if floats and draft.dice.chance(_FLOATS) else places)
    value = _value(place)
    new = _moved_int(draft, value) if isinstance(value, int) else _moved(draft, value)
    return put(place, new, f"constant {value!r} -> {ast.unparse(new)}")


def change_all_constants(draft: Draft) -> Edit | None:
    """Move every float literal by a log-normal factor of its own."""
    places = [
        place
        for place in draft.survey.places
        if _is_setting(place) and _value(place) != 0.0 and isinstance(_value(place), float)
    ]
    if len(places) < 2:
        return None
    changes = []
    for place in places:
        new = number(rounded(_value(place) * draft.dice.log_normal(_JITTER)))
        changes.append(Change(path=place.path, old=place.node, new=new))
    return Edit(changes=changes, note=f"rescaled {len(changes)} constants")


def _is_setting(place: Place) -> bool:
    if place.wants not in SCALARS or place.indexing or not isinstance(place.node, ast.Constant):
        return False
    value = literal(place.node)
    return value is not None and (value == 0 or _SMALLEST <= abs(value) <= _LARGEST)


def _value(place: Place) -> float | int:
    value = literal(place.node)
    assert value is not None
    return value


def _moved_int(draft: Draft, value: int) -> ast.expr:
    if value == 0:
        return number(1)
    return number(value + (1 if draft.dice.chance(0.5) else -1))


def _moved(draft: Draft, value: float) -> ast.expr:
    dice = draft.dice
    if value == 0.0:
        new = constant(draft)
        return ast.UnaryOp(op=ast.USub(), operand=new) if dice.chance(0.5) else new
    choice = dice.weighted((7, 2, 1))
    if choice == 2:
        return constant(draft)
    return number(rounded(value * dice.log_normal(_STEP if choice == 0 else _LEAP)))
