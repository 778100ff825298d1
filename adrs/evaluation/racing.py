"""Races over scenarios: a program that is out of reach of its rival is not played to the end.

Every program plays the same scenarios in the same order, so a race compares pairs under common
random numbers. After each block the mean gain over all scenarios is bounded from above by Student's
t on the paired gains so far, with the correction for drawing without replacement from a finite set
(Cochran, "Sampling Techniques", 3rd ed., 1977, eq. 2.11); when the bound is not above zero, the
rest is left out. The idea is Maron and Moore's ("Hoeffding races", NIPS 1993).
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from adrs.core.evaluation import Evaluation
from adrs.core.program import Program
from adrs.core.scenario import Scalar
from adrs.core.seeds import derive_seed

SMALLEST_BLOCK = 4  # scenarios; fewer say too little about a heavy-tailed gain
FIRST_PART = 6  # a first block is one in so many of all scenarios
CHECK_EVERY = 16  # of the programs that would be stopped, one so many is played on
# One-sided 95 % quantiles of Student's t, by degrees of freedom (R: qt(.95, df)). Most programs
# that race are worse by far, so that of their stops at that level far fewer than 5 % are wrong.
_QUANTILES = {3: 2.353, 4: 2.132, 5: 2.015, 6: 1.943, 7: 1.895, 8: 1.860, 9: 1.833, 11: 1.796}
_QUANTILES |= {15: 1.753, 23: 1.714, 31: 1.696, 47: 1.678, 63: 1.669}
_NORMAL_QUANTILE = 1.645


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Whom a program races against.

    Attributes:
        program_id: the rival's program.
        values: its raw values on the split, one a scenario, in the split's order.
    """

    program_id: str
    values: tuple[float, ...]


def rival_of(evaluation: Evaluation | None) -> Rival | None:
    """Return the rival that an evaluation stands for; None for none."""
    if evaluation is None:
        return None
    return Rival(program_id=evaluation.program_id, values=evaluation.values)


def playing_order(problem: str, params: Sequence[Mapping[str, Scalar]]) -> tuple[int, ...]:
    """Return the order in which a split's scenarios are played: the same for every program.

    The first ones have to stand for all. So next is always one whose parameters have had their
    values least often so far; of several, the one that was drawn first. On spot's blind mutants
    this halves the wrong stops of an order that is only drawn.

    Args:
        problem: the problem's name, which keys the draw.
        params: every scenario's parameters, in the split's order.
    """
    rng = Random(derive_seed("race", problem))
    draws = [rng.random() for _ in params]
    left = sorted(range(len(params)), key=draws.__getitem__)
    had: Counter[tuple[str, Scalar]] = Counter()
    order = []
    while left:
        at = min(left, key=lambda at: sum(had[pair] for pair in params[at].items()))
        had.update(params[at].items())
        left.remove(at)
        order.append(at)
    return tuple(order)


def block_ends(count: int) -> tuple[int, ...]:
    """Return after how many scenarios a race over `count` of them pauses, the end included.

    After a sixth, a third and two thirds: what is hopeless shows soon, and each pause has messages
    of its own, where more scenarios would share them. Replayed on 36,000 whole evaluations of six
    problems, that leaves out 2 to 8 points more than even blocks of 8, and 0.3 % more of the stops
    are wrong at most.
    """
    ends = []
    end = max(SMALLEST_BLOCK, math.ceil(count / FIRST_PART))
    while end + SMALLEST_BLOCK <= count:
        ends.append(end)
        end *= 2
    return (*ends, count)


def out_of_reach(gains: Sequence[float], total: int) -> bool:
    """Tell whether the mean gain over all scenarios can hardly be above zero.

    A program that so far did just what its rival does is not out of reach: its gains have no
    spread to judge by. Such stops were most of the wrong ones.

    Args:
        gains: of the scenarios played so far, at least `SMALLEST_BLOCK`; larger is better.
        total: how many scenarios there are.
    """
    played = len(gains)
    mean = math.fsum(gains) / played
    if mean > 0 or played >= total or not any(gains):
        return False
    spread = math.hypot(*(gain - mean for gain in gains))  # squares alone may overflow
    error = spread * math.sqrt((1 - played / total) / (played - 1) / played)
    return mean + _quantile(played - 1) * error <= 0


class Race:
    """One program's race: when to look how it stands, and how it stands.

    It is over when the rival is out of reach, and when the program is ahead: what was ahead at a
    pause is seldom out of reach at a later one, and the rest is fastest played in one go.

    Args:
        rival: against whom; None for nobody.
        fitness: what a raw value is worth; larger is better.
        places: the scenarios' places in their split, in the order of playing.

    Attributes:
        open: whether it goes on.
        behind_after: after how many scenarios the rival was out of reach; None if it was not.
        mean_gain: of the scenarios played when it was last looked at.
    """

    def __init__(
        self, rival: Rival | None, fitness: Callable[[float], float], places: Sequence[int]
    ) -> None:
        self.open = rival is not None
        self.behind_after: int | None = None
        self.mean_gain = 0.0
        self._fitness = fitness
        self._marks = [] if rival is None else [fitness(rival.values[place]) for place in places]

    @property
    def total(self) -> int:
        """How many scenarios there are."""
        return len(self._marks)

    def next_pause(self, pauses: Sequence[int], played: int) -> int:
        """Return after how many scenarios to look again: one of the pauses, the last if over."""
        if not self.open:
            return pauses[-1]
        return next(pause for pause in pauses if pause > played)

    def look(self, values: Sequence[float]) -> None:
        """Judge the race by the raw values of the scenarios played so far."""
        pairs = zip(values, self._marks, strict=False)
        gains = [self._fitness(value) - mark for value, mark in pairs]
        self.mean_gain = math.fsum(gains) / len(gains)
        if out_of_reach(gains, self.total):
            self.behind_after = len(gains)
        self.open = self.behind_after is None and self.mean_gain <= 0


def is_checked(program: Program) -> bool:
    """Tell whether a program is played on when a race is decided against it, as one of a sample."""
    return derive_seed("race check", program.id) % CHECK_EVERY == 0


def _quantile(freedom: int) -> float:
    if freedom > max(_QUANTILES):
        return _NORMAL_QUANTILE
    return _QUANTILES[max(known for known in _QUANTILES if known <= freedom)]
