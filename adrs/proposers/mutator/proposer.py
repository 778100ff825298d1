"""The proposers: several blind edits of a parent, or exactly one."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from adrs.core.program import UNPARSABLE
from adrs.core.trial import Ask, Proposal
from adrs.core.vocabulary import Vocabulary
from adrs.errors import ProblemError
from adrs.proposers.mutator.dice import Dice
from adrs.proposers.mutator.draft import Draft, Edit, advanced
from adrs.proposers.mutator.mix import BORROWING, OPERATORS, SINGLE, Elementary
from adrs.proposers.mutator.nodes import same
from adrs.proposers.mutator.outline import Outline, UnsuitableRegionError, outline_of
from adrs.proposers.mutator.words import Words

CROSSOVER = "crossover"
IDEA_WIDTH = 120
_TRIES = 8
_REMEMBERED = 256
_UNSUITABLE = (*UNPARSABLE, ProblemError, UnsuitableRegionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What one try made of a parent."""

    source: str
    operators: tuple[str, ...]
    idea: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a mutator goes about it.

    Attributes:
        name: name and version, as recorded.
        banner: what the user is told.
        mix: the operators that it draws from.
        more: probability of one more edit after each.
        borrows: whether it takes code from inspirations.
    """

    name: str
    banner: str
    mix: Sequence[Elementary]
    more: float
    borrows: bool


MANY_EDITS = Style(
    name="mutator/ast@1",
    banner=(
        "No model configured: using mutator/ast, a blind program mutator (no language model). "
        "Expect parameter- and rule-level improvements, not new algorithms."
    ),
    mix=OPERATORS,
    more=0.35,
    borrows=True,
)
ONE_EDIT = Style(
    name="mutator/random1@1",
    banner=(
        "Using mutator/random1, single blind edits of the parent (no language model): "
        "the floor to compare a search with."
    ),
    mix=SINGLE,
    more=0.0,
    borrows=False,
)


class BlindMutator:
    """Changes programs blindly: edits drawn by weight, over the problem's vocabulary.

    The answer depends on the ask and the seed alone. Threads may share an instance.
    """

    def __init__(
        self, vocabulary: Vocabulary, *, style: Style, size_cap_nodes: int | None = None
    ) -> None:
        """Parse the vocabulary.

        Args:
            vocabulary: what the problem declares.
            style: how to go about it.
            size_cap_nodes: how many syntax nodes a whole program may have; a parent above the cap
                may only shrink. None for no cap.

        Raises:
            ProblemError: the vocabulary holds a text that is not Python.
        """
        self._words = Words.of(vocabulary)
        self._style = style
        self._size_cap_nodes = size_cap_nodes
        read = functools.partial(outline_of, vocabulary=vocabulary)
        self._outline = functools.lru_cache(maxsize=_REMEMBERED)(read)

    @property
    def name(self) -> str:
        """Its name and version."""
        return self._style.name

    @property
    def banner(self) -> str:
        """Says that no language model is at work."""
        return self._style.banner

    def propose(self, ask: Ask, *, seed: int) -> Proposal:
        """Answer `ask` with an edited parent."""
        try:
            outline = self._outline(ask.parent.source)
        except _UNSUITABLE as error:
            return Proposal(proposer=self.name, source=None, rejection=f"parent: {error}")
        dice = Dice(seed)
        donors = self._donors(ask)
        for _ in range(_TRIES):
            try:
                change = self._try(outline, donors, dice, crossover=ask.operator == CROSSOVER)
            except UNPARSABLE:  # too deep to be walked, too long a number to be written
                continue
            if change is not None:
                return Proposal(
                    proposer=self.name,
                    source=change.source,
                    operators=change.operators,
                    idea=change.idea,
                )
        return Proposal(
            proposer=self.name,
            source=None,
            rejection=f"no edit of the parent was usable in {_TRIES} tries",
        )

    def _count(self, dice: Dice) -> int:
        count = 1
        while dice.chance(self._style.more):
            count += 1
        return count

    def _donors(self, ask: Ask) -> list[Outline]:
        donors: list[Outline] = []
        for program in ask.inspirations if self._style.borrows else ():
            try:
                donors.append(self._outline(program.source))
            except _UNSUITABLE:
                continue
        return donors

    def _try(
        self, outline: Outline, donors: Sequence[Outline], dice: Dice, *, crossover: bool
    ) -> _Change | None:
        draft = Draft(
            outline=outline,
            region=outline.region,
            survey=outline.survey,
            words=self._words,
            donors=donors,
            dice=dice,
            room=self._room(outline),
        )
        operators: list[str] = []
        notes: list[str] = []
        count = self._count(dice)
        for step in range(count):
            first = BORROWING if crossover and step == 0 and donors else ()
            made = _edit(draft, first) or _edit(draft, self._style.mix)
            if made is None:
                break
            operators.append(made.name)
            notes.append(made.edit.note)
            surveyed = step + 1 == count or made.edit.rebinds
            draft = made.draft if surveyed else _surveyed(made.draft)
        if not operators or same(draft.region, outline.region):
            return None
        source = outline.text(draft.region)
        return _Change(source=source, operators=tuple(operators), idea=_idea(notes))

    def _room(self, outline: Outline) -> int | None:
        cap = self._size_cap_nodes
        return None if cap is None else max(cap - outline.nodes, -1)


class AstMutator(BlindMutator):
    """The embedded default: one elementary edit, and one more with probability 0.35 after each.

    An ask for "crossover" begins with an edit that borrows from an inspiration, where one is
    possible.
    """

    def __init__(self, vocabulary: Vocabulary, *, size_cap_nodes: int | None = None) -> None:
        super().__init__(vocabulary, style=MANY_EDITS, size_cap_nodes=size_cap_nodes)


class SingleEditMutator(BlindMutator):
    """The control: exactly one elementary edit of the parent, at one place and without donors.

    Its results say how much of a gain one blind edit explains.
    """

    def __init__(self, vocabulary: Vocabulary, *, size_cap_nodes: int | None = None) -> None:
        super().__init__(vocabulary, style=ONE_EDIT, size_cap_nodes=size_cap_nodes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """One elementary edit and the draft after it."""

    name: str
    edit: Edit
    draft: Draft


def _edit(draft: Draft, mix: Sequence[Elementary]) -> _Made | None:
    """Apply one operator of the mix; what does not apply is drawn no second time."""
    left = list(mix)
    while left:
        elementary = left.pop(draft.dice.weighted([one.weight for one in left]))
        edit = elementary.apply(draft)
        after = None if edit is None else advanced(draft, edit)
        if edit is not None and after is not None:
            return _Made(name=elementary.name, edit=edit, draft=after)
    return None


def _surveyed(draft: Draft) -> Draft:
    return replace(draft, survey=draft.outline.look(draft.region))


def _idea(notes: Sequence[str]) -> str:
    text = "; ".join(notes)
    return text if len(text) <= IDEA_WIDTH else text[: IDEA_WIDTH - 1] + "…"
