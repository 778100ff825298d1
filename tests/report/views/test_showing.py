"""One program whole."""

from dataclasses import replace
from typing import Any

import pytest

from adrs.core.program import Program
from adrs.core.run import Assessment, Role
from adrs.core.scenario import Split
from adrs.errors import UsageError
from adrs.report.program.lineage import maker_of
from adrs.report.program.pedigree import render_program
from adrs.report.program.showing import (
    HIDDEN,
    ProgramShown,
    record_of,
    resolve_program,
    show_program,
)


def identity(name: str) -> str:
    return Program.of(f"def decide(obs):\n    return {name!r}\n").id


def shown(shelf: Any, name: str, run: str | None = None) -> ProgramShown:
    places = shelf.archive.appearances(identity(name))
    record = record_of(shelf.archive, places, run)
    return show_program(places, record, shelf.facts.objective)


def named(shelf: Any, *ids: str) -> None:
    """Add programs of these ids."""
    shelf.begin("ids")
    for number, program_id in enumerate(ids):
        program = Program(id=program_id, source=f"x = {number}\n")
        shelf.trial("ids", number, ["start"], None, program=program)


def test_a_prefix_that_fits_one_program_is_enough(shelf: Any) -> None:
    named(shelf, "ab12", "ab123", "cd45")
    assert resolve_program(shelf.archive, "c") == "cd45"
    assert resolve_program(shelf.archive, " CD4 ") == "cd45"
    assert resolve_program(shelf.archive, "ab12") == "ab12"


def test_an_ambiguous_or_unknown_one_is_refused_with_near_ones(shelf: Any) -> None:
    with pytest.raises(UsageError, match="adrs run PROBLEM"):
        resolve_program(shelf.archive, "ab")
    named(shelf, *(f"ab{n}" for n in range(7)), "cd45")
    with pytest.raises(UsageError, match=r"begin with 'ab': ab0, ab1, ab2, ab3, ab4 and more\. G"):
        resolve_program(shelf.archive, "ab")
    with pytest.raises(UsageError, match=r"no program begins with 'cd99'.*Nearest ids: cd45\."):
        resolve_program(shelf.archive, "cd99")
    with pytest.raises(UsageError, match="no program begins with ''"):
        resolve_program(shelf.archive, "")


def test_a_champion_says_where_it_comes_from_and_how_it_did(shelf: Any) -> None:
    shelf.finished("one", [80.0, 85.0, 90.0])
    found = shown(shelf, "best of one")
    assert [origin.what for origin in found.origins] == ["trial 1", "the best program of the run"]
    trial = found.origins[0]
    assert (trial.operator, trial.changes, trial.idea) == ("refine", ("swap",), "idea 1")
    assert trial.parents == (identity("start"),)
    assert [(r.split, r.mean) for r in found.results] == [
        (Split.TRAIN, 90.0),
        (Split.HELDOUT, 85.0),
    ]
    assert (found.hidden, found.other_runs) == ("", ())


def test_a_shortened_program_says_what_it_was_made_from(shelf: Any, sheet: Any) -> None:
    shelf.begin("one")
    shelf.trial("one", 3, ["start"], [90.0])
    shelf.assess("one", Role.CHAMPION, "short", Split.TRAIN, [90.0])
    shelf.conclude("one", "short", trial=3)
    record = shelf.archive.run("one")
    for name, made_from in (("short", 3), ("p3", None)):
        places = shelf.archive.appearances(identity(name))
        maker = maker_of(shelf.archive, record, identity(name))
        found = show_program(places, record, shelf.facts.objective, maker=maker)
        assert found.made_from == made_from
        console = sheet()
        render_program(found, console)
        said = "Made shorter from the program of trial 3" in console.file.getvalue()
        assert said is (made_from == 3)


def test_held_out_results_of_an_unfinished_run_are_not_shown(shelf: Any) -> None:
    shelf.begin("one")
    shelf.humans("one", (Split.TRAIN, Split.HELDOUT, Split.SHIFTED, Split.STRESS))
    found = shown(shelf, "good")
    assert [r.split for r in found.results] == [Split.TRAIN, Split.STRESS]
    assert found.hidden == HIDDEN


def test_the_text_that_the_run_stands_by_is_shown(shelf: Any) -> None:
    shelf.begin("one")
    shelf.trial("one", 1, ["start"], [90.0])
    for role, comment in ((Role.REDUCTION, "# cut\n"), (Role.CHAMPION, "# kept\n")):
        made = shelf.archive.appearances(identity("p1"))[0].trial
        commented = Program.of(comment + made.program.source)
        assert commented.id == made.program.id
        assessment = Assessment(role=role, label="", program=commented, evaluation=made.evaluation)
        shelf.archive.add_assessment("one", assessment)
    assert shown(shelf, "p1").source.startswith("# kept")


def test_values_on_stress_shapes_are_not_shown(shelf: Any) -> None:
    shelf.begin("one")
    shelf.humans("one", (Split.STRESS,))
    (result,) = shown(shelf, "good").results
    assert result.verdict.value == "ok"
    assert result.mean is None


def test_the_newest_run_is_shown_unless_another_is_named(shelf: Any) -> None:
    for name in ("one", "two", "three"):
        shelf.finished(name, [80.0, 85.0, 90.0])
    newest = shown(shelf, "good")
    assert (newest.run, newest.other_runs) == ("three", ("one", "two"))
    assert shown(shelf, "good", "one").other_runs == ("two", "three")
    with pytest.raises(UsageError, match="does not occur in run two; it does in one"):
        shown(shelf, "best of one", "two")
    with pytest.raises(UsageError, match="no run named 'ten'"):
        shown(shelf, "good", "ten")


def test_repetitions_are_said_to_be_such(shelf: Any) -> None:
    shelf.begin("one")
    shelf.trial("one", 1, ["start"], [90.0])
    repeats = {"name": "p1", "evaluation": None, "duplicate_of": identity("p1")}
    shelf.trial("one", 2, ["start"], None, **repeats)
    assert [(o.what, o.repeats) for o in shown(shelf, "p1").origins] == [
        ("trial 1", False),
        ("trial 2", True),
    ]


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_screen_holds_origin_results_and_text(shelf: Any, sheet: Any, width: int) -> None:
    for name in ("one", "two"):
        shelf.finished(name, [80.0, 85.0, 90.0])
    console = sheet(width)
    render_program(shown(shelf, "good"), console)
    text = console.file.getvalue()
    assert max(map(len, text.splitlines())) <= width
    assert text.startswith(identity("good"))
    assert "Baseline good" in text
    assert "held-out" in text
    assert "$100" in text
    assert "Also in one: --run RUN shows it there." in text
    assert text.endswith("def decide(obs):\n    return 'good'\n")


def test_a_failure_says_why(shelf: Any, sheet: Any) -> None:
    shelf.begin("one")
    shelf.trial("one", 1, ["start"], None)
    made = shelf.archive.appearances(identity("p1"))[0].trial.evaluation
    why = replace(made, split=Split.VALIDATION, detail="too slow\x1b[2J in\nvalidation/0003")
    assessment = Assessment(
        role=Role.CANDIDATE,
        label="",
        program=Program.of("def decide(obs):\n    return 'p1'\n"),
        evaluation=why,
    )
    shelf.archive.add_assessment("one", assessment)
    console = sheet()
    render_program(shown(shelf, "p1"), console)
    text = console.file.getvalue()
    assert "timeout" in text
    assert "too slow [2J in validation/0003" in text
