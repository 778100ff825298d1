from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from adrs.catalog.problems import evaluator_reference
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.scenario import Scalar, Scenario, Split
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.protocol import Outcome
from adrs.evaluation.splits import scenarios

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]
Workloads = Mapping[Split, list[Any]]
GOLDEN = {
    "original": [0.022369801, 0.028036907, 0.021958637, 0.221374046],
    "cardinality": [0.143190027, 0.391803028, 0.386557178, 0.215208456],
    "statistics": [0.408481883, 0.613090687, 0.577737226, 0.216970053],
    "ggr": [0.433356635, 0.628128664, 0.609549878, 0.273634762],
    "ggr_deep": [0.484038215, 0.645715451, 0.629440389, 0.298884322],
}
STRENGTH = ["original", "cardinality", "statistics", "ggr", "ggr_deep"]


def values(outcomes: Sequence[Outcome]) -> list[float]:
    assert [outcome.violation for outcome in outcomes] == [""] * len(outcomes)
    return [outcome.value for outcome in outcomes if outcome.value is not None]


@pytest.fixture(scope="module")
def played(problem: Problem, play: Play, workloads: Workloads) -> dict[str, Sequence[Outcome]]:
    """What the baselines come to on validation."""
    members = workloads[Split.VALIDATION]
    return {b.name: play(b.program, members) for b in problem.baselines}


@pytest.mark.parametrize("name", STRENGTH)
def test_values_on_the_first_train_scenarios_are_pinned(
    name: str, problem: Problem, play: Play, workloads: Workloads
) -> None:
    (program,) = (b.program for b in problem.baselines if b.name == name)
    found = values(play(program, workloads[Split.TRAIN][:4]))
    assert found == pytest.approx(GOLDEN[name], abs=1e-9)


def test_baselines_are_listed_from_weak_to_strong(
    problem: Problem, played: Mapping[str, Sequence[Outcome]]
) -> None:
    assert [baseline.name for baseline in problem.baselines] == STRENGTH
    means = [fmean(values(played[name])) for name in STRENGTH]
    assert means == sorted(means)
    assert problem.reference == STRENGTH[-1]


def test_the_initial_program_is_ggr_as_published(problem: Problem) -> None:
    (published,) = (b.program for b in problem.baselines if b.name == "ggr")
    assert problem.initial.id == published.id


def test_prompts_in_original_order_have_hardly_anything_in_common_with_the_one_before(
    played: Mapping[str, Sequence[Outcome]],
) -> None:
    """The published tables as they come: 0.1 % (beer) and 5.0 % (credit) of the characters."""
    assert fmean(o.metrics["neighbour"] for o in played["original"]) < 0.05


def test_lengths_and_cardinalities_together_beat_cardinalities(
    played: Mapping[str, Sequence[Outcome]],
) -> None:
    """On beer reviews 56.3 % by length * (1 - distinct / rows), 53.7 % by distinct values."""
    by_both, by_distinct = (
        fmean(o.metrics["neighbour"] for o in played[name])
        for name in ("statistics", "cardinality")
    )
    assert by_both > by_distinct > 0.1


def test_ggr_hits_several_times_as_much_as_the_original_order(
    played: Mapping[str, Sequence[Outcome]],
) -> None:
    """Published: 0.0696 in original order, 0.6920 with GGR, both without eviction."""
    ggr, original = (
        fmean(o.metrics["unbounded"] for o in played[name]) for name in ("ggr", "original")
    )
    assert ggr > 3 * original


def test_ggr_gives_rows_different_orders_and_sorting_does_not(
    played: Mapping[str, Sequence[Outcome]],
) -> None:
    assert {o.metrics["orders"] for o in played["statistics"]} == {1.0}
    assert fmean(o.metrics["orders"] for o in played["ggr"]) > 4


def test_ggr_gives_each_half_of_a_table_the_order_that_suits_it(
    problem: Problem, play: Play, tmp_path: Path
) -> None:
    """Two columns, each with a value that repeats in another half of the rows."""
    own = [f"{chr(97 + i)}----" for i in range(8)]
    halves = [
        *zip(["spring"] * 4, own[:4], strict=True),
        *zip(own[4:], ["autumn"] * 4, strict=True),
    ]
    lines = [f"{one},{other}" for one, other in halves]
    path = tmp_path / "halves.csv"
    path.write_text("\n".join(["one,other", *lines, *["-,-"] * 12]))  # train has the first 8 of 20
    params: dict[str, Scalar] = {"table": str(path), "table_rows": 8, "chars_per_token": 1}
    evaluator = build_evaluator(evaluator_reference(problem), params)
    choices: dict[str, Scalar] = {
        "kind": "sales",
        "rows": 8,
        "skew": 1.0,
        "cache_rows": "unbounded",
    }
    scenario = Scenario(id="train/0000", split=Split.TRAIN, seed=1, params=choices)
    workload = evaluator.workload(scenario)
    total = 8 * 11
    hits = {
        b.name: round(total * values(play(b.program, [workload]))[0]) for b in problem.baselines
    }
    assert hits["statistics"] == hits["cardinality"] == 3 * 6
    assert hits["ggr"] == hits["ggr_deep"] == 6 * 6


def test_the_stress_split_plays_every_case_once(problem: Problem) -> None:
    cases = [s.params["stress"] for s in scenarios(problem.name, problem.splits[Split.STRESS])]
    assert len(set(cases)) == len(cases) == len(problem.splits[Split.STRESS].choices["stress"])


def test_no_kind_of_table_is_in_train_and_in_the_shifted_family(problem: Problem) -> None:
    kinds = [set(problem.splits[s].choices["kind"]) for s in (Split.TRAIN, Split.SHIFTED)]
    assert not set.intersection(*kinds)
