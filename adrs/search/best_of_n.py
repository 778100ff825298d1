"""Rounds of independent samples: n changes of one parent, then n of the best so far."""

import math

from adrs.core.objective import Objective
from adrs.core.trial import Ask, Trial
from adrs.search.member import Member, member_of
from adrs.search.operators import REFINE
from adrs.search.settings import USUAL_EVALS


class BestOfNStrategy:
    """Asks for n changes of the initial program, then for n of the best program, and so on.

    Best-of-n sampling, repeated: inside a round the samples know nothing of one another, so that a
    lucky one is built upon only when its round is over. n is the square root of the budget, which
    gives as many rounds as samples in a round. Trial k belongs to round (k - 1) // n whenever it is
    told, and starts from the best program that was told of the rounds before.

    Args:
        objective: what is optimised.
        seed: the run's seed; nothing is drawn here, so it changes nothing.
        evals: the budget, by which n is chosen; None is planned like 2,000.
    """

    def __init__(self, *, objective: Objective, seed: int, evals: int | None) -> None:  # noqa: ARG002  every strategy is built alike
        self._objective = objective
        self._samples = max(1, math.isqrt(USUAL_EVALS if evals is None else evals))
        self._best_of: dict[int, Member] = {}  # by round, those alone that beat all rounds before

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return "best-of-n"

    @property
    def niches(self) -> int:
        """1 once a program with a score was told."""
        return 1 if self._best_of else 0

    def ask(self, number: int) -> Ask:
        """Ask for a change of the best program of the rounds before that of `number`.

        Raises:
            RuntimeError: no program with a score was told yet.
        """
        if not self._best_of:
            raise RuntimeError("tell a trial with a score, the initial program's, before asking")
        before = [one for one in self._best_of if one < self._round(number)] or [min(self._best_of)]
        return Ask(operator=REFINE, parent=self._best_of[max(before)].program)

    def tell(self, trial: Trial) -> None:
        """Keep the trial's program if it is the best of its round and of those before."""
        member = member_of(trial, self._objective)
        if member is None:
            return
        home = self._round(trial.number)
        if any(one <= home and best.merit >= member.merit for one, best in self._best_of.items()):
            return
        kept = {
            one: best
            for one, best in self._best_of.items()
            if one < home or best.merit > member.merit
        }
        self._best_of = {**kept, home: member}

    def _round(self, number: int) -> int:
        return (number - 1) // self._samples
