"""Columns, bars and sparklines."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from adrs.report.layout import (
    Column,
    Table,
    announce,
    bar,
    broken,
    emit,
    emit_prose,
    print_line,
    resampled,
    sparkline,
)


def column(title: str, *cells: str, drop: int = 0, shrink: bool = False) -> Column:
    return Column(title=title, cells=tuple(map(Text, cells)), drop=drop, shrink=shrink)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [20, 30, 45, 80])
def test_no_row_is_broken_or_too_wide(width: int) -> None:
    table = Table(
        columns=(
            column("name", "a" * 40, "日本語" * 8, shrink=True),
            column("kept", "12.5", "7"),
            column("first to go", "x" * 14, "y", drop=2),
            column("second to go", "z" * 5, "", drop=1),
        )
    )
    lines = table.lines(width)
    assert len(lines) == 4
    assert all(line.cell_len <= width for line in lines)
    assert all("12.5" in line.plain or "7" in line.plain for line in lines[2:])


def test_columns_go_in_the_order_of_their_numbers() -> None:
    table = Table(columns=(column("a", "1"), column("b", "2", drop=2), column("c", "3", drop=1)))
    assert [word for word in table.lines(7)[0].plain.split()] == ["a", "c"]
    assert [word for word in table.lines(20)[0].plain.split()] == ["a", "b", "c"]
    assert (table.left_out(7), table.left_out(20)) == (["b"], [])


def test_a_bar_is_exact_to_an_eighth() -> None:
    assert bar(0.5, 4) == "██"
    assert bar(1 / 32, 4) == "▏"
    assert bar(2.0, 3) == "███"
    assert bar(-1.0, 3) == ""


def test_a_sparkline_spans_its_scale() -> None:
    assert sparkline([0.0, 1.0], 8, low=0.0, high=1.0) == "▁█"
    assert sparkline([5.0, 5.0], 8, low=5.0, high=5.0) == "▁▁"
    assert len(sparkline(list(range(100)), 10, low=0, high=99)) == 10
    assert resampled(list(range(100)), 10)[-1] == 99


def test_prose_breaks_between_words_and_never_in_a_figure(paper: Callable[[int], Console]) -> None:
    sentence = "cost 12.9 % below X [11.8, 14.1]; it closes 55 % [50, 60] of the headroom"
    for width in range(24, 60):
        console = paper(width)
        emit_prose(console, sentence)
        lines = printed(console).splitlines()
        assert " ".join(lines) == sentence
        assert all(len(line) <= width for line in lines)
        assert any("55 % [50, 60]" in line for line in lines)
        assert any("12.9 %" in line for line in lines)


@given(
    text=st.text("ab -c性é…\N{NO-BREAK SPACE}", max_size=60),
    width=st.integers(min_value=2, max_value=20),
)
def test_broken_text_keeps_every_character_and_fits(text: str, width: int) -> None:
    lines = broken(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_prose_in_wide_characters_is_broken_and_not_cut(paper: Callable[[int], Console]) -> None:
    console = paper(30)
    emit_prose(console, "性能は基準より良いです。検証用の負荷で確認されました。")
    first, second = printed(console).splitlines()
    assert first + second == "性能は基準より良いです。検証用の負荷で確認されました。"
    assert cell_len(first) == 30


def test_markup_and_control_characters_are_not_obeyed(paper: Callable[[int], Console]) -> None:
    console = paper(60)
    print_line(console, "[red]x[/red] :smile: \x1b[31m " + "y" * 100)
    assert printed(console) == "[red]x[/red] :smile: [31m " + "y" * 100 + "\n"


def test_no_style_is_printed_where_colour_is_unwanted() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, no_color=True, width=40)
    emit(console, [Text("bold", style="bold red")])
    assert printed(console) == "bold\n"


def test_plain_characters_stand_in_where_the_encoding_is_poor() -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii")
    emit(Console(file=file, width=40), [Text("██▌ −3 % · 日")])
    file.flush()
    assert raw.getvalue() == b"##+ -3 % | ?\n"


def test_an_announcement_is_broken_for_people_and_whole_in_a_log() -> None:
    text = "no model configured: using a blind mutator (no language model)"
    log = Console(file=io.StringIO(), width=30)
    announce(log, text)
    assert printed(log) == f"{text}\n"
    screen = Console(file=io.StringIO(), width=30, force_terminal=True, no_color=True)
    announce(screen, text, style="yellow")
    assert printed(screen).split() == text.split()
    assert max(map(len, printed(screen).splitlines())) <= 30


@pytest.mark.parametrize("width", [1, 20, 40, 60])
def test_a_long_line_is_cut_in_what_the_encoding_has(width: int) -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii")
    emit(Console(file=file, width=width), [Text("█−日" * 40), Text("short"[:width])])
    file.flush()
    cut, short = raw.getvalue().decode("ascii").splitlines()
    assert (cut[-1], short) == ("~", "short"[:width])
    assert len(cut) <= width


def test_a_cut_line_ends_in_an_ellipsis(paper: Callable[[int], Console]) -> None:
    console = paper(10)
    emit(console, [Text("a" * 40), Text("b" * 10)])
    assert printed(console) == "a" * 9 + "…\n" + "b" * 10 + "\n"
