"""What simulated programs are worth: paradigms with ceilings, ideas with diminishing gains.

The quality of a part on a kind of scenarios is

    start + (ceiling - start) * (1 - left),    left = product of (1 - closed) over its ideas,

so every gain is a share of what is left, no order matters, and no paradigm gets above its ceiling.
Quality 0 is the human baseline, 1 the proven bound.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from random import Random

from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.seeds import derive_seed
from adrs.testing.simulated_model import rates
from adrs.testing.simulated_model.drafts import Draft, Part, read, write

OBJECTIVE = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)
KINDS = 4  # of scenarios: light and heavy load, say, with short and long jobs
PARADIGMS = 12
IDEAS = 24  # per paradigm
COUNTS = {
    Split.TRAIN: 32,
    Split.VALIDATION: 32,
    Split.HELDOUT: 64,
    Split.SHIFTED: 32,
    Split.STRESS: 8,
}

NOISE = 0.05  # standard deviation of what a scenario adds to a program's quality
MISFIT = 0.08  # quality that a constant wrong by a factor of e, or more, costs
SWITCHING = 0.85  # weight of the better of two parts
OVERFITTED = 0.05  # gained on half of the train scenarios
OVERFIT_HARM = 0.02  # lost on all others
WORST = -1.0
SMALLEST = 1e-3  # constant; smaller ones act like it
BANDS = 2  # of noise, for every factor of e between constants


class Effect(StrEnum):
    """What an idea does."""

    GAIN = "gain"
    TRADE = "trade-off"
    NEUTRAL = "neutral"
    OVERFIT = "overfit"
    WORSE = "worse"


_SHARES = {
    Effect.GAIN: rates.GAIN,
    Effect.TRADE: rates.TRADE,
    Effect.NEUTRAL: rates.NEUTRAL,
    Effect.OVERFIT: rates.OVERFIT,
    Effect.WORSE: rates.WORSE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """A change that a paradigm allows.

    Attributes:
        effect: what it does.
        closed: the share of what is left to the ceiling that it closes, by kind of scenario;
            negative where it opens more.
    """

    effect: Effect
    closed: tuple[float, ...]

    @property
    def merit(self) -> float:
        """How good it is, for those who can judge: what it closes on average."""
        harm = OVERFIT_HARM if self.effect is Effect.OVERFIT else 0.0
        return sum(self.closed) / KINDS - harm


@dataclass(frozen=True, slots=True, kw_only=True)
class Paradigm:
    """An approach.

    Attributes:
        start: its quality without any idea, by kind of scenario.
        ceiling: what it can never surpass, by kind of scenario.
        constant: the best value of its number.
        ideas: what can be tried in it.
    """

    start: tuple[float, ...]
    ceiling: tuple[float, ...]
    constant: float
    ideas: tuple[Idea, ...]


class Landscape:
    """A problem of its own for every seed.

    Args:
        seed: keys everything in it.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.paradigms = tuple(self._paradigm(number) for number in range(PARADIGMS))
        self._read = lru_cache(maxsize=4096)(read)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Landscape) and other.seed == self.seed

    def __hash__(self) -> int:
        return self.seed

    @cached_property
    def initial(self) -> Program:
        """The program that a search starts from: the first paradigm without an idea."""
        constant = round(self.paradigms[0].constant * 1.8, 2)
        return Program.of(write(Draft(parts=(Part(paradigm=0, constant=constant),))))

    def draft(self, source: str) -> Draft:
        """Return the state that a program's text holds; see `read`."""
        return self._read(source)

    def rooms(self, split: Split) -> tuple[tuple[float, float], ...]:
        """Return the proven best cost of every scenario, and how far the baseline is above it."""
        rng = Random(derive_seed(self.seed, "scenarios", split.value))
        return tuple((rng.uniform(20, 60), rng.uniform(10, 50)) for _ in range(COUNTS[split]))

    def costs(self, draft: Draft, split: Split) -> tuple[float, ...]:
        """Return the cost of every scenario of a split; none is below the proven best."""
        pairs = zip(self.rooms(split), self.qualities(draft, split), strict=True)
        return tuple(best + room * (1.0 - quality) for (best, room), quality in pairs)

    def ceiling(self, paradigm: int) -> float:
        """Return what the mean quality of a paradigm can never surpass."""
        return sum(self.paradigms[paradigm].ceiling) / KINDS

    def true_quality(self, draft: Draft) -> float:
        """Return the quality on infinitely many held-out scenarios; `WORST` for a broken one."""
        if draft.flaw:
            return WORST
        levels = self.levels(draft)
        return sum(levels) / KINDS - OVERFIT_HARM * len(self._overfits(draft))

    def levels(self, draft: Draft) -> list[float]:
        """Return the quality by kind of scenario, without noise and overfitting."""
        by_part = [self._part_levels(part) for part in draft.parts]
        if len(by_part) == 1:
            return by_part[0]
        return [
            SWITCHING * max(pair) + (1 - SWITCHING) * min(pair)
            for pair in zip(*by_part, strict=True)
        ]

    def behaviour(self, draft: Draft) -> str:
        """Return a text that is equal for programs that decide the same everywhere."""
        return repr([(*self._acting(part), part.constant) for part in draft.parts])

    def qualities(self, draft: Draft, split: Split) -> list[float]:
        """Return the quality in every scenario of a split, at most 1.

        Programs with the same acting ideas, and constants near to each other, meet the same noise;
        any others meet their own.
        """
        levels = self.levels(draft)
        overfits = self._overfits(draft)
        key = repr([(*self._acting(part), _band(part.constant)) for part in draft.parts])
        rng = Random(derive_seed(self.seed, "noise", split.value, key))
        found = []
        for index in range(COUNTS[split]):
            quality = levels[index % KINDS] + rng.gauss(0.0, NOISE)
            for number in overfits:
                helped = split is Split.TRAIN and (index // KINDS + number) % 2 == 0
                quality += OVERFITTED if helped else -OVERFIT_HARM
            found.append(max(WORST, min(1.0, quality)))
        return found

    def _acting(self, part: Part) -> tuple[int, list[int]]:
        """Return the paradigm and those ideas that change a decision."""
        ideas = self.paradigms[part.paradigm].ideas
        return part.paradigm, [i for i in part.ideas if ideas[i].effect is not Effect.NEUTRAL]

    def _overfits(self, draft: Draft) -> list[int]:
        return [
            number
            for part in draft.parts
            for number in part.ideas
            if self.paradigms[part.paradigm].ideas[number].effect is Effect.OVERFIT
        ]

    def _part_levels(self, part: Part) -> list[float]:
        paradigm = self.paradigms[part.paradigm]
        wrong = min(1.0, abs(math.log(max(part.constant, SMALLEST) / paradigm.constant)))
        levels = []
        for kind in range(KINDS):
            left = 1.0
            for number in part.ideas:
                left *= 1.0 - paradigm.ideas[number].closed[kind]
            start, ceiling = paradigm.start[kind], paradigm.ceiling[kind]
            levels.append(ceiling - (ceiling - start) * left - MISFIT * wrong**2)
        return levels

    def _paradigm(self, number: int) -> Paradigm:
        rng = Random(derive_seed(self.seed, "paradigm", number))
        # The start is a well-known approach: sound, and with a low ceiling.
        height = rng.uniform(0.3, 0.45) if number == 0 else 0.2 + 0.75 * rng.betavariate(1.6, 2.0)
        ceiling = [min(0.98, max(0.1, height + rng.gauss(0.0, 0.12))) for _ in range(KINDS)]
        share = 0.0 if number == 0 else rng.uniform(-0.3, 0.4)
        return Paradigm(
            start=tuple(share * level for level in ceiling),
            ceiling=tuple(ceiling),
            constant=round(rng.uniform(0.3, 3.0), 2),
            ideas=tuple(_idea(rng) for _ in range(IDEAS)),
        )


def _band(constant: float) -> int:
    return round(BANDS * math.log(max(constant, SMALLEST)))


def _idea(rng: Random) -> Idea:
    effect = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
    closed = [0.0] * KINDS
    better = rng.sample(range(KINDS), 2)
    for kind in range(KINDS):
        large, small = rng.uniform(0.2, 0.5), rng.uniform(0.0, 0.15)
        if effect is Effect.GAIN:
            closed[kind] = large if kind in better else small
        elif effect is Effect.TRADE:
            closed[kind] = large if kind in better else -small
        elif effect is Effect.WORSE:
            closed[kind] = -large / 2 if kind in better else -small / 2
    return Idea(effect=effect, closed=tuple(closed))
