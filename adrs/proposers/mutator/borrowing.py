"""Operators that take code from donors: the inspirations of an ask."""

import ast
from collections.abc import Sequence

from adrs.proposers.mutator.draft import Draft, Edit, inserted, kind_at, put, put_block
from adrs.proposers.mutator.kinds import SCALARS, Kind
from adrs.proposers.mutator.nodes import needs, same, shown, size, walked
from adrs.proposers.mutator.outline import Outline
from adrs.proposers.mutator.places import Block, Place
from adrs.proposers.mutator.statements import deletable, legal

_TRIES = 8
_LARGEST_BLOCK = 120
# From this many places on, a kind is drawn no more often.
_EVEN = 8
_EXPRESSIONS = (Kind.NUMBER, Kind.INTEGER, Kind.BOOLEAN, Kind.ENUM)
_UNMOVABLE = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await, ast.Starred)


def take_expression(draft: Draft) -> Edit | None:
    """Replace an expression by one of the same kind from a donor."""
    dice = draft.dice
    for _ in range(_TRIES if draft.donors else 0):
        pairs = _matching(draft, dice.pick(draft.donors))
        if not pairs:
            continue
        places, gifts = pairs[dice.weighted([min(len(places), _EVEN) for places, _ in pairs])]
        place, gift = dice.pick(places), dice.pick(gifts)
        if same(place.node, gift.node) or _is_unmovable(gift.node):
            continue
        if place.scope.fits(needs(gift.node)):
            note = f"borrowed {shown(gift.node)} for {shown(place.node)}"
            return put(place, gift.node, note)
    return None


def _matching(draft: Draft, donor: Outline) -> list[tuple[list[Place], list[Place]]]:
    """Return, by kind, the places that want it and a donor's expressions that give it."""
    pairs = []
    for wants in _EXPRESSIONS:
        places = draft.replaceable(wants)
        gifts = [place for place in donor.survey.places if _gives(place, wants)]
        if places and gifts:
            pairs.append((places, gifts))
    return pairs


def _gives(place: Place, wants: Kind) -> bool:
    """Tell whether a donor's expression yields what is wanted."""
    if place.wants is not wants:
        return False
    if wants is Kind.NUMBER:
        return kind_at(place.node, place.scope) in SCALARS
    return wants is not Kind.INTEGER or kind_at(place.node, place.scope) is Kind.INTEGER


def _is_unmovable(tree: ast.AST) -> bool:
    return any(isinstance(node, _UNMOVABLE) for node in walked(tree))


def take_statement(draft: Draft) -> Edit | None:
    """Insert a statement of a donor, or put it in the place of one."""
    dice = draft.dice
    gaps = [(block, gap) for block in draft.survey.blocks for gap in block.gaps()]
    for _ in range(_TRIES if draft.donors and gaps else 0):
        gifts = _statements(dice.pick(draft.donors).survey.blocks)
        if not gifts:
            continue
        gift, (block, gap) = dice.pick(gifts), dice.pick(gaps)
        if size(gift) > _LARGEST_BLOCK or _is_unmovable(gift):
            continue
        if not block.scopes[gap].fits(needs(gift)) or not legal(draft, [gift], block, gap):
            continue
        if any(same(gift, node) for node in block.statements):
            continue
        return _placed(draft, gift, block, gap)
    return None


def _statements(blocks: Sequence[Block]) -> list[ast.stmt]:
    return [
        node
        for block in blocks
        for index, node in enumerate(block.statements)
        if block.movable(index) and not isinstance(node, ast.Pass | ast.Break | ast.Continue)
    ]


def _placed(draft: Draft, gift: ast.stmt, block: Block, gap: int) -> Edit:
    overwrites = gap < len(block.statements) and deletable(draft, block, gap)
    if overwrites and draft.dice.chance(0.5):
        old = block.statements[gap]
        statements = [*block.statements[:gap], gift, *block.statements[gap + 1 :]]
        note = f"borrowed {shown(gift)} for {shown(old)}"
    else:
        statements = inserted(block, gap, [gift])
        note = f"borrowed {shown(gift, width=70)}"
    return put_block(block, statements, note, rebinds=True)
