"""The budgets of a search: evaluations, wall time, model calls; reserved before they are spent."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from adrs.core.call import Call
from adrs.core.spending import answered
from adrs.proposers.llm.budget import Reservation
from adrs.proposers.protocol import BudgetSpent


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

    def reserve_evaluations(self, count: int = 1) -> bool:
        """Take evaluations out of the budget; False when not as many are left."""
        if self.evals is not None and self.reserved + count > self.evals:
            return False
        self.reserved += count
        return True

    def release_evaluations(self, count: int) -> None:
        """Give back what turned out not to be needed."""
        self.reserved -= count


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
    """What model calls took so far.

    Attributes:
        calls: answered calls.
        tokens: tokens sent and received.
        usd: US dollars, as far as prices are known.
        unpriced: answered calls whose price is not known.
    """

    calls: int = 0
    tokens: int = 0
    usd: float = 0.0
    unpriced: int = 0

    def count(self, call: Call) -> None:
        """Add what an attempt took: nothing where it was not answered."""
        if answered(call):
            self.calls += 1
            self.tokens += call.usage.prompt_tokens + call.usage.completion_tokens
            self.usd += call.cost_usd or 0.0
            self.unpriced += call.cost_usd is None


class CallLedger:
    """Reserves model calls before they are made and settles them after; see `CallBudget`.

    What is reserved counts as spent until it is settled, so at any concurrency a cap is exceeded
    at most by what replies took beyond their own reservations. Thread-safe.

    Args:
        caps: the run's totals.
        earlier: the run's attempts of earlier sittings.
    """

    def __init__(self, caps: CallCaps, earlier: Iterable[Call] = ()) -> None:
        self._caps = caps
        self._spent = CallSpend()
        self._held = CallSpend()
        self._lock = threading.Lock()
        for call in earlier:
            self._spent.count(call)

    def reserve(self, estimate: Reservation) -> Reservation:
        """Set aside one call of that size.

        Raises:
            BudgetSpent: a cap leaves no room for it; the text says which.
        """
        with self._lock:
            refusal = self._refusal(estimate)
            if refusal:
                raise BudgetSpent(refusal)
            self._add(self._held, estimate, 1)
            return estimate

    def settle(self, ticket: Reservation, call: Call) -> None:
        """Replace a reservation by what the call took, if it was answered."""
        with self._lock:
            self._add(self._held, ticket, -1)
            self._spent.count(call)

    def release(self, ticket: Reservation) -> None:
        """Give a reservation back unused."""
        with self._lock:
            self._add(self._held, ticket, -1)

    def standing(self) -> tuple[CallSpend, int]:
        """Return what was spent so far, and how many calls are reserved and not settled yet."""
        with self._lock:
            return replace(self._spent), self._held.calls

    def _refusal(self, estimate: Reservation) -> str:
        """Return which cap leaves no room for a call; empty where all do."""
        caps, spent, held = self._caps, self._spent, self._held
        if caps.calls is not None and spent.calls + held.calls + 1 > caps.calls:
            return "the budget of model calls is used up"
        if caps.tokens is not None and spent.tokens + held.tokens + estimate.tokens > caps.tokens:
            return (
                f"the budget of {caps.tokens:,} tokens has no room for another call, which may "
                f"take {estimate.tokens:,}"
            )
        if caps.usd is None:
            return ""
        usd, most = spent.usd + held.usd, estimate.usd or 0.0
        if usd < caps.usd and usd + most <= caps.usd:
            return ""
        return (
            f"the budget of ${caps.usd:g} has no room for another call, which may cost ${most:.2g}"
        )

    @staticmethod
    def _add(total: CallSpend, what: Reservation, sign: int) -> None:
        total.calls += sign
        total.tokens += sign * what.tokens
        total.usd += sign * (what.usd or 0.0)
