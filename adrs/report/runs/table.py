"""The list of the runs of an archive, on a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from adrs.archive.protocol import Archive
from adrs.archive.views import RunOverview
from adrs.core.run import RunConfig, RunRecord, RunStatus
from adrs.report.format import (
    ABSENT,
    decimals_for,
    format_count,
    format_duration,
    format_number,
    format_usd,
)
from adrs.report.layout import (
    CAUTION,
    CHAMPION,
    CONTEXT,
    STRONG,
    Column,
    Table,
    column,
    emit,
    emit_prose,
)

IMPROVED = "improved: on validation; adrs report RUN tells whether held-out confirms it."


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What `adrs runs` says of a run beside its record.

    Attributes:
        name: the run.
        trials: trials of its search so far.
        train: the best program's raw train score; None while that is not settled.
        heldout: its raw held-out score; None before the run is finished.
        improved: what the run concluded; None while it is not finished.
        calls: model calls that were made and answered; None for a run that asks no model.
        usd: what they cost; None likewise, and where the price of one of them is not known.
    """

    name: str
    trials: int
    train: float | None
    heldout: float | None
    improved: bool | None
    calls: int | None = None
    usd: float | None = None


def run_facts(archive: Archive, records: Sequence[RunRecord]) -> tuple[RunFacts, ...]:
    """Read what `render_runs` shows of each run, without reading its trials or calls.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    overviews = {overview.name: overview for overview in archive.overviews()}
    return tuple(_facts(record, overviews[record.name]) for record in records)


def _facts(record: RunRecord, overview: RunOverview) -> RunFacts:
    asks_models = record.config.models is not None
    done = record.status is RunStatus.FINISHED
    return RunFacts(
        name=record.name,
        trials=overview.trials,
        train=overview.train,
        heldout=overview.heldout if done else None,
        improved=overview.improved,
        calls=overview.calls if asks_models else None,
        usd=overview.known_usd if asks_models and not overview.unpriced else None,
    )


def render_runs(
    records: Sequence[RunRecord], console: Console, *, facts: Sequence[RunFacts] = ()
) -> None:
    """Print one line a run, or how to make the first.

    Args:
        records: the runs, in the order to print them.
        console: where to print.
        facts: what is known beside the records, by name; without any their columns are left out.
    """
    if not records:
        emit(console, [Text("No runs yet. Start one: adrs run PROBLEM (adrs problems lists them)")])
        return
    known = {fact.name: fact for fact in facts}
    configs = [record.config for record in records]
    columns = [
        column("run", [record.name for record in records], style=STRONG),
        column("problem", [config.problem for config in configs], shrink=True),
        Column(title="result", cells=tuple(_result(r, known.get(r.name)) for r in records)),
        *(_fact_columns([known.get(record.name) for record in records]) if facts else ()),
        column("strategy", [config.strategy for config in configs], drop=2),
        column("proposer", [_proposer(config) for config in configs], shrink=True, drop=3),
        column("seed", [str(config.seed) for config in configs], right=True, drop=1),
        column("time", [format_duration(r.spent_s) for r in records], right=True, drop=4),
        column("began, UTC", [r.created_at[:16].replace("T", " ") for r in records], drop=5),
    ]
    emit(console, Table(columns=tuple(columns)).lines(console.width))
    if any(fact.improved for fact in facts):
        emit(console, [Text()])
        emit_prose(console, IMPROVED, style=CONTEXT)


def _fact_columns(facts: Sequence[RunFacts | None]) -> list[Column]:
    trials = [ABSENT if fact is None else format_count(fact.trials) for fact in facts]
    train = [ABSENT if fact is None else _score(fact.train) for fact in facts]
    heldout = [ABSENT if fact is None else _score(fact.heldout) for fact in facts]
    columns = [
        column("trials", trials, right=True),
        column("train", train, right=True, drop=6),
        column("held-out", heldout, right=True),
    ]
    if any(fact is not None and fact.calls is not None for fact in facts):
        columns.append(column("calls", [_calls(fact) for fact in facts], right=True))
        columns.append(column("cost", [_cost(fact) for fact in facts], right=True))
    return columns


def _calls(fact: RunFacts | None) -> str:
    return ABSENT if fact is None or fact.calls is None else format_count(fact.calls)


def _cost(fact: RunFacts | None) -> str:
    if fact is None or not fact.calls:
        return ABSENT
    return "unknown" if fact.usd is None else format_usd(fact.usd)


def _proposer(config: RunConfig) -> str:
    return f"replay of {config.replays}" if config.replays else config.proposer


def _score(value: float | None) -> str:
    return ABSENT if value is None else format_number(value, decimals_for([value]))


def _result(record: RunRecord, fact: RunFacts | None) -> Text:
    if record.status is not RunStatus.FINISHED:
        return Text(record.status.value, style=CAUTION)
    if fact is None or fact.improved is None:
        return Text(record.status.value)
    return Text("improved", style=CHAMPION) if fact.improved else Text("no improvement")
