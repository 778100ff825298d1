"""The budget of a search: evaluations reserved before they are spent, and wall time."""

from collections.abc import Callable


class Ledger:
    """Counts what a search may spend; a budget is the total for the run, resumes included.

    Args:
        evals: evaluations allowed; None for no limit.
        time_s: wall seconds allowed; None for no limit.
        spent_s: wall seconds spent in earlier sittings.
        clock: a monotonic clock, in seconds.
    """

    def __init__(
        self,
        *,
        evals: int | None,
        time_s: float | None,
        spent_s: float,
        clock: Callable[[], float],
    ) -> None:
        self.evals = evals
        self._time_s = time_s
        self._spent_s = spent_s
        self._clock = clock
        self._began = clock()
        self.reserved = 0

    @property
    def spent_s(self) -> float:
        """Wall seconds spent so far, earlier sittings included."""
        return self._spent_s + self._clock() - self._began

    @property
    def out_of_time(self) -> bool:
        """True once the wall time is used up."""
        return self._time_s is not None and self.spent_s >= self._time_s

    def reserve_evaluation(self) -> bool:
        """Take one evaluation out of the budget; False when none is left."""
        if self.evals is not None and self.reserved >= self.evals:
            return False
        self.reserved += 1
        return True
