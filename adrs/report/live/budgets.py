"""How much of each of its budgets a search has used, how fast, and which one binds."""

from collections.abc import Sequence
from dataclasses import dataclass

from adrs.core.spending import Spending
from adrs.report.format import format_count, format_duration, format_usd, plural
from adrs.report.live.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """Wall seconds since this sitting began, and since its present phase did."""

    run_s: float
    phase_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """One thing that a search spends.

    Attributes:
        used: how much, over all sittings.
        fresh: how much of that in this sitting's search.
        cap: how much it may; None for no limit.
        words: used and cap as they are shown.
    """

    used: float
    fresh: float
    cap: float | None
    words: str

    @property
    def share(self) -> float | None:
        """Used part of the cap, at most 1; None without a cap."""
        return None if self.cap is None else min(self.used / self.cap, 1.0)

    def seconds_left(self, in_s: float) -> float | None:
        """Return how long it lasts when it goes on as it did for `in_s`; None for no end."""
        if self.cap is None or self.fresh <= 0 or in_s <= 0:
            return None
        return max(self.cap - self.used, 0.0) * in_s / self.fresh


def call_budgets(tally: Tally) -> tuple[Budget, ...]:
    """Return what calls take: their number, tokens and dollars; nothing without models."""
    spending = tally.spending
    if spending is None:
        return ()
    use = None if tally.record is None else tally.record.config.models
    before = tally.spending_before or spending
    return (
        _counted(spending.calls, before.calls, None if use is None else use.calls, "call"),
        _counted(spending.tokens, before.tokens, None if use is None else use.tokens, "token"),
        _dollars(spending, before, None if use is None else use.usd),
    )


def counted_budgets(tally: Tally) -> tuple[Budget, ...]:
    """Return what a search spends but time: calls, tokens, dollars where it asks, evaluations."""
    evals = None if tally.record is None else tally.record.config.evals
    arm = tally.arm
    evaluations = _counted(arm.evaluations, arm.evaluations - arm.fresh, evals, "evaluation")
    return (*call_budgets(tally), evaluations)


def budgets(tally: Tally, clocked: Clocked) -> tuple[Budget, ...]:
    """Return everything that a search spends: what is counted, and time where it is capped."""
    counted = counted_budgets(tally)
    cap = None if tally.record is None else tally.record.config.time_s
    if cap is None or tally.record is None:
        return counted
    spent_s = tally.record.spent_s + clocked.run_s
    words = f"{format_duration(spent_s)} of {format_duration(cap)}"
    return (*counted, Budget(used=spent_s, fresh=clocked.phase_s, cap=cap, words=words))


def binding(found: Sequence[Budget]) -> Budget | None:
    """Return the budget of which the largest part is used; None where none has a cap."""
    capped = [budget for budget in found if budget.share is not None]
    return max(capped, key=lambda budget: budget.share or 0.0, default=None)


def _counted(used: int, before: int, cap: int | None, noun: str) -> Budget:
    words = plural(used, noun) if cap is None else f"{format_count(used)}/{plural(cap, noun)}"
    return Budget(used=used, fresh=used - before, cap=cap, words=words)


def _dollars(spending: Spending, before: Spending, cap: float | None) -> Budget:
    words = format_usd(spending.usd)
    if cap is not None:
        words += f" of {format_usd(cap)}"
    if spending.unpriced:
        words = f"{words} + {format_count(spending.unpriced)} unpriced"
        if spending.unpriced == spending.calls:
            words = "cost unknown"
    return Budget(used=spending.usd, fresh=spending.usd - before.usd, cap=cap, words=words)
