"""Programs and their differences in colour, and the names by which they are asked for."""

import io
from typing import Any

import pytest
from rich.console import Console

from adrs.core.program import Program
from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.errors import UsageError
from adrs.report.program.changes import NamedProgram, changes, render_changes
from adrs.report.program.diff import NO_DIFFERENCE
from adrs.report.program.naming import named_program
from adrs.report.source import coloured, print_source

BEFORE = Program.of(
    'class Policy:\n    """Text\n    of two lines."""\n\n    def decide(self, obs):\n'
    "        a = 1  # one\n        b = 2\n        c = 3\n        return a\n"
)
AFTER = Program.of(BEFORE.source.replace("return a", 'return a + b + len("x")'))


def printed(before: Program, after: Program, *, colour: bool) -> str:
    console = Console(
        file=io.StringIO(),
        width=20,
        force_terminal=colour,
        color_system="standard" if colour else None,
    )
    made = changes(
        "run", NamedProgram(name="a", program=before), NamedProgram(name="b", program=after)
    )
    render_changes(made, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_what_is_printed_is_the_patch() -> None:
    expected = changes(
        "run", NamedProgram(name="a", program=BEFORE), NamedProgram(name="b", program=AFTER)
    )
    assert printed(BEFORE, AFTER, colour=False) == expected.diff
    assert "@@ -6,4 +6,4 @@ def decide(self, obs)" in expected.diff


def test_signs_are_green_and_red_and_code_is_coloured() -> None:
    text = printed(BEFORE, AFTER, colour=True)
    assert "\x1b[1;32m+\x1b[0m" in text
    assert "\x1b[1;31m-\x1b[0m" in text
    assert "\x1b[1mreturn\x1b[0m" in text
    assert '\x1b[36m"x"\x1b[0m' in text
    assert "\x1b[35m3\x1b[0m" in text
    assert "\x1b[2m# one\x1b[0m" in text


def test_lines_stand_beside_their_signs_in_every_hunk() -> None:
    lines = [f"x{n} = {n}" for n in range(60)]
    changed = list(lines)
    changed[2:4] = ["y2 = 2"]
    changed[40:41] = ["z40 = 0", "z41 = 1"]
    before, after = (Program.of("\n".join(text) + "\n") for text in (lines, changed))
    made = changes(
        "run", NamedProgram(name="a", program=before), NamedProgram(name="b", program=after)
    )
    assert made.diff.count("@@ -") == 2
    assert printed(before, after, colour=False) == made.diff


def test_no_difference_is_said() -> None:
    assert " ".join(printed(BEFORE, BEFORE, colour=False).split()) == NO_DIFFERENCE


@pytest.mark.parametrize("colour", [True, False])
def test_control_characters_reach_a_file_but_no_terminal(colour: bool) -> None:
    evil = Program.of('x = "\x1b[2J"\n')
    assert ("\x1b[2J" in printed(BEFORE, evil, colour=colour)) is not colour


@pytest.mark.parametrize(
    "source", ["x = (\n", "if x:\n  y\n z\n", "é\x0cb = 1\r\n", "", "'''open\n", "x = 1"]
)
def test_any_text_keeps_its_characters(source: str) -> None:
    kept = source.removesuffix("\n").replace("\x0c", "").replace("\r", "")
    assert "\n".join(line.plain for line in coloured(source)) == kept
    console = Console(file=io.StringIO(), width=10, color_system=None)
    print_source(source, console)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == source.removesuffix("\n") + "\n"


def test_strings_of_several_lines_are_coloured_on_each() -> None:
    lines = coloured(BEFORE.source)
    assert [bool(line.spans) for line in lines[:4]] == [True, True, True, False]
    assert (lines[1].spans[0].start, lines[2].spans[0].start) == (4, 0)


@pytest.fixture
def run(shelf: Any) -> Any:
    record = shelf.begin("one")
    shelf.humans("one", (Split.TRAIN,))
    shelf.trial("one", 1, ["start"], [105.0])
    shelf.trial("one", 2, ["p1"], [99.0])
    return record


def source(name: str) -> str:
    return f"def decide(obs):\n    return {name!r}\n"


def test_programs_go_by_role_baseline_and_id(shelf: Any, run: Any) -> None:
    def found(name: str, child: str = "") -> tuple[str, str]:
        older = Program.of(source(child)) if child else None
        named = named_program(shelf.archive, run, name, child=older)
        return named.name, named.program.source

    shelf.conclude("one", "p2", trial=2)
    assert found("initial") == ("initial", source("start"))
    assert found("good") == ("good", source("good"))
    assert found("best") == ("champion", source("p2"))
    assert found("parent", "p2") == ("parent of trial 2", source("p1"))
    assert found("parent", "p1") == ("parent of trial 1", source("start"))
    identity = Program.of(source("p1")).id
    assert found(identity[:9]) == (identity[:8], source("p1"))


def test_the_parent_of_a_shortened_champion_is_its_trials(shelf: Any, run: Any) -> None:
    shelf.conclude("one", "short", trial=2)
    child = Program.of(source("short"))
    named = named_program(shelf.archive, run, "parent", child=child)
    assert named.program.source == source("p1")


def test_a_best_that_is_no_improvement_is_called_so(shelf: Any, run: Any) -> None:
    shelf.conclude("one", "p2", improved=False)
    named = named_program(shelf.archive, run, "best")
    assert named.name == "best (no significant improvement)"


def test_what_is_not_there_is_refused(shelf: Any, run: Any) -> None:
    with pytest.raises(UsageError, match=r"not finished.*adrs resume one"):
        named_program(shelf.archive, run, "best")
    with pytest.raises(UsageError, match=r"knows: initial, poor, good\."):
        named_program(shelf.archive, run, "goood")
    older = Program.of(source("p2"))
    with pytest.raises(UsageError, match=r"knows: initial, poor, good, parent\."):
        named_program(shelf.archive, run, "goood", child=older)
    shelf.assess("one", Role.CHAMPION, "p2", Split.TRAIN, [99.0])
    shelf.conclude("one", "p2", trial=2)
    with pytest.raises(UsageError, match=r"knows: initial, poor, good, best\."):
        named_program(shelf.archive, run, "goood")
    with pytest.raises(UsageError, match="has no control"):
        named_program(shelf.archive, run, "control")
    good = Program.of(source("good"))
    with pytest.raises(UsageError, match="has no parent in run one"):
        named_program(shelf.archive, run, "parent", child=good)
    with pytest.raises(UsageError, match="can only be what another program is compared with"):
        named_program(shelf.archive, run, "parent")


def test_a_run_that_has_assessed_nothing_knows_no_names(shelf: Any) -> None:
    bare = shelf.begin("bare")
    with pytest.raises(UsageError, match=r"no result of its initial program.*knows: none\."):
        named_program(shelf.archive, bare, "initial")
    with pytest.raises(UsageError, match=r"no program begins with 'good'.*knows: none\."):
        named_program(shelf.archive, bare, "good")
