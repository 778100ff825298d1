"""The screens that put programs of several runs in order: the leaderboard, and runs compared."""

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.text import Text

from adrs.core.objective import Objective
from adrs.report.format import (
    ABSENT,
    PREFIX_UNITS,
    better_way,
    clean,
    decimals_for,
    format_change,
    format_headroom,
    format_number,
    format_percent,
    format_value,
    plural,
)
from adrs.report.layout import (
    CAUTION,
    CHAMPION,
    CONTEXT,
    STRONG,
    Column,
    Table,
    emit,
    emit_prose,
)
from adrs.report.run.model import RowKind
from adrs.report.runs.comparison import Contender, Pair, RunComparison
from adrs.report.runs.leaderboard import Leaderboard, LeftOut, Standing
from adrs.report.runs.plot import RunCurve, runs_plot, style_of
from adrs.report.runs.table import IMPROVED

TALLEST_PLOT, LOWEST_PLOT = 18, 6
WIDEST_PLOT = 120
BESIDE_PLOT = 10  # lines of titles and headings, so that a screen holds a comparison of a few runs
MATRIX_FROM = 3  # runs; of two the table says all
MOST_NAMED = 4
FIRST = 3
RESULT = "result"
SURE = 0.9995
LUCK = (
    "Ranked by the held-out results themselves, so the first of many runs is partly lucky: its "
    "lead over those it is not clearly better than means little."
)


def render_leaderboard(board: Leaderboard, console: Console) -> None:
    """Print the ranking, the best first, what it rests on, and which runs it leaves out."""
    facts = [better_way(board.objective)]
    if board.like is not None:
        facts += [f"evaluator {board.evaluator}", f"held-out set {board.heldout_set}"]
        facts.append(plural(board.scenarios, "scenario"))
    emit(console, [_title(board.problem, "leaderboard", board.objective)])
    emit_prose(console, " · ".join(facts), style=CONTEXT)
    if board.standings:
        table = _ranking(board)
        emit(console, [Text(), *table.lines(console.width), Text()])
        emit_prose(console, LUCK, style=CONTEXT)
        _explain(table, any(standing.improved for standing in board.standings), console)
    else:
        emit_prose(console, "No run of this problem has held-out results yet.")
    for left_out in board.left_out:
        emit_prose(console, _left_out(left_out), style=CAUTION)


def _explain(table: Table, improved: bool, console: Console) -> None:
    """Say what "improved" means, where the table says it."""
    if improved and RESULT not in table.left_out(console.width):
        emit_prose(console, IMPROVED, style=CONTEXT)


def _title(problem: str, view: str, objective: Objective) -> Text:
    unit = f" in {objective.unit}" if objective.unit else ""
    measure = f"held-out {objective.metric}{unit}"
    return Text.assemble((clean(problem), STRONG), f"   {view}   {measure}")


def _left_out(left_out: LeftOut) -> str:
    names = list(left_out.runs[:MOST_NAMED])
    rest = len(left_out.runs) - len(names)
    named = ", ".join(names) + (f" and {rest} more" if rest else "")
    return f"left out, {left_out.reason}: {named}"


def _ranking(board: Leaderboard) -> Table:
    standings = board.standings
    styles = [_row_style(standing) for standing in standings]
    styled = _Styled([*styles, CONTEXT])
    heldout = [*(s.heldout for s in standings), board.bound]
    whole = "100 %" if any(s.headroom is not None for s in standings) else ""
    columns = [
        styled.column("rank", [*(str(s.rank) for s in standings), ""], right=True),
        styled.column("program", [*(s.title for s in standings), "proven bound"], shrink=True),
        styled.column("held-out", _values(heldout, board.objective), right=True),
        styled.column("headroom", [*map(_headroom, standings), whole], right=True, drop=3),
        styled.column("P(1st better)", [*map(_behind, standings), ""], right=True, drop=2),
        styled.column(RESULT, [*map(_concluded, standings), ""], drop=1),
        styled.column(
            "control",
            _values([*(s.control for s in standings), None], board.objective),
            right=True,
            drop=5,
        ),
        styled.column(
            "shifted",
            _values([*(s.shifted for s in standings), None], board.objective),
            right=True,
            drop=6,
        ),
        styled.column("strategy", [*(s.strategy for s in standings), ""], drop=4),
        styled.column("proposer", [*(s.proposer for s in standings), ""], shrink=True, drop=7),
        styled.column("seed", [*(_seed(s) for s in standings), ""], right=True, drop=8),
    ]
    if board.bound is None:
        columns = [_without_last(column) for column in columns]
    return Table(columns=tuple(columns))


class _Styled:
    """Makes columns whose rows have each their style."""

    def __init__(self, styles: Sequence[str]) -> None:
        self._styles = styles

    def column(
        self,
        title: str,
        cells: Sequence[str],
        *,
        right: bool = False,
        shrink: bool = False,
        drop: int = 0,
    ) -> Column:
        """Return a column of texts, one a row."""
        pairs = zip(cells, self._styles, strict=True)
        shown = tuple(Text(clean(cell), style=style) for cell, style in pairs)
        return Column(title=title, cells=shown, right=right, shrink=shrink, drop=drop)


def _without_last(column: Column) -> Column:
    return Column(
        title=column.title,
        cells=column.cells[:-1],
        right=column.right,
        shrink=column.shrink,
        drop=column.drop,
    )


def _row_style(standing: Standing) -> str:
    if standing.kind is not RowKind.CHAMPION:
        return ""
    return CHAMPION if standing.improved else CONTEXT


def _values(values: Sequence[float | None], objective: Objective) -> list[str]:
    # The first few decide: of a hundred values two are always near each other.
    decimals = decimals_for([value for value in values if value is not None][:FIRST])

    def shown(value: float | None) -> str:
        if value is None:
            return ""
        if objective.unit in PREFIX_UNITS:
            return format_value(value, objective.unit, decimals=decimals)
        return format_number(value, decimals)

    return [shown(value) for value in values]


def _headroom(standing: Standing) -> str:
    return "" if standing.headroom is None else format_headroom(standing.headroom)


def _behind(standing: Standing) -> str:
    return "" if standing.rank == 1 else format_chance(standing.first_is_better)


def _concluded(standing: Standing) -> str:
    if standing.kind is not RowKind.CHAMPION:
        return "baseline" if standing.kind is RowKind.BASELINE else "initial"
    return "improved" if standing.improved else "no improvement"


def _seed(standing: Standing) -> str:
    return "" if standing.seed is None else str(standing.seed)


def format_chance(chance: float) -> str:
    """Return a chance in percent; resampling makes nothing certain."""
    if chance >= SURE:
        return "> 99.9 %"
    if chance <= 1 - SURE:
        return "< 0.1 %"
    return format_percent(chance)


def render_comparison(comparison: RunComparison, console: Console) -> None:
    """Print the runs' curves on one plot, then their best programs against each other."""
    objective = comparison.objective
    facts = [better_way(objective), f"evaluator {comparison.evaluator}"]
    facts.append(f"held-out set {comparison.heldout_set}")
    if comparison.scenarios:
        facts.append(plural(comparison.scenarios, "scenario"))
    emit(console, [_title(comparison.problem, "runs compared", objective)])
    emit_prose(console, " · ".join(facts), style=CONTEXT)
    emit(console, [Text(), *_plot(comparison, console.width, console.height), Text()])
    table = _paired(comparison)
    emit(console, table.lines(console.width))
    _explain(table, any(c.improved for c in comparison.contenders), console)
    scored = [c for c in comparison.contenders if c.heldout is not None]
    if len(scored) >= MATRIX_FROM:
        emit(console, [Text(), *_matrix(comparison, scored, console.width)])
    unscored = [c.run for c in comparison.contenders if c.heldout is None]
    if unscored:
        note = f"No held-out result: {', '.join(unscored)}."
        emit_prose(console, note, style=CAUTION)


def _plot(comparison: RunComparison, width: int, height: int) -> list[Text]:
    if not comparison.same_train:
        note = "No plot: these runs searched on different train scenarios."
        return [Text(note, style=CAUTION)]
    curves = [
        RunCurve(letter=contender.letter, points=contender.points)
        for contender in comparison.contenders
        if contender.points
    ]
    if not curves:
        return [Text("No plot: no run has a valid program.", style=CAUTION)]
    runs = len(comparison.contenders)
    tables = 2 * runs + 4 if runs >= MATRIX_FROM else runs
    room = min(max(height - BESIDE_PLOT - tables, LOWEST_PLOT), TALLEST_PLOT)
    objective = comparison.objective
    lines = runs_plot(curves, objective, width=min(width, WIDEST_PLOT), height=room)
    return [Text(f"best {objective.metric} so far, on train", style=CONTEXT), *lines]


def _paired(comparison: RunComparison) -> Table:
    contenders = comparison.contenders
    first = contenders[0].letter
    pairs = [comparison.pair(contender.letter, first) for contender in contenders]
    marks = _Styled([f"{STRONG} {style_of(contender.letter)}" for contender in contenders])
    plain = _Styled([""] * len(contenders))
    objective = comparison.objective
    columns = [
        marks.column("", [contender.letter for contender in contenders]),
        plain.column("run", [contender.run for contender in contenders], shrink=True),
        plain.column("held-out", _or_absent(contenders, objective, _heldout), right=True),
        plain.column(f"against {first}", [_change(pair, objective) for pair in pairs]),
        plain.column(
            "P(better)",
            [_chance(comparison.chance(c.letter, first)) for c in contenders],
            right=True,
        ),
        plain.column("scenarios +/=/−", [_wins(pair) for pair in pairs], right=True, drop=3),
        plain.column(RESULT, [_ended(contender) for contender in contenders], drop=2),
        plain.column(
            "control",
            _or_absent(contenders, objective, lambda contender: contender.control),
            right=True,
            drop=5,
        ),
        plain.column(
            "shifted",
            _or_absent(contenders, objective, lambda contender: contender.shifted),
            right=True,
            drop=6,
        ),
        plain.column("strategy", [contender.strategy for contender in contenders], drop=4),
        plain.column(
            "proposer", [contender.proposer for contender in contenders], shrink=True, drop=7
        ),
        plain.column("seed", [str(c.seed) for c in contenders], right=True, drop=8),
    ]
    return Table(columns=tuple(columns))


def _heldout(contender: Contender) -> float | None:
    return contender.heldout


def _or_absent(
    contenders: Sequence[Contender],
    objective: Objective,
    value: Callable[[Contender], float | None],
) -> list[str]:
    return [shown or ABSENT for shown in _values([value(c) for c in contenders], objective)]


def _change(pair: Pair | None, objective: Objective) -> str:
    if pair is None:
        return ""
    if pair.change is None:
        return format_value(pair.difference, objective.unit)
    return format_change(pair.change.mean, pair.change.low, pair.change.high)


def _chance(chance: float | None) -> str:
    return "" if chance is None else format_chance(chance)


def _wins(pair: Pair | None) -> str:
    return "" if pair is None else f"{pair.better}/{pair.same}/{pair.worse}"


def _ended(contender: Contender) -> str:
    if contender.improved is None:
        return contender.status.value
    return "improved" if contender.improved else "no improvement"


def _matrix(comparison: RunComparison, scored: Sequence[Contender], width: int) -> list[Text]:
    """Return the chance that the run of a row is better than that of a column."""
    letters = [contender.letter for contender in scored]
    marks = _Styled([f"{STRONG} {style_of(letter)}" for letter in letters])
    plain = _Styled([""] * len(letters))
    columns = [marks.column("", letters)]
    for against in letters:
        cells = [_chance(comparison.chance(letter, against)) or ABSENT for letter in letters]
        columns.append(plain.column(against, cells, right=True))
    heading = Text("chance that the row is better than the column", style=CONTEXT)
    return [heading, *Table(columns=tuple(columns)).lines(width)]
