"""Curves on one plot."""

import pytest

from adrs.core.objective import Direction, Objective
from adrs.report.run.curve import CurvePoint
from adrs.report.runs.plot import RunCurve, runs_plot

LOW = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)
HIGH = Objective(metric="gain", unit="", direction=Direction.MAXIMIZE)


def curve(letter: str, *steps: tuple[int, float]) -> RunCurve:
    return RunCurve(
        letter=letter, points=tuple(CurvePoint(evaluations=n, best=best) for n, best in steps)
    )


def drawn(curves: list[RunCurve], objective: Objective = LOW, width: int = 60) -> list[str]:
    return [line.plain for line in runs_plot(curves, objective, width=width, height=9)]


def test_the_best_is_at_the_top_and_letters_end_the_curves() -> None:
    lines = drawn([curve("A", (0, 100.0), (50, 80.0), (100, 60.0)), curve("B", (0, 100.0))])
    assert len(lines) == 9
    assert lines[0].split()[0] == "60.0"
    assert lines[0].rstrip().endswith("A")
    assert lines[6].split()[0] == "100.0"
    assert "B" in lines[6]
    assert lines[8].split() == ["0", "100", "evaluations"]


def test_higher_is_at_the_top_where_higher_is_better() -> None:
    lines = drawn([curve("A", (0, 1.0), (10, 3.0))], HIGH)
    assert lines[0].split()[0] == "3.00"
    assert lines[6].split()[0] == "1.00"


def test_a_curve_ends_where_its_run_ended() -> None:
    lines = drawn([curve("A", (0, 100.0), (100, 50.0)), curve("B", (0, 100.0), (50, 75.0))])
    (row,) = [line for line in lines if line.rstrip().endswith("B") or "B " in line[30:40]]
    assert 28 < row.rindex("B") < 36


def test_curves_on_each_other_show_the_letters_of_both() -> None:
    text = "\n".join(drawn([curve("A", (0, 9.0), (90, 5.0)), curve("B", (0, 9.0), (90, 5.0))]))
    assert "A" in text
    assert "B" in text


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize(
    "steps",
    [
        [(0, 5.0)],
        [(0, 5.0), (3, 4.0)],
        [(0, 0.0), (1, -1e-9)],
        [(n, 100.0 / (n + 1)) for n in range(200)],
    ],
)
def test_it_keeps_to_its_width(steps: list[tuple[int, float]], width: int) -> None:
    lines = drawn([curve("A", *steps)], width=width)
    assert max(map(len, lines)) <= width
    assert any(line.rstrip().endswith("A") for line in lines)
