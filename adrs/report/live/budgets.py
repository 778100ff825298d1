"""How much of each of its budgets a search with language models has used, and which one binds."""

from collections.abc import Sequence
from dataclasses import dataclass

from adrs.core.spending import Spending
from adrs.report.format import format_count, format_duration, format_usd, plural
from adrs.report.live.tally import Tally

EVALUATIONS = 3  # place of the evaluations among the budgets; what comes after them is time


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """One thing that a search spends.

    Attributes:
        used: how much, over all sittings.
        fresh: how much of that in this sitting.
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


def budgets(tally: Tally, spending: Spending, run_s: float) -> tuple[Budget, ...]:
    """Return what a search spends: calls, tokens, dollars, evaluations, and time if it is capped.

    Args:
        tally: the run so far.
        spending: what its calls took.
        run_s: wall seconds of this sitting.
    """
    config = None if tally.record is None else tally.record.config
    use = None if config is None else config.models
    before = tally.spending_before or spending
    arm = tally.arm
    found = [
        _counted(spending.calls, before.calls, None if use is None else use.calls, "call"),
        _counted(spending.tokens, before.tokens, None if use is None else use.tokens, "token"),
        _dollars(spending, before, None if use is None else use.usd),
    ]
    evals = None if config is None else config.evals
    found.append(_counted(arm.evaluations, arm.evaluations - arm.fresh, evals, "evaluation"))
    if tally.record is not None and config is not None and config.time_s is not None:
        spent_s = tally.record.spent_s + run_s
        found.append(
            Budget(
                used=spent_s,
                fresh=run_s,
                cap=config.time_s,
                words=f"{format_duration(spent_s)} of {format_duration(config.time_s)}",
            )
        )
    return tuple(found)


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
