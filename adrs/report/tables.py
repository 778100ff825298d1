"""The screens that list things: runs, problems, one evaluation, checks of the host."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from adrs.archive.protocol import Archive
from adrs.archive.views import RunOverview
from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.run import RunConfig, RunRecord, RunStatus
from adrs.report.format import (
    ABSENT,
    better_way,
    clean,
    decimals_for,
    format_count,
    format_duration,
    format_number,
    format_usd,
    format_value,
    plural,
)
from adrs.report.layout import (
    CAUTION,
    CHAMPION,
    CONTEXT,
    STRONG,
    WORSE,
    Column,
    Table,
    emit,
    emit_prose,
    suited,
)

_LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What `adrs runs` says of a run beside its record.

    Attributes:
        name: the run.
        trials: trials of its search so far.
        train: the best program's raw train score; None while that is not settled.
        heldout: its raw held-out score; None likewise.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check of `adrs doctor`.

    Attributes:
        name: what was looked at.
        ok: whether it is there.
        found: what was found.
        stops: what it protects from; empty when there is nothing to say.
        remedy: what to do; empty when there is nothing to do.
    """

    name: str
    ok: bool
    found: str
    stops: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """A prompt that waits for a person's answer: its file, and where the answer goes."""

    prompt: str
    answer: str


def run_facts(archive: Archive, records: Sequence[RunRecord]) -> tuple[RunFacts, ...]:
    """Read what `render_runs` shows of each run, without reading its trials or calls.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    overviews = {overview.name: overview for overview in archive.overviews()}
    return tuple(_facts(record, overviews[record.name]) for record in records)


def _facts(record: RunRecord, overview: RunOverview) -> RunFacts:
    asks_models = record.config.models is not None
    return RunFacts(
        name=record.name,
        trials=overview.trials,
        train=overview.train,
        heldout=overview.heldout,
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
        _column("run", [record.name for record in records], style=STRONG),
        _column("problem", [config.problem for config in configs], shrink=True),
        Column(title="result", cells=tuple(_result(r, known.get(r.name)) for r in records)),
        *(_fact_columns([known.get(record.name) for record in records]) if facts else ()),
        _column("strategy", [config.strategy for config in configs], drop=2),
        _column("proposer", [_proposer(config) for config in configs], shrink=True, drop=3),
        _column("seed", [str(config.seed) for config in configs], right=True, drop=1),
        _column("time", [format_duration(r.spent_s) for r in records], right=True, drop=4),
        _column("began, UTC", [r.created_at[:16].replace("T", " ") for r in records], drop=5),
    ]
    emit(console, Table(columns=tuple(columns)).lines(console.width))


def _fact_columns(facts: Sequence[RunFacts | None]) -> list[Column]:
    trials = [ABSENT if fact is None else format_count(fact.trials) for fact in facts]
    train = [ABSENT if fact is None else _score(fact.train) for fact in facts]
    heldout = [ABSENT if fact is None else _score(fact.heldout) for fact in facts]
    columns = [
        _column("trials", trials, right=True),
        _column("train", train, right=True, drop=6),
        _column("held-out", heldout, right=True),
    ]
    if any(fact is not None and fact.calls is not None for fact in facts):
        columns.append(_column("calls", [_calls(fact) for fact in facts], right=True))
        columns.append(_column("cost", [_cost(fact) for fact in facts], right=True))
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


def _measure(objective: Objective) -> str:
    unit = f", {objective.unit}" if objective.unit else ""
    return f"{objective.metric}{unit} ({better_way(objective).split()[0]})"


def _column(
    title: str,
    cells: Sequence[str],
    *,
    style: str = "",
    right: bool = False,
    shrink: bool = False,
    drop: int = 0,
) -> Column:
    shown = tuple(Text(clean(cell), style=style) for cell in cells)
    return Column(title=title, cells=shown, right=right, shrink=shrink, drop=drop)


def render_evaluation(
    evaluation: Evaluation,
    objective: Objective,
    console: Console,
    *,
    scenarios: Sequence[str] | None = None,
) -> None:
    """Print how a program did on a split: verdict, score with its unit, what it took.

    Args:
        evaluation: the result.
        objective: the raw metric.
        console: where to print.
        scenarios: ids of the split's scenarios in its order, to print a table of them, the worst
            first; None for no table.

    Raises:
        ValueError: there are not as many ids as values.
    """
    if evaluation.score is None:
        _render_failure(evaluation, console)
        return
    about = f"   mean of {plural(len(evaluation.values), 'scenario')} of {evaluation.split}"
    line = Text.assemble(
        ("ok", f"{STRONG} {CHAMPION}"),
        f"  {objective.metric} ",
        (format_value(evaluation.score, objective.unit), STRONG),
        (f"{about}, {better_way(objective)}", CONTEXT),
    )
    emit(console, [line, *_metric_lines(evaluation), _how_line(evaluation)])
    if scenarios is not None and evaluation.values:
        lines = _scenario_lines(evaluation, objective, scenarios, console.width)
        emit(console, [Text(), *lines])


def _render_failure(evaluation: Evaluation, console: Console) -> None:
    where = f" in {evaluation.failed_scenario}" if evaluation.failed_scenario else ""
    verdict = (evaluation.verdict.value, f"{STRONG} {WORSE}")
    emit(console, [Text.assemble(verdict, f"  no score on {evaluation.split}{where}")])
    details = evaluation.detail[:_LONGEST_REASON].splitlines()
    emit(console, [Text("  " + clean(detail)) for detail in details if detail.strip()])
    emit(console, [_how_line(evaluation)])


def _metric_lines(evaluation: Evaluation) -> list[Text]:
    return [
        Text(f"    {clean(name)} {format_number(value, decimals_for([value]))}")
        for name, value in sorted(evaluation.metrics.items())
    ]


def _how_line(evaluation: Evaluation) -> Text:
    return Text(
        f"    {plural(evaluation.decisions, 'decision')} · {evaluation.cpu_s:.3f} CPU s · "
        f"isolation {evaluation.isolation.name} · evaluator {evaluation.evaluator}",
        style=CONTEXT,
    )


def _scenario_lines(
    evaluation: Evaluation, objective: Objective, scenarios: Sequence[str], width: int
) -> list[Text]:
    pairs = sorted(
        zip(scenarios, evaluation.values, strict=True),
        key=lambda pair: (objective.fitness(pair[1]), pair[0]),
    )
    decimals = decimals_for(evaluation.values)
    unit = objective.unit
    columns = (
        _column("scenario, worst first", [scenario for scenario, _ in pairs], shrink=True),
        _column(
            objective.metric,
            [format_value(value, unit, decimals=decimals) for _, value in pairs],
            right=True,
        ),
    )
    return Table(columns=columns).lines(width)


def render_waiting(rows: Sequence[WaitingRow], folders: Sequence[str], console: Console) -> None:
    """Print the prompts that wait, and how to answer them.

    Args:
        rows: the prompts, oldest first.
        folders: where they were looked for.
        console: where to print.
    """
    places = ", ".join(clean(folder) for folder in folders)
    if not rows:
        emit_prose(console, f"No prompt waits for an answer in {places}.")
        return
    verb = "waits" if len(rows) == 1 else "wait"
    emit_prose(console, f"{plural(len(rows), 'prompt')} {verb} for an answer in {places}:")
    for row in rows:
        console.print(
            suited(Text(f"  {clean(row.prompt)}"), console), soft_wrap=True, highlight=False
        )
    emit_prose(
        console,
        "Write an answer as the end of the prompt asks, then move it beside its prompt in one "
        "piece, such as:",
    )
    command = Text(f"  mv ANSWER {clean(shlex.quote(rows[0].answer))}", style=STRONG)
    console.print(suited(command, console), soft_wrap=True, highlight=False)


def render_checks(rows: Sequence[CheckRow], console: Console) -> None:
    """Print what every check found and what it stops; below a failed one, what to do about it.

    What it stops stands beside what was found where the console is wide enough, else below it. The
    same advice is given once for several checks in a row.
    """
    indent = max((len(row.name) for row in rows), default=0) + 4
    beside = indent + max((len(clean(row.found)) for row in rows), default=0) + 3
    wide = console.width >= beside + max((len(clean(row.stops)) for row in rows), default=0)
    advice = ""
    for row in rows:
        line = _check_line(row, indent)
        below = []
        if row.stops and wide:
            line.append(" " * (beside - line.cell_len)).append(clean(row.stops), style=CONTEXT)
        elif row.stops:
            below.append(Text(f"{' ' * indent}stops: {clean(row.stops)}", style=CONTEXT))
        if row.remedy and not row.ok and row.remedy != advice:
            below.append(Text(f"{' ' * indent}to do: {clean(row.remedy)}", style=CAUTION))
        for shown in (line, *below):
            _hanging(shown, console, indent)
        advice = row.remedy


def _check_line(row: CheckRow, indent: int) -> Text:
    return Text.assemble(
        ("✓ ", CHAMPION) if row.ok else ("✗ ", WORSE),
        f"{clean(row.name):<{indent - 4}}  ",
        (clean(row.found), "" if row.ok else STRONG),
    )


def _hanging(line: Text, console: Console, indent: int) -> None:
    """Print a line, broken between words, what follows set in by `indent`."""
    shown = suited(line, console)
    if shown.cell_len <= console.width or indent >= console.width // 2:
        emit(console, [shown])
        return
    head, rest = shown.divide([indent])
    for number, part in enumerate(rest.wrap(console, console.width - indent)):
        start = head if number == 0 else Text(" " * indent)
        part.rstrip()
        emit(console, [start.copy().append_text(part)])
