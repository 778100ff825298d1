"""The simulated model: a deterministic proposer over simulated programs.

It reads the ask as a model reads its prompt: the operator, the parent and the inspirations, the
tier, and the notes; ideas that the notes list as tried are proposed less often.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from adrs.core.evaluation import Verdict
from adrs.core.trial import Ask, Proposal
from adrs.testing.simulated_model import rates
from adrs.testing.simulated_model.drafts import SYNTAX, Draft, Part, write
from adrs.testing.simulated_model.landscape import IDEAS, PARADIGMS, Effect, Landscape

STRONG = "strong"
SLIPS = 4  # ways to make the same mistake
_FLAWS = {
    Verdict.EXCEPTION.value: 0.45,
    Verdict.INVALID.value: 0.25,
    Verdict.TIMEOUT.value: 0.15,
    SYNTAX: 0.15,
}
_TRIED_IDEA = re.compile(r"\bp(\d+)i(\d+)\b")
_TRIED_PARADIGM = re.compile(r"\bparadigm p(\d+)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What the model wrote, before its mistakes.

    Attributes:
        draft: the new program's state.
        idea: what it says of it, in one line.
        whole: whether the program was written anew.
    """

    draft: Draft
    idea: str
    whole: bool = False


class SimulatedModel:
    """Implements the `Proposer` protocol for the programs of a landscape.

    The same ask and seed always give the same answer. See `rates` for how often it does what.

    Args:
        landscape: the problem.
    """

    name = "simulated@1"
    banner = "proposing: a simulated model; nothing about real models follows from this"

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape

    def propose(self, ask: Ask, *, seed: int) -> Proposal:
        """Answer `ask`; see `Proposer.propose`."""
        rng = Random(seed)
        luck = rng.random()
        if luck < rates.NOTHING:
            return Proposal(proposer=self.name, source=None, rejection="no program in the reply")
        if luck < rates.NOTHING + rates.UNCHANGED:
            source = ask.parent.source
            return Proposal(proposer=self.name, source=source, idea="leave it as it is")
        answer = _Writer(self._landscape, ask, rng).answer()
        draft = answer.draft
        if rng.random() < _broken(answer, strong=ask.tier == STRONG):
            flaw = rng.choices(list(_FLAWS), list(_FLAWS.values()))[0]
            draft = replace(draft, flaw=flaw, slip=rng.randrange(SLIPS))
        return Proposal(
            proposer=self.name,
            source=write(draft),
            operators=(ask.operator,),
            idea=answer.idea,
        )


def _broken(answer: _Answer, *, strong: bool) -> float:
    """Return how probable a mistake is."""
    length = max(0, answer.draft.ideas - rates.SHORT)
    share = rates.BROKEN * (1 + rates.BROKEN_PER_IDEA * length)
    share *= rates.BROKEN_WHOLE if answer.whole else 1.0
    return share * (rates.STRONG_BROKEN if strong else 1.0)


class _Writer:
    """Writes one answer.

    Args:
        landscape: the problem.
        ask: what is asked for.
        rng: of this answer.
    """

    def __init__(self, landscape: Landscape, ask: Ask, rng: Random) -> None:
        self._landscape = landscape
        self._ask = ask
        self._rng = rng
        self._parent = landscape.draft(ask.parent.source)
        self._donors = [landscape.draft(program.source) for program in ask.inspirations]
        told = _told(ask)
        self._tried = {(int(p), int(i)) for p, i in _TRIED_IDEA.findall(told)}
        self._seen = {int(p) for p in _TRIED_PARADIGM.findall(told)}

    def answer(self) -> _Answer:
        """Return what was asked for; a refinement for an operator that it does not know."""
        writers = {
            "rewrite": self._rewrite,
            "paradigm": self._paradigm,
            "crossover": self._crossover,
            "simplify": self._simplify,
            "fix": self._fix,
            "tune": self._constant,
        }
        return writers.get(self._ask.operator, self._refine)()

    def _refine(self) -> _Answer:
        luck = self._rng.random()
        if luck < rates.STRAY:
            return self._paradigm()
        if luck < rates.STRAY + rates.CONSTANTS:
            return self._constant()
        at = self._rng.randrange(len(self._parent.parts))
        part = self._parent.parts[at]
        chosen = self._new_idea(part)
        changed = part.with_ideas({*part.ideas, chosen})
        return _Answer(
            draft=self._with_part(at, changed), idea=f"apply p{part.paradigm}i{chosen:02}"
        )

    def _constant(self) -> _Answer:
        at = self._rng.randrange(len(self._parent.parts))
        part = self._parent.parts[at]
        value = max(0.05, round(part.constant * 2 ** self._rng.gauss(0.0, 0.7), 2))
        changed = self._with_part(at, replace(part, constant=value))
        return _Answer(draft=changed, idea=f"set the constant to {value}")

    def _rewrite(self) -> _Answer:
        if self._rng.random() < rates.STRAY_WHOLE:
            return self._paradigm()
        part = self._parent.parts[0]
        kept = {number for number in part.ideas if self._rng.random() < 0.85}
        written = self._extended(part.with_ideas(kept), self._rng.choice((1, 2, 2, 3)))
        idea = f"rewrite with {_names(written, part.ideas)}"
        return _Answer(draft=Draft(parts=(written,)), idea=idea, whole=True)

    def _paradigm(self) -> _Answer:
        known = {p.paradigm for draft in (self._parent, *self._donors) for p in draft.parts}
        others = [number for number in range(PARADIGMS) if number not in known]
        weights = [
            (rates.HEEDED if number in self._seen else 1.0) / (number + 1) ** rates.FAVOURITES
            for number in others
        ]
        draws = self._rng.choices(others, weights, k=2)
        number = draws[0]
        if self._ask.tier == STRONG:
            number = max(draws, key=self._landscape.ceiling)
        constant = max(0.05, round(self._rng.uniform(0.3, 3.0), 2))
        part = self._extended(Part(paradigm=number, constant=constant), self._rng.choice((1, 2, 3)))
        idea = f"paradigm p{number} with {_names(part, ())}"
        return _Answer(draft=Draft(parts=(part,)), idea=idea, whole=True)

    def _crossover(self) -> _Answer:
        if not self._donors:
            return self._refine()
        mine, other = self._parent.parts[0], self._donors[0].parts[0]
        if mine.paradigm != other.paradigm:
            return _Answer(
                draft=Draft(parts=(mine, other)),
                idea=f"choose between p{mine.paradigm} and p{other.paradigm} by the scenario",
                whole=True,
            )
        ideas = self._landscape.paradigms[mine.paradigm].ideas
        merged = {
            number
            for number in {*mine.ideas, *other.ideas}
            if self._rng.random() < (0.9 if ideas[number].merit > 0 else 0.5)
        }
        child = mine.with_ideas(merged)
        rest = self._parent.parts[1:]
        return _Answer(
            draft=Draft(parts=(child, *rest)), idea=f"combine {_names(child, ())}", whole=True
        )

    def _simplify(self) -> _Answer:
        parts = []
        dropped = []
        for part in self._parent.parts:
            ideas = self._landscape.paradigms[part.paradigm].ideas
            kept = {n for n in part.ideas if self._rng.random() >= _idle(ideas[n].effect)}
            dropped += [f"p{part.paradigm}i{n:02}" for n in part.ideas if n not in kept]
            parts.append(part.with_ideas(kept))
        return _Answer(
            draft=Draft(parts=tuple(parts)), idea=f"leave out {', '.join(dropped) or 'nothing'}"
        )

    def _fix(self) -> _Answer:
        if not self._parent.flaw:
            return self._simplify()
        if self._rng.random() < rates.REPAIRED:
            return _Answer(draft=self._parent.sound(), idea=f"mend the {self._parent.flaw}")
        slip = (self._parent.slip + 1) % SLIPS
        return _Answer(draft=replace(self._parent, slip=slip), idea="mend it")

    def _with_part(self, at: int, part: Part) -> Draft:
        """Return the parent with one part changed, and without a flaw by whatever was redone."""
        parts = list(self._parent.parts)
        parts[at] = part
        flaw_left = bool(self._parent.flaw) and self._rng.random() < 0.5
        draft = replace(self._parent, parts=tuple(parts))
        return draft if flaw_left else draft.sound()

    def _extended(self, part: Part, count: int) -> Part:
        for _ in range(count):
            part = part.with_ideas({*part.ideas, self._new_idea(part)})
        return part

    def _new_idea(self, part: Part) -> int:
        """Draw an idea that the part has not; the strong tier takes the better of two."""
        others = [number for number in range(IDEAS) if number not in part.ideas]
        if not others:
            return part.ideas[-1]
        weights = [
            (rates.HEEDED if (part.paradigm, number) in self._tried else 1.0)
            / (number + 1) ** rates.FAVOURITES
            for number in others
        ]
        draws = self._rng.choices(others, weights, k=2)
        if self._ask.tier != STRONG:
            return draws[0]
        ideas = self._landscape.paradigms[part.paradigm].ideas
        return max(draws, key=lambda number: ideas[number].merit)


def _idle(effect: Effect) -> float:
    """Return how probable it is that a simplification drops an idea."""
    return {Effect.NEUTRAL: 0.6, Effect.WORSE: 0.5, Effect.OVERFIT: 0.4}.get(effect, 0.08)


def _told(ask: Ask) -> str:
    """Return what the notes say was tried."""
    if ask.notes is None:
        return ""
    return "\n".join([*(f.idea for f in ask.notes.failures), ask.notes.scratchpad])


def _names(part: Part, without: Sequence[int]) -> str:
    numbers = [number for number in part.ideas if number not in without]
    return ", ".join(f"p{part.paradigm}i{number:02}" for number in numbers) or "nothing new"
