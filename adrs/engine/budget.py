"""The budgets of a search: evaluations, wall time, model calls; reserved before they are spent."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from adrs.core.call import Usage
from adrs.proposers.llm.budget import Reservation


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

    def release_evaluation(self) -> None:
        """Give one back that turned out not to be needed."""
        self.reserved -= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCaps:
    """Totals that a run's model calls may reach, resumes included; None for no limit.

    Attributes:
        calls: answered calls.
        tokens: tokens sent and received.
        usd: US dollars.
    """

    calls: int | None = None
    tokens: int | None = None
    usd: float | None = None


@dataclass(slots=True)
class CallSpend:
    """What model calls took so far."""

    calls: int = 0
    tokens: int = 0
    usd: float = 0.0


class CallLedger:
    """Reserves model calls before they are made and settles them after; see `CallBudget`.

    What is reserved counts as spent until it is settled, so at any concurrency a cap is exceeded
    at most by what replies took beyond their own reservations. Thread-safe.

    Args:
        caps: the run's totals.
        spent: what earlier sittings took.
    """

    def __init__(self, caps: CallCaps, spent: CallSpend) -> None:
        self._caps = caps
        self._spent = spent
        self._held = CallSpend()
        self._lock = threading.Lock()

    def reserve(self, estimate: Reservation) -> Reservation | None:
        """Set aside one call of that size; None when a cap leaves no room for it."""
        with self._lock:
            if self._lacking(estimate):
                return None
            self._add(self._held, estimate, 1)
            return estimate

    def settle(self, ticket: Reservation, usage: Usage, usd: float | None) -> None:
        """Replace a reservation by what the call took."""
        with self._lock:
            self._add(self._held, ticket, -1)
            self._spent.calls += 1
            self._spent.tokens += usage.prompt_tokens + usage.completion_tokens
            self._spent.usd += usd or 0.0

    def release(self, ticket: Reservation) -> None:
        """Give a reservation back unused."""
        with self._lock:
            self._add(self._held, ticket, -1)

    @property
    def in_flight(self) -> int:
        """Calls that are reserved and not settled yet."""
        with self._lock:
            return self._held.calls

    @property
    def lacking(self) -> str:
        """Which cap does not allow even the smallest call; empty when none is reached."""
        with self._lock:
            return self._lacking(Reservation(tokens=1, usd=None))

    def _lacking(self, estimate: Reservation) -> str:
        caps, spent, held = self._caps, self._spent, self._held
        if caps.calls is not None and spent.calls + held.calls + 1 > caps.calls:
            return "calls"
        if caps.tokens is not None and spent.tokens + held.tokens + estimate.tokens > caps.tokens:
            return "tokens"
        usd = estimate.usd or 0.0
        if caps.usd is not None and (
            spent.usd + held.usd + usd > caps.usd or spent.usd + held.usd >= caps.usd
        ):
            return "US dollars"
        return ""

    @staticmethod
    def _add(total: CallSpend, what: Reservation, sign: int) -> None:
        total.calls += sign
        total.tokens += sign * what.tokens
        total.usd += sign * (what.usd or 0.0)
