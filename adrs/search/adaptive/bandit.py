"""Which operator to ask for: Thompson sampling that forgets, with priors.

The discounted Thompson sampling of Raj and Kalyani (arXiv 1707.09727, algorithm 1).
"""

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Mapping, Sequence
from random import Random
from statistics import NormalDist
from types import MappingProxyType
from typing import Final

from adrs.search.adaptive.expectation import Expectation
from adrs.search.adaptive.kin import Birth
from adrs.search.operators import CROSSOVER, FIX, REFINE, REWRITE, SIMPLIFY, TUNE
from adrs.search.selection import pick_index

PRIORS: Final[Mapping[str, float]] = MappingProxyType(
    {REFINE: 0.30, REWRITE: 0.22, CROSSOVER: 0.22, SIMPLIFY: 0.12, FIX: 0.22, TUNE: 0.22}
)
"""Expected reward by operator, before anything is known; about the shares of ShinkaEvolve's patch
types (diff 0.6, full 0.3, cross 0.1) once Thompson sampling has drawn from them."""

PRIOR_TRIALS = 6.0
FLOOR = 0.05
GAINS = 50
LEAST_REWARD = 0.25
_NORMAL = NormalDist()


class Bandit:
    """Learns how often an operator's children are better than their parents, of late.

    Args:
        memory: told trials over which rewards fade; γ = 1 - 1/memory, 0.95 for 20.
        learns: False to draw by the priors alone.
        by_evaluation: whether a tuning's reward is divided by the evaluations that it took.
    """

    def __init__(self, *, memory: int, learns: bool = True, by_evaluation: bool = True) -> None:
        self._by_evaluation = by_evaluation
        self._keep = 1 - 1 / memory
        self._learns = learns
        self._arms = {
            operator: Expectation(prior=prior, prior_trials=PRIOR_TRIALS)
            for operator, prior in PRIORS.items()
        }
        self._gains: deque[float] = deque(maxlen=GAINS)

    def tell(self, birth: Birth) -> None:
        """Take in what became of a trial; the operators without a prior are none of its own."""
        reward = self._reward(birth)
        operator = birth.trial.operator
        if not self._learns or operator not in PRIORS:
            return
        for arm in self._arms.values():
            arm.fade(self._keep)
        self._arms[operator].add(reward / (max(1, birth.trial.tried) if self._by_evaluation else 1))

    def draw(self, rng: Random, operators: Sequence[str]) -> str:
        """Return one of `operators`: each at least at the floor, else the best of a sample.

        The posterior of an operator's mean reward is a beta distribution; it is sampled through the
        normal one of equal mean and variance, which takes a single number of the generator.
        """
        if rng.random() < FLOOR * len(operators):
            return operators[pick_index(rng, len(operators))]
        samples = [self._sample(rng, operator) for operator in operators]
        return operators[samples.index(max(samples))]

    def mean(self, operator: str) -> float:
        """Return the expected reward of the operator."""
        return self._arms[operator].mean

    def _sample(self, rng: Random, operator: str) -> float:
        arm = self._arms[operator]
        return arm.mean + math.sqrt(arm.variance) * _NORMAL.inv_cdf(max(rng.random(), 1e-12))

    def _reward(self, birth: Birth) -> float:
        """1 for a new best, else by the rank of the gain among the latest gains; 0 without one."""
        if not birth.better:
            return 0.0
        assert birth.gain is not None
        ranked = sorted(self._gains)
        share = (1 + bisect_left(ranked, birth.gain)) / (1 + len(ranked))
        self._gains.append(birth.gain)
        return 1.0 if birth.record else LEAST_REWARD + share * (0.75 - LEAST_REWARD)
