"""The parts of a report that tell of model calls: by model and operator, what they cost, ideas."""

from collections.abc import Iterable, Sequence

from rich.text import Text

from adrs.core.call import Usage
from adrs.report.format import (
    ABSENT,
    clean,
    format_count,
    format_step,
    format_usd,
    model_name,
    plural,
)
from adrs.report.layout import CHAMPION, CONTEXT, Column, Table
from adrs.report.run.model import RunSummary
from adrs.report.run.spend import Overrun, Saving, Spend, SpendShare
from adrs.report.run.steps import Step

MOST_STEPS = 5
_BUDGET_WORDS = {"calls": "calls", "tokens": "tokens", "usd": "US dollars"}


def call_lines(summary: RunSummary, width: int) -> list[Text]:
    """Return the table of models and operators; nothing for a run without calls."""
    spend = summary.spend
    if not spend.models:
        return []
    shares = (*spend.models, *spend.operators)
    columns = [
        Column(title="model calls", cells=_names(shares), shrink=True),
        _counts("calls", [share.calls for share in shares]),
        _counts("tokens sent", [share.usage.prompt_tokens for share in shares], drop=2),
        _counts("received", [share.usage.completion_tokens for share in shares], drop=1),
        Column(title="cost", cells=_texts(cost_in_words(share) for share in shares), right=True),
    ]
    if any(share.reused for share in shares):
        columns.append(_counts("reused", [share.reused for share in shares]))
    columns.append(_counts("repairs", [share.repairs for share in shares], drop=3))
    columns.append(_counts("rejected", [share.rejected for share in shares]))
    columns.append(_gained([share.improvements for share in shares]))
    return Table(columns=tuple(columns), rules=(0, len(spend.models))).lines(width)


def step_lines(summary: RunSummary, width: int) -> list[Text]:
    """Return the last improvements with their ideas; nothing for a run without models."""
    steps = summary.steps[-MOST_STEPS:][::-1] if summary.setup.models is not None else ()
    if not steps:
        return []
    columns = (
        Column(title="trial", cells=_texts(f"#{step.trial}" for step in steps), right=True),
        Column(title="train", cells=_gains(steps, summary.setup.objective.unit), right=True),
        Column(title="operator", cells=_texts(step.operator for step in steps), drop=2),
        Column(title="model", cells=_texts(model_name(s.proposer) for s in steps), drop=1),
        Column(title="idea", cells=_texts(step.idea for step in steps), shrink=True),
    )
    return Table(columns=columns, rules=()).lines(width)


def spend_parts(spend: Spend) -> list[str]:
    """Return what calls took, in parts; "0 calls" and "$0.00" where there were none."""
    parts = [plural(spend.calls, "call")]
    if spend.calls:
        parts.extend(_token_parts(spend.usage))
    return [*parts, _total_cost(spend)]


def saving_parts(spend: Spend) -> list[str]:
    """Return which answers of other runs were used, and what that saved."""
    return [part for saving in spend.savings for part in _saving(saving)]


def failure_parts(spend: Spend) -> list[str]:
    """Return how attempts failed, by model."""
    return [_failures(share) for share in spend.models if share.failed]


def improvement_parts(spend: Spend) -> list[str]:
    """Return what an improvement of the search took; nothing where there is none."""
    if spend.calls_per_improvement is None:
        return []
    count = f"{spend.calls_per_improvement:,.1f}".removesuffix(".0")
    calls = "1 call" if count == "1" else f"{count} calls"
    cost = spend.usd_per_improvement
    each = [format_usd(cost)] if cost else []
    return [f"{' and '.join([*each, calls])} per improvement"]


def cost_in_words(share: SpendShare) -> str:
    """Return what a model or an operator cost: a dash without calls, "unknown" without a price."""
    if not share.calls:
        return ABSENT
    return "unknown" if share.usd is None else format_usd(share.usd)


def overrun_in_words(overrun: Overrun) -> str:
    """Return a sentence on a budget that was exceeded."""
    shown = format_usd if overrun.budget == "usd" else lambda figure: format_count(round(figure))
    return (
        f"the budget of {_BUDGET_WORDS[overrun.budget]} by {shown(overrun.beyond)} "
        f"({shown(overrun.spent)} of {shown(overrun.cap)}): replies took more than was reserved "
        "for them. No call was begun after that."
    )


def _total_cost(spend: Spend) -> str:
    if not spend.unpriced:
        return format_usd(spend.known_usd)
    if spend.unpriced == spend.calls:
        return "cost unknown, no price is known"
    return f"{format_usd(spend.known_usd)} and {plural(spend.unpriced, 'call')} of unknown price"


def _token_parts(usage: Usage) -> list[str]:
    sent = f"{format_count(usage.prompt_tokens)} tokens sent"
    received = f"{format_count(usage.completion_tokens)} received"
    if usage.cached_tokens:
        sent += f" ({format_count(usage.cached_tokens)} cached)"
    if usage.reasoning_tokens:
        received += f" ({format_count(usage.reasoning_tokens)} reasoning)"
    return [sent, received]


def _saving(saving: Saving) -> list[str]:
    sent, received = saving.usage.prompt_tokens, saving.usage.completion_tokens
    parts = [
        f"{plural(saving.answers, 'answer')} of {clean(saving.run)}",
        f"{format_count(sent)} tokens sent",
        f"{format_count(received)} received",
    ]
    cost = "" if saving.usd is None else f"{format_usd(saving.usd)} "
    return [*parts, f"{cost}not paid again"]


def _failures(share: SpendShare) -> str:
    several = sum(failed.count for failed in share.failed)
    outcomes = ", ".join(
        f"{format_count(failed.count)} {failed.outcome.value.replace('_', ' ')}"
        for failed in share.failed
    )
    return f"{clean(share.name)} {plural(several, 'attempt')}: {outcomes}"


def _names(shares: Sequence[SpendShare]) -> tuple[Text, ...]:
    return _texts(clean(share.name) for share in shares)


def _texts(cells: Iterable[str]) -> tuple[Text, ...]:
    return tuple(Text(cell) for cell in cells)


def _counts(title: str, counts: Sequence[int], *, drop: int = 0) -> Column:
    cells = tuple(Text(format_count(n)) if n else Text(ABSENT, style=CONTEXT) for n in counts)
    return Column(title=title, cells=cells, right=True, drop=drop)


def _gained(counts: Sequence[int]) -> Column:
    cells = tuple(
        Text(format_count(n), style=CHAMPION) if n else Text(ABSENT, style=CONTEXT) for n in counts
    )
    return Column(title="improved", cells=cells, right=True)


def _gains(steps: Sequence[Step], unit: str) -> tuple[Text, ...]:
    shown = (format_step(step.score, step.previous, unit) for step in steps)
    return tuple(Text(gain, style=CHAMPION) for gain in shown)
