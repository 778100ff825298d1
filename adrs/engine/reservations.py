"""Evaluations that are set aside for the trials on their way."""

from adrs.core.trial import Trial
from adrs.engine.budget import Ledger
from adrs.engine.tuning import TUNING_EVALUATIONS
from adrs.search.operators import TUNE


class Reservations:
    """Takes out of a budget what a trial may need, and gives back what it did not.

    It is given back when the trial is told: when an evaluation ends depends on the scorers, the
    order of telling does not.

    Args:
        ledger: the budget.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._held: dict[int, int] = {}

    @property
    def open(self) -> bool:
        """True while something is set aside, of which some may be given back."""
        return bool(self._held)

    def take(self, number: int, operator: str) -> bool:
        """Set aside what trial `number` may need; False while there is no room for it.

        A tuning that can never fit gets a single evaluation, see `fits_tuning`.
        """
        needed = TUNING_EVALUATIONS if operator == TUNE else 1
        if not self._ledger.reserve_evaluations(needed):
            if self.open or needed == 1 or not self._ledger.reserve_evaluations():
                return False
            needed = 1
        self._held[number] = needed
        return True

    def fits_tuning(self, number: int) -> bool:
        """Tell whether enough was set aside for trial `number` to tune."""
        return self._held[number] >= TUNING_EVALUATIONS

    def settle(self, trial: Trial) -> None:
        """Give back what a told trial did not need."""
        reserved = self._held.pop(trial.number)
        self._ledger.release_evaluations(reserved - trial.evaluations)

    def drop(self, number: int) -> None:
        """Give back everything: there will be no such trial."""
        self._ledger.release_evaluations(self._held.pop(number))
