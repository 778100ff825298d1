"""Step plots and signed bars, character by character."""

import pytest

from adrs.report.drawing import HEAVY, LIGHT, StepLine, signed_bars, spread_out, step_plot


def plotted(*lines: StepLine, height: int = 3, width: int = 6) -> list[str]:
    drawn = step_plot(lines, width=width, height=height, low=0.0, high=2.0)
    return [line.plain for line in drawn]


def test_a_line_goes_up_round_corners() -> None:
    line = StepLine(values=[0, 0, 2, 2], strokes=HEAVY, style="green")
    assert plotted(line) == [
        "  ┏━  ",
        "  ┃   ",
        "━━┛   ",
    ]


def test_a_line_goes_down_too_and_is_cut_at_the_right() -> None:
    line = StepLine(values=[2, 1, 0, 0, 0, 0, 9, 9], strokes=LIGHT, style="")
    assert plotted(line) == [
        "─╮    ",
        " ╰╮   ",
        "  ╰───",
    ]


def test_the_later_line_is_seen_and_keeps_its_colour() -> None:
    control = StepLine(values=[0, 2, 2], strokes=LIGHT, style="yellow")
    search = StepLine(values=[0, 0, 2], strokes=HEAVY, style="green")
    drawn = step_plot([control, search], width=3, height=2, low=0.0, high=2.0)
    assert [line.plain for line in drawn] == [" ╭┏", "━━┛"]
    assert {(span.start, span.style) for span in drawn[0].spans} >= {(1, "yellow"), (2, "green")}


def test_a_flat_line_has_a_place_where_nothing_changes() -> None:
    drawn = step_plot(
        [StepLine(values=[5, 5], strokes=HEAVY, style="")], width=2, height=3, low=5.0, high=5.0
    )
    assert [line.plain.strip() for line in drawn] == ["", "", "━━"]


def test_bars_rise_above_and_hang_below_zero_on_one_scale() -> None:
    lines = [line.plain for line in signed_bars([2.0, 1.0, 0.0, -1.0], 3)]
    assert lines == ["█   ", "██  ", "   █"]


def test_the_smallest_change_is_seen() -> None:
    assert [line.plain for line in signed_bars([100.0, 0.01, 0.0, -0.01], 4)] == [
        "█   ",
        "█   ",
        "█▁  ",
        "   █",
    ]


@pytest.mark.parametrize("values", [[], [0.0, 0.0]])
def test_nothing_to_show_is_no_picture(values: list[float]) -> None:
    assert signed_bars(values, 4) == []


def test_one_way_takes_all_rows() -> None:
    assert [line.plain for line in signed_bars([1.0, 0.5], 2)] == ["█ ", "██"]
    assert [line.plain for line in signed_bars([-0.5, -1.0], 2)] == ["██", " █"]


@pytest.mark.parametrize("count", [1, 5, 10, 30, 31, 400])
def test_spreading_keeps_both_ends_and_the_order(count: int) -> None:
    values = [float(n) for n in range(count)]
    spread = spread_out(values, 30)
    assert (spread[0], spread[-1]) == (values[0], values[-1])
    assert spread == sorted(spread)
    assert len(spread) <= 30
    assert len(spread) >= min(3 * count, 16)


def test_spreading_nothing_gives_nothing() -> None:
    assert spread_out([], 30) == []
