"""A region under change: the state that the elementary operators read and the edits they make."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from adrs.proposers.mutator.dice import Dice
from adrs.proposers.mutator.kinds import Kind, kind_of
from adrs.proposers.mutator.nodes import Path, Value, dotted, replaced, same, size
from adrs.proposers.mutator.outline import Outline
from adrs.proposers.mutator.places import Block, Place
from adrs.proposers.mutator.scope import Scope
from adrs.proposers.mutator.survey import Survey
from adrs.proposers.mutator.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One replacement: what comes in where `old` stood, at `path` from the region."""

    path: Path
    old: Value
    new: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What one elementary operator does.

    Attributes:
        changes: replacements at places none of which lies inside another.
        note: what was done, in a few words.
        rebinds: whether names could have lost their binding, so that scopes must be checked.
    """

    changes: Sequence[Change]
    note: str
    rebinds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A region between two elementary edits.

    Attributes:
        outline: the parent program.
        region: the region as it stands now.
        survey: what is in it.
        words: the problem's vocabulary.
        donors: other programs to borrow from.
        dice: the draws of this proposal.
        room: how many syntax nodes may still be added, -1 where one at least must go; None without
            a cap.
    """

    outline: Outline
    region: ast.Module
    survey: Survey
    words: Words
    donors: Sequence[Outline]
    dice: Dice
    room: int | None

    def places(self, wants: Kind) -> list[Place]:
        """Return the places where something of a kind may stand."""
        return [place for place in self.survey.places if place.wants is wants]

    def replaceable(self, wants: Kind) -> list[Place]:
        """Return the places of a kind whose expression may make way for something else."""
        frozen = self.outline.facts.frozen
        return [place for place in self.places(wants) if dotted(place.node) not in frozen]

    def nodes(self, *types: type[ast.expr]) -> list[Place]:
        """Return the places of expressions of some types."""
        return [place for place in self.survey.places if isinstance(place.node, types)]

    def frozen(self, texts: Sequence[str]) -> bool:
        """Tell whether one of the texts, or what it is a part of, must not be assigned."""
        return any(
            text in self.outline.facts.frozen or text.split(".")[0] in self.outline.facts.frozen
            for text in texts
        )


Operator = Callable[[Draft], Edit | None]


def put(place: Place, new: ast.expr, note: str) -> Edit | None:
    """Return the edit that puts `new` at a place; None if that would change nothing."""
    if same(place.node, new):
        return None
    return Edit(changes=(Change(path=place.path, old=place.node, new=new),), note=note)


def put_block(block: Block, statements: list[ast.stmt], note: str, *, rebinds: bool) -> Edit:
    """Return the edit that gives a block other statements."""
    change = Change(path=block.list_path, old=list(block.statements), new=statements)
    return Edit(changes=(change,), note=note, rebinds=rebinds)


def inserted(block: Block, index: int, new: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return a block's statements with more of them before position `index`, and no `pass`."""
    statements = [*block.statements[:index], *new, *block.statements[index:]]
    return [node for node in statements if not isinstance(node, ast.Pass)]


def kind_at(node: ast.expr, scope: Scope) -> Kind:
    """Return the kind of an expression at a place."""
    return kind_of(node, scope.env)


def advanced(draft: Draft, edit: Edit) -> Draft | None:
    """Return the draft after an edit; None if it is too large or unbinds a name."""
    room = draft.room
    if room is not None:
        added = growth(edit)
        if added > room:
            return None
        room -= added
    region = apply(draft.region, edit)
    if not edit.rebinds:
        return replace(draft, region=region, room=room)
    survey = draft.outline.look(region)
    if not survey.loose <= draft.outline.survey.loose:
        return None
    return replace(draft, region=region, room=room, survey=survey)


def growth(edit: Edit) -> int:
    """Return how many syntax nodes an edit adds."""
    return sum(_size(change.new) - _size(change.old) for change in edit.changes)


def apply(region: ast.Module, edit: Edit) -> ast.Module:
    """Return the region after an edit."""
    tree: ast.AST = region
    for change in edit.changes:
        tree = replaced(tree, change.path, change.new)
    assert isinstance(tree, ast.Module)
    return tree


def _size(value: Value) -> int:
    if isinstance(value, list):
        return sum(size(node) for node in value)
    return size(value)
