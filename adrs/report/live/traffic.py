"""What model calls take against their budgets, and how each model does."""

from rich.text import Text

from adrs.core.events import Phase
from adrs.core.spending import ModelTraffic, Spending
from adrs.report.format import clean, format_count, format_success
from adrs.report.live.budgets import Clocked, budgets, call_budgets
from adrs.report.live.lines import listed
from adrs.report.live.progress import spent_in_words
from adrs.report.live.shares import Shares
from adrs.report.live.tally import Tally


def traffic_lines(tally: Tally, clocked: Clocked, width: int) -> list[Text]:
    """Return the calls and the models; nothing for a run without models."""
    spending = tally.spending
    if spending is None:
        return []
    models = [_model(model, spending, tally.proposers) for model in spending.models]
    calls = _calls(tally, spending, clocked)
    return [*listed("calls", calls, width), *listed("models", models, width)]


def _calls(tally: Tally, spending: Spending, clocked: Clocked) -> list[str]:
    searching = tally.phase is Phase.SEARCH
    parts = [f"{format_count(spending.in_flight)} in flight"] if searching else []
    if spending.failed:
        parts.append(f"{format_count(spending.failed)} failed")
    if spending.reused:
        parts.append(f"{format_count(spending.reused)} reused")
    in_bar = spent_in_words(tally, clocked) if searching else []
    found = budgets(tally, clocked) if searching else call_budgets(tally)
    return [*parts, *(budget.words for budget in found if budget.words not in in_bar)]


def _model(model: ModelTraffic, spending: Spending, proposers: Shares) -> str:
    """Return a model's part of the answers, how many attempts were answered, and their worth."""
    answers = sum(other.answered for other in spending.models)
    attempts = model.answered + model.failed
    if not model.answered:
        failed = f", {format_count(model.failed)} failed" if model.failed else ""
        return f"{clean(model.model)} no answer yet{failed}"
    part = f"{100 * model.answered / answers:.0f} %"
    facts = [f"{format_success(model.answered, attempts)} answered"]
    share = proposers.of(model.model)
    facts.extend([share.success] if share.trials else [])
    return f"{clean(model.model)} {part} ({', '.join(facts)})"
