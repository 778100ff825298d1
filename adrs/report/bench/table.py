"""The screen of `adrs bench`."""

import math
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from adrs.report.bench.stats import TARGETS, BenchRow, BenchTable, ProblemResult
from adrs.report.format import (
    ABSENT,
    format_count,
    format_interval,
    format_number,
    format_percent,
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
    sparkline,
)
from adrs.report.run.model import Estimate

_CURVE = 20  # cells


def render_bench(table: BenchTable, console: Console) -> None:
    """Print the table of all problems, then one for each problem."""
    for line in _heading(table):
        emit(console, [line])
    emit(console, [Text()])
    overall = _overall(table)
    emit(console, overall.lines(console.width))
    problems = [result.problem for result in table.rows[0].problems]
    if len(problems) > 1 or not table.simulated:
        for at, problem in enumerate(problems):
            emit(console, [Text(), Text(f" {problem}", style=STRONG)])
            results = [row.problems[at] for row in table.rows]
            emit(console, _of_problem(table.rows, results).lines(console.width))
    emit(console, [Text()])
    left_out = overall.left_out(console.width)
    for note in [*_legend(table, left_out), *_notes(table)]:
        emit_prose(console, note, style=CONTEXT)


def _heading(table: BenchTable) -> list[Text]:
    problems = [result.problem for result in table.rows[0].problems]
    text = (
        f" {plural(len(table.rows), 'strategy', 'strategies')} × {', '.join(problems)} × "
        f"{plural(len(table.seeds), 'seed')}, {format_count(table.budget)} {table.unit} a run"
    )
    lines = [Text(text, style=STRONG)]
    if table.simulated:
        warning = " A simulated model proposed: nothing about real models follows from this."
        lines.append(Text(warning, style=CAUTION))
    return lines


def _overall(table: BenchTable) -> Table:
    rows = table.rows
    first = rows[0].contender
    best = max(row.headroom.mean for row in rows)
    columns = [
        _column("strategy", [_name(row, best) for row in rows]),
        _column("headroom", [_percent(row.headroom.mean) for row in rows], right=True),
        _column("95 %", [_ends(row.headroom) for row in rows], drop=3),
        _column(f"vs {first}", [_signed(row.against_first) for row in rows], right=True),
        _column("95 %", [_ends(row.against_first) for row in rows]),
        _column(f"P(> {first})", [_share(row.beats_first) for row in rows], right=True, drop=4),
        _column("P(best)", [_share(row.beats_best) for row in rows], right=True, drop=2),
        _column("rank", [Text(format_number(row.mean_rank, 2)) for row in rows], right=True),
    ]
    for at, share in enumerate(TARGETS):
        cells = [_spent(row.reaches[at].spent, table.budget) for row in rows]
        columns.append(_column(f"to {share * 100:.0f} %", cells, right=True, drop=5 + at))
    columns.append(
        _column("matched at", [_matched(row, table.budget) for row in rows], right=True, drop=9)
    )
    columns.append(_column("share of the best gain", [_curve(row) for row in rows], drop=10))
    return Table(columns=tuple(columns))


def _of_problem(rows: Sequence[BenchRow], results: Sequence[ProblemResult]) -> Table:
    best = max(result.headroom.mean for result in results)
    names = [
        Text(row.contender, style=CHAMPION if result.headroom.mean == best else "")
        for row, result in zip(rows, results, strict=True)
    ]
    return Table(
        columns=(
            _column("strategy", names),
            _column("headroom", [_percent(r.headroom.mean) for r in results], right=True),
            _column("95 %", [_ends(r.headroom) for r in results], drop=1),
            _column("vs best other", [_signed(r.against_best) for r in results], right=True),
            _column("95 %", [_ends(r.against_best) for r in results]),
            _column("rank", [Text(f"{r.rank:g}") for r in results], right=True),
        )
    )


def _legend(table: BenchTable, left_out: Sequence[str]) -> list[str]:
    """Return what the columns mean, of those that are shown, and which are not."""
    first = table.rows[0].contender
    gain = "true gain" if table.simulated else "gain on train"
    better = [(f"P(> {first})", first), ("P(best)", "all others")]
    legend = [table.meaning]
    legend += [
        f"{title}: probability, over the same draws, of being better than {than}."
        for title, than in better
        if title not in left_out
    ]
    legend.append("Rank: mean over problems.")
    shares = [f"{share * 100:.0f}" for share in TARGETS]
    shown = [share for share in shares if f"to {share} %" not in left_out]
    if shown:
        legend.append(
            f"To {', '.join(shown)} %: {table.unit} until so much of the {gain} of the best run "
            "with the same problem and seed was reached; median over problems and seeds, "
            f"> {format_count(table.budget)} where half of the runs did not."
        )
    if "matched at" not in left_out:
        legend.append(
            f"Matched at: {table.unit} with which {first} had reached what the strategy ended with."
        )
    if left_out:
        legend.append(f"No room here for: {', '.join(left_out)}. See them on a wider terminal.")
    return legend


def _notes(table: BenchTable) -> list[str]:
    """Return what must be read with the figures."""
    first = table.rows[0].contender
    notes = []
    if len(table.rows) > 2:
        notes.append(
            f"{len(table.rows) - 1} comparisons with {first} are made on the same runs of it: by "
            "chance alone one in 20 such intervals leaves 0 out, and often several together."
        )
    if len(table.seeds) < 10:
        notes.append("With fewer than 10 seeds these intervals are too narrow.")
    if table.left_out:
        notes.append(
            f"{plural(table.left_out, 'run')} left out: not every strategy has a finished run with "
            "the same problem and seed."
        )
    notes += [
        f"{row.contender}: {plural(row.fell_back, 'champion')} failed on held-out scenarios; the "
        "initial program stands for it."
        for row in table.rows
        if row.fell_back
    ]
    return notes


def _column(title: str, cells: Sequence[Text], *, right: bool = False, drop: int = 0) -> Column:
    return Column(title=title, cells=tuple(cells), right=right, drop=drop)


def _name(row: BenchRow, best: float) -> Text:
    return Text(row.contender, style=CHAMPION if row.headroom.mean == best else "")


def _percent(share: float) -> Text:
    return Text(format_percent(share))


def _share(probability: float | None) -> Text:
    return Text(ABSENT if probability is None else f"{probability:.2f}")


def _signed(estimate: Estimate | None) -> Text:
    if estimate is None:
        return Text(ABSENT)
    style = "" if estimate.covers_zero else CHAMPION if estimate.mean > 0 else WORSE
    return Text(format_percent(estimate.mean, signed=True), style=style)


def _ends(estimate: Estimate | None) -> Text:
    if estimate is None or estimate.low is None or estimate.high is None:
        return Text(ABSENT)
    return Text(format_interval(estimate.low, estimate.high), style=CONTEXT)


def _spent(spent: float | None, budget: int) -> Text:
    if spent is None:
        return Text(f"> {format_count(budget)}", style=CONTEXT)
    return Text(format_count(math.ceil(spent)))


def _matched(row: BenchRow, budget: int) -> Text:
    if row.against_first is None:
        return Text(ABSENT)
    return _spent(row.first_matches, budget)


def _curve(row: BenchRow) -> Text:
    return Text(sparkline(row.curve, _CURVE, low=0.0, high=1.0))
