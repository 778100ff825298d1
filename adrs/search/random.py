"""Independent samples: every change starts from the initial program."""

from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.trial import Ask, Trial
from adrs.search.member import member_of
from adrs.search.operators import REFINE


class RandomStrategy:
    """Asks for a change of the initial program, always; learns nothing from what it is told.

    With single blind edits as proposals it is the floor that any search has to beat.

    Args:
        objective: what is optimised.
        seed: the run's seed; nothing is drawn here, so it changes nothing.
        evals: the budget, which changes nothing either.
    """

    def __init__(self, *, objective: Objective, seed: int, evals: int | None) -> None:  # noqa: ARG002  every strategy is built alike
        self._objective = objective
        self._initial: Program | None = None

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return "random"

    @property
    def niches(self) -> int:
        """1 once the initial program was told."""
        return 0 if self._initial is None else 1

    def ask(self, number: int) -> Ask:  # noqa: ARG002  every ask is the same
        """Ask for a change of the initial program.

        Raises:
            RuntimeError: no program with a score was told yet.
        """
        if self._initial is None:
            raise RuntimeError("tell a trial with a score, the initial program's, before asking")
        return Ask(operator=REFINE, parent=self._initial)

    def tell(self, trial: Trial) -> None:
        """Keep the first scored program, the initial one; forget the rest."""
        if self._initial is None:
            member = member_of(trial, self._objective)
            self._initial = None if member is None else member.program
