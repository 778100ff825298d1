"""Hill climbing: every change starts from the best program so far."""

from adrs.core.objective import Objective
from adrs.core.trial import Ask, Trial
from adrs.search.member import Member, member_of
from adrs.search.operators import REFINE


class GreedyStrategy:
    """Asks for a change of the best program told.

    A program takes the best one's place when it is fitter; when it is as fit, or decides the same
    everywhere, only when it is shorter. So neutral edits cannot pile up.

    Args:
        objective: what is optimised.
        seed: the run's seed; nothing is drawn here, so it changes nothing.
        evals: the budget, which changes nothing either.
    """

    def __init__(self, *, objective: Objective, seed: int, evals: int | None) -> None:  # noqa: ARG002  every strategy is built alike
        self._objective = objective
        self._best: Member | None = None

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return "greedy"

    @property
    def niches(self) -> int:
        """1 once a program with a score was told."""
        return 0 if self._best is None else 1

    def ask(self, number: int) -> Ask:  # noqa: ARG002  the best is the parent at every number
        """Ask for a change of the best program.

        Raises:
            RuntimeError: no program with a score was told yet.
        """
        if self._best is None:
            raise RuntimeError("tell a trial with a score, the initial program's, before asking")
        return Ask(operator=REFINE, parent=self._best.program)

    def tell(self, trial: Trial) -> None:
        """Compare the trial's program, if it has a score, with the best."""
        member = member_of(trial, self._objective)
        if member is not None and (self._best is None or _replaces(member, self._best)):
            self._best = member


def _replaces(member: Member, best: Member) -> bool:
    if member.behaviour == best.behaviour:
        return member.size < best.size
    return member.merit > best.merit
