"""Why a search ends, or a run breaks off: budget, user, fault, or nothing new to try."""

from typing import Protocol

from adrs.core.events import ArmEnded
from adrs.core.trial import Arm
from adrs.engine.budget import Ledger
from adrs.engine.standing import BARREN, Standing
from adrs.errors import AdrsError, ProposerError

STOPPED = "stopped by the user"


class StopRequest(Protocol):
    """Tells whether somebody asked the run to stop."""

    @property
    def requested(self) -> bool:
        """True once a stop was asked for."""


class Stopped(Exception):
    """A stop was asked for between two evaluations outside the search; nothing is lost."""


class Ending:
    """Knows whether a search is to end, and why. The first fault stays; the last reason counts.

    Args:
        arm: whose search it is.
        ledger: the arm's budget.
        standing: what the search has come to.
        stop: whether somebody asked to stop.
    """

    def __init__(self, arm: Arm, *, ledger: Ledger, standing: Standing, stop: StopRequest) -> None:
        self._arm = arm
        self._ledger = ledger
        self._standing = standing
        self._stop = stop
        self._ended: ArmEnded | None = None
        self._fault: AdrsError | None = None

    @property
    def reached(self) -> bool:
        """True once nothing more is to be asked."""
        return self._ended is not None

    def due(self) -> bool:
        """Look whether the search is to end now, and end it then."""
        if self._stop.requested:
            self.end(STOPPED, complete=False)
        elif self._ledger.out_of_time:
            self.end("the budget of time is used up", complete=True)
        elif self._standing.barren:
            reason = f"{BARREN} proposals in a row brought nothing new to try"
            self.end(reason, complete=True)
        return self.reached

    def end(self, reason: str, *, complete: bool) -> None:
        """Ask no more.

        Args:
            reason: why, for the user.
            complete: whether the search did all that it was to do.
        """
        self._ended = ArmEnded(arm=self._arm, reason=reason, complete=complete)

    def fail(self, fault: AdrsError) -> None:
        """Ask no more because of a fault, unless that comes of being stopped."""
        if self._stop.requested:
            self.end(STOPPED, complete=False)
            return
        self._fault = self._fault or fault
        self.end(str(fault), complete=False)

    def fail_fruitless(self) -> None:
        """Ask no more as nothing but answers without a program came."""
        standing = self._standing
        self.fail(
            ProposerError(
                f"the last {standing.fruitless} answers held no program: {standing.last_rejection}"
            )
        )

    def outcome(self) -> ArmEnded:
        """Return how the search ended.

        Raises:
            AdrsError: the fault that ended it.
        """
        if self._fault is not None:
            raise self._fault
        assert self._ended is not None
        return self._ended
