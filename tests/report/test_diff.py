"""What changed between two programs."""

import io
import re

import pytest
from rich.console import Console

from adrs.core.program import Program
from adrs.report.diff import NO_DIFFERENCE, program_diff, render_diff

BEFORE = Program.of(
    "class Policy:\n    def other(self):\n        return 0\n\n"
    "    def decide(self, obs):\n        a = 1\n        b = 2\n        c = 3\n        return a\n"
)
AFTER = Program.of(BEFORE.source.replace("return a", "return a + b"))


def shown(diff: str, *, colour: bool) -> str:
    console = Console(
        file=io.StringIO(),
        width=20,
        force_terminal=colour,
        color_system="standard" if colour else None,
    )
    render_diff(diff, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_diff_names_programs_and_functions() -> None:
    lines = program_diff(BEFORE, AFTER, ("initial", "champion")).splitlines()
    assert lines[:2] == ["--- initial", "+++ champion"]
    assert lines[2] == "@@ -6,4 +6,4 @@ def decide(self, obs)"
    assert lines[-2:] == ["-        return a", "+        return a + b"]


def test_it_is_printed_whole_as_a_patch() -> None:
    diff = program_diff(BEFORE, AFTER, ("initial", "champion"))
    assert shown(diff, colour=False) == diff


def test_added_lines_are_green_and_removed_ones_red() -> None:
    text = shown(program_diff(BEFORE, AFTER, ("a", "b")), colour=True)
    assert "\x1b[32m+        return a + b" in text
    assert "\x1b[31m-        return a" in text


def test_no_difference_is_said() -> None:
    assert program_diff(BEFORE, BEFORE, ("a", "b")) == ""
    text = re.sub(r"\s+", " ", shown("", colour=False)).strip()
    assert text == NO_DIFFERENCE


@pytest.mark.parametrize("colour", [True, False])
def test_control_characters_reach_a_file_but_no_terminal(colour: bool) -> None:
    evil = Program.of('x = "\x1b[2J"\n')
    text = shown(program_diff(BEFORE, evil, ("a", "b")), colour=colour)
    assert ("\x1b[2J" in text) is not colour
