"""Screens of their own: one evaluation, prompts that wait, checks of the host."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.report.format import (
    better_way,
    clean,
    decimals_for,
    format_number,
    format_value,
    plural,
)
from adrs.report.layout import (
    CAUTION,
    CHAMPION,
    CONTEXT,
    STRONG,
    WORSE,
    Table,
    column,
    emit,
    emit_prose,
    suited,
)

_LONGEST_REASON = 2000


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
        column("scenario, worst first", [scenario for scenario, _ in pairs], shrink=True),
        column(
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
