"""Taking back a champion's changes, one at a time."""

from typing import Any

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.core.events import Event, Phase, PhaseStarted
from adrs.core.program import Program, normalised, program_id
from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.engine.ablation import MOST_CHANGES, one_change_reverted

INITIAL = """
def decide(x):
    limit = 1.0
    rate = 2.0
    if x > limit:
        return rate
    return 0.0
"""
CHAMPION = """
def decide(x):  # a comment is no change
    limit = 3.0
    rate = 2.0
    if x > limit:
        return rate
    if x < 0:
        return -1.0
    return 0.0
"""


def test_every_change_is_taken_back_once() -> None:
    limit, guard = one_change_reverted(INITIAL, CHAMPION)
    assert limit == normalised(CHAMPION.replace("limit = 3.0", "limit = 1.0")) + "\n"
    assert guard == normalised(INITIAL.replace("limit = 1.0", "limit = 3.0")) + "\n"


def test_the_only_change_taken_back_is_the_initial_program() -> None:
    (text,) = one_change_reverted(INITIAL, INITIAL.replace("2.0", "2.5"))
    assert program_id(text) == program_id(INITIAL)


def test_equal_programs_have_no_change() -> None:
    assert one_change_reverted(INITIAL, INITIAL + "# the end\n") == ()


def test_changes_that_cannot_stand_alone_are_taken_back_together() -> None:
    before = "def f(x):\n    a = 1\n    return x\n"
    after = "def f(x):\n    while x:\n        a = 1\n        x = 0\n    return x\n"
    texts = one_change_reverted(before, after)
    assert [program_id(text) for text in texts] == [program_id(before)]
    # Without its head alone the body of the branch would stand at a wrong depth.
    nested = "def f(x):\n    if x:\n        a = 1\n    b = 2\n    return x\n"
    flat = "def f(x):\n    a = 1\n    b = 2\n    return x\n"
    for text in one_change_reverted(flat, nested):
        compile(text, "text", "exec")


@pytest.mark.parametrize("count", [MOST_CHANGES, MOST_CHANGES + 1, 3 * MOST_CHANGES])
def test_of_many_changes_the_nearest_go_together(count: int) -> None:
    def text(value: int) -> str:
        return "".join(f"a{n} = {value}\nb{n} = 0\n" for n in range(count))

    texts = one_change_reverted(text(1), text(2))
    assert len(texts) == MOST_CHANGES
    assert sum(part.count("= 1\n") for part in texts) == count


def test_a_run_assesses_its_champion_without_each_change_on_validation(bench: Any) -> None:
    archive = MemoryArchive()
    events: list[Event] = []
    conclusion = bench.run(archive, sink=events.append)
    assert conclusion.improved
    found = [a for a in archive.assessments("test") if a.role is Role.ABLATION]
    expected = one_change_reverted(bench.problem.initial.source, conclusion.champion.source)
    assert [a.label for a in found] == [str(n + 1) for n in range(len(expected))]
    assert [a.program for a in found] == [Program.of(text) for text in expected]
    assert {a.evaluation.split for a in found} == {Split.VALIDATION}
    phases = [e for e in events if isinstance(e, PhaseStarted)]
    assert (phases[-1].phase, phases[-1].total) == (Phase.ABLATION, len(expected))


def test_a_run_without_improvement_takes_nothing_back(bench: Any) -> None:
    archive = MemoryArchive()
    conclusion = bench.run(archive, proposer="none")
    assert not conclusion.improved
    assert all(a.role is not Role.ABLATION for a in archive.assessments("test"))
