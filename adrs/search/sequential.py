"""A chain: every change starts from the latest program, whatever its score."""

from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.trial import Ask, Trial
from adrs.search.member import member_of
from adrs.search.operators import REFINE


class SequentialStrategy:
    """Asks for a change of the last scored program told, better or worse.

    Sequential conditioned sampling, one of the simple baselines of arXiv 2602.16805: each
    sample is conditioned on what came before, and nothing is selected. With W trials in flight
    there are W such chains, woven together.

    Args:
        objective: what is optimised; it changes nothing.
        seed: the run's seed; nothing is drawn here, so it changes nothing.
        evals: the budget, which changes nothing either.
    """

    def __init__(self, *, objective: Objective, seed: int, evals: int | None) -> None:  # noqa: ARG002  every strategy is built alike
        self._objective = objective
        self._last: Program | None = None

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return "sequential"

    @property
    def niches(self) -> int:
        """1 once a program with a score was told."""
        return 0 if self._last is None else 1

    def ask(self, number: int) -> Ask:  # noqa: ARG002  the last program is the parent at every number
        """Ask for a change of the last scored program.

        Raises:
            RuntimeError: no program with a score was told yet.
        """
        if self._last is None:
            raise RuntimeError("tell a trial with a score, the initial program's, before asking")
        return Ask(operator=REFINE, parent=self._last)

    def tell(self, trial: Trial) -> None:
        """Go on from the trial's program if it has a score."""
        member = member_of(trial, self._objective)
        if member is not None:
            self._last = member.program
