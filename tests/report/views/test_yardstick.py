"""Which runs are measured alike."""

from dataclasses import replace
from typing import Any

import pytest

from adrs.report.runs.yardstick import Yardstick, problem_name, same_train


def test_equal_runs_do_not_differ(shelf: Any) -> None:
    one, other = shelf.begin("one"), shelf.begin("two", config={"seed": 9, "strategy": "greedy"})
    assert Yardstick.of(one).differences(Yardstick.of(other)) == ()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"evaluator": "spot 2"}, "evaluator spot 2, not spot 1"),
        ({"config": {"heldout_key": "secret"}}, "held-out set "),
        ({"config": {"problem": "eplb"}}, "problem eplb, not spot"),
        ({"problem_parts": {"problem.toml: params": "q"}}, "another problem.toml: params"),
    ],
)
def test_what_differs_is_named(shelf: Any, changed: Any, words: str) -> None:
    one, other = shelf.begin("one"), shelf.begin("two", **changed)
    (found,) = Yardstick.of(other).differences(Yardstick.of(one))
    assert found.startswith(words)
    assert "secret" not in found


def test_parts_that_leave_a_held_out_result_alone_do_not_count(shelf: Any) -> None:
    one = shelf.begin("one")
    neutral = ("initial.py", "statement.md", "baselines/a.py", "problem.toml: splits.train")
    other = replace(one, problem_parts={**one.problem_parts, **dict.fromkeys(neutral, "new")})
    assert Yardstick.of(one).differences(Yardstick.of(other)) == ()
    assert not same_train(one, other)
    heldout = {**one.problem_parts, "problem.toml: splits.heldout": "new"}
    moved = replace(one, problem_parts=heldout)
    assert Yardstick.of(one).differences(Yardstick.of(moved)) != ()
    assert same_train(one, moved)


def test_a_problem_is_named_alike_by_name_and_by_path() -> None:
    assert problem_name("spot") == problem_name("problems/spot/") == "spot"
