"""Which runs are listed, in which order."""

from dataclasses import replace
from typing import Any

import pytest

from adrs.core.call import CallOutcome
from adrs.core.run import ModelUse, Role, RunStatus
from adrs.core.scenario import Split
from adrs.errors import UsageError
from adrs.report.runs.listing import Filter, ListedRun, Order, in_order, listed_runs, selected
from adrs.testing.archive_values import a_call


@pytest.fixture
def runs(shelf: Any) -> tuple[ListedRun, ...]:
    shelf.finished("b-spot", [80.0, 85.0, 90.0])
    models = ModelUse(models=("openai/gpt-5:0.8@strong", "ollama/llama3:8b"))
    shelf.begin("a-spot", config={"models": models, "strategy": "greedy", "proposer": "llm"})
    shelf.trial("a-spot", 1, ["start"], [1.0])
    shelf.archive.add_call("a-spot", replace(a_call("x"), cost_usd=0.5))
    shelf.archive.add_call("a-spot", a_call("y", CallOutcome.TIMEOUT))
    shelf.begin("c-toy", config={"problem": "/at/toy"}, spent_s=3.0)
    shelf.assess("c-toy", Role.CHAMPION, "x", Split.HELDOUT, [7.0])
    return listed_runs(shelf.archive)


def names(runs: Any) -> list[str]:
    return [run.record.name for run in runs]


def test_they_say_what_became_of_the_runs(runs: Any) -> None:
    finished, asked, _ = (run.facts for run in runs)
    assert (finished.trials, finished.heldout, finished.improved) == (2, 85.0, True)
    assert (finished.calls, finished.usd) == (None, None)
    assert (asked.trials, asked.calls, asked.usd, asked.improved) == (1, 1, 0.5, None)


def test_held_out_results_of_an_unfinished_run_are_not_shown(runs: Any) -> None:
    *_, unfinished = runs
    assert unfinished.record.status is not RunStatus.FINISHED
    assert unfinished.facts.heldout is None


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), ["b-spot", "a-spot", "c-toy"]),
        (Filter(problem="spot"), ["b-spot", "a-spot"]),
        (Filter(problem="toy"), ["c-toy"]),
        (Filter(problem="/at/toy"), ["c-toy"]),
        (Filter(status=RunStatus.FINISHED), ["b-spot"]),
        (Filter(status=RunStatus.INTERRUPTED), []),
        (Filter(strategy="greedy"), ["a-spot"]),
        (Filter(model="openai/gpt-5"), ["a-spot"]),
        (Filter(model="llama3:8b"), ["a-spot"]),
        (Filter(model="mutator/ast"), ["b-spot", "c-toy"]),
        (Filter(problem="spot", strategy="islands"), ["b-spot"]),
    ],
)
def test_filters_let_pass(runs: Any, wanted: Filter, expected: list[str]) -> None:
    assert names(selected(runs, wanted)) == expected


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Filter(problem="spto"), "--problem spto: no run .* Did you mean spot"),
        (Filter(strategy="zzz"), "--strategy zzz: .* There are: greedy, islands"),
        (Filter(model="gpt-6"), "--model gpt-6: .* Did you mean gpt-5"),
    ],
)
def test_names_of_no_run_are_refused(runs: Any, wanted: Filter, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        selected(runs, wanted)


def test_an_empty_archive_refuses_no_name() -> None:
    assert selected((), Filter(problem="spot")) == ()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.BEGAN, ["b-spot", "a-spot", "c-toy"]),
        (Order.NAME, ["a-spot", "b-spot", "c-toy"]),
        (Order.PROBLEM, ["b-spot", "a-spot", "c-toy"]),
        (Order.STATUS, ["b-spot", "a-spot", "c-toy"]),
        (Order.TRIALS, ["c-toy", "a-spot", "b-spot"]),
        (Order.HELDOUT, ["b-spot", "a-spot", "c-toy"]),
        (Order.COST, ["a-spot", "b-spot", "c-toy"]),
        (Order.TIME, ["a-spot", "c-toy", "b-spot"]),
    ],
)
def test_they_are_sorted(runs: Any, order: Order, expected: list[str]) -> None:
    assert names(in_order(runs, order)) == expected


def test_the_largest_first_and_those_without_a_value_last(runs: Any) -> None:
    one, none, other = runs
    better = replace(other, facts=replace(other.facts, heldout=99.0))
    ordered = in_order((one, none, better), Order.HELDOUT, reverse=True)
    assert names(ordered) == ["c-toy", "b-spot", "a-spot"]
    newest = [
        replace(run, record=replace(run.record, created_at=f"2026-01-0{number}"))
        for number, run in enumerate(runs, 1)
    ]
    assert names(in_order(newest, Order.BEGAN, reverse=True)) == ["c-toy", "a-spot", "b-spot"]
