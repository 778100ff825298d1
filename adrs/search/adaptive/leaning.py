"""Which models to turn to: those whose answers are worth more."""

import math
from collections.abc import Mapping

from adrs.core.evaluation import Verdict
from adrs.search.adaptive.expectation import Expectation
from adrs.search.adaptive.kin import Birth
from adrs.search.operators import TUNE

PRIOR = 0.2
PRIOR_TRIALS = 3.0
WORTH_SCORED = 0.3  # of a program that is better than its parent: one that is new and valid
FLOOR = 0.05
SHARPNESS = 2


class Leaning:
    """Learns what the answers of each proposer are worth.

    An answer is worth 1 when its program is better than its parent, 0.3 when it is no more than
    valid and unlike it, else nothing. A proposer whose worth may well be that of the best one keeps
    its weight: gains are rare, and chance would decide. For one that is worth less by more than a
    standard error on both sides, the factor is the square of what is left of the ratio: half the
    worth is a quarter of its weight. None is given up.

    Args:
        memory: told trials over which answers fade.
    """

    def __init__(self, *, memory: int) -> None:
        self._keep = 1 - 1 / memory
        self._worth: dict[str, Expectation] = {}

    def factors(self) -> Mapping[str, float]:
        """Return a factor on its weight, at most 1, by the name of every proposer heard of.

        Nothing is returned before there are two to choose from.
        """
        if len(self._worth) < 2:
            return {}
        least_best = max(one.mean - math.sqrt(one.variance) for one in self._worth.values())
        return {name: _factor(one, least_best) for name, one in self._worth.items()}

    def tell(self, birth: Birth) -> None:
        """Take in what became of a trial; the initial program and tunings are no proposer's."""
        if not birth.trial.parent_ids or birth.trial.operator == TUNE:
            return
        for known in self._worth.values():
            known.fade(self._keep)
        unknown = Expectation(prior=PRIOR, prior_trials=PRIOR_TRIALS)
        self._worth.setdefault(birth.trial.proposal.proposer, unknown).add(_worth(birth))


def _worth(birth: Birth) -> float:
    if birth.better:
        return 1.0
    # What was stopped in a race is valid, and was seen to differ from its rival.
    raced = birth.trial.verdict is Verdict.BEHIND
    return WORTH_SCORED if raced or (birth.gain is not None and not birth.copies) else 0.0


def _factor(worth: Expectation, least_best: float) -> float:
    most = worth.mean + math.sqrt(worth.variance)
    ratio = 1.0 if most >= least_best else most / least_best
    return max(FLOOR, ratio**SHARPNESS)
