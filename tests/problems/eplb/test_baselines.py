import math
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

import pytest

from adrs.catalog.problems import evaluator_reference
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.scenario import Scalar, Scenario, Split
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluation.splits import scenarios

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]
REFERENCE: dict[str, Scalar] = {
    "shape": "reference",
    "law": "lognormal",
    "skew": 1.0,
    "drift": 0.4,
    "switches": 0.1,
    "windows": 8,
}
GOLDEN = {
    "static": [0.360170286, 0.200785544, 0.323239099],
    "round_robin": [0.565396876, 0.251683771, 0.401922649],
    "greedy": [0.738755159, 0.630802448, 0.761370247],
    "zigzag": [0.717017369, 0.612302906, 0.786341953],
    "greedy_global": [0.738755159, 0.600108093, 0.780983580],
    "last_window": [0.912327314, 0.664764385, 0.834997086],
    "smoothed": [0.895837207, 0.738209478, 0.849935736],
}
STRENGTH = ["static", "round_robin", "greedy", "zigzag", "greedy_global", "last_window", "smoothed"]


def workloads(
    problem: Problem, evaluator: Evaluator[Any], split: Split, count: int | None = None
) -> list[Any]:
    members = scenarios(problem.name, problem.splits[split])
    return [evaluator.workload(scenario) for scenario in members[:count]]


def reference(evaluator: Evaluator[Any], **change: Scalar) -> list[Any]:
    made = []
    for seed in range(3):
        scenario = Scenario(
            id=f"train/{seed:04d}", split=Split.TRAIN, seed=seed, params={**REFERENCE, **change}
        )
        made.append(evaluator.workload(scenario))
    return made


def value(outcome: Outcome) -> float:
    assert outcome.value is not None
    return outcome.value


def mean_value(outcomes: Sequence[Outcome]) -> float:
    return fmean(value(outcome) for outcome in outcomes)


@pytest.mark.parametrize("name", STRENGTH)
def test_values_on_the_first_train_scenarios_are_pinned(
    name: str,
    problem: Problem,
    evaluator: Evaluator[Any],
    play: Play,
    baselines: Mapping[str, Program],
) -> None:
    outcomes = play(baselines[name], workloads(problem, evaluator, Split.TRAIN, 3))
    assert [o.value for o in outcomes] == pytest.approx(GOLDEN[name], abs=1e-9)


def test_the_published_greedy_is_where_it_is_reported_to_be(
    evaluator: Evaluator[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    assert mean_value(play(baselines["greedy"], reference(evaluator))) == pytest.approx(
        0.66, abs=0.05
    )


@pytest.mark.parametrize(
    ("drift", "balancedness"),
    [(0.2, 0.848), (0.3, 0.781), (0.4, 0.713), (0.5, 0.665), (0.6, 0.610)],
)
def test_drift_costs_the_global_greedy_what_was_measured(
    problem: Problem,
    play: Play,
    baselines: Mapping[str, Program],
    drift: float,
    balancedness: float,
) -> None:
    """A prototype of the same greedy, planned on lognormal loads that then drift in their logs.

    There the loads that are planned on had not drifted yet. Here both windows deviate, each by
    itself, so that one differs from the other by sqrt(2) times as much as from the mean.
    """
    params = {**problem.params, "persistence": 0.0, "unevenness": 0.0}
    alone = build_evaluator(evaluator_reference(problem), params)
    moving = reference(alone, drift=drift / math.sqrt(2.0), switches=0.0, windows=1)
    outcomes = play(baselines["greedy_global"], moving)
    assert mean_value(outcomes) == pytest.approx(balancedness, abs=0.025)


def test_static_placement_of_zipf_loads_is_at_the_measured_anchor(
    evaluator: Evaluator[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    still = reference(evaluator, law="zipf", drift=0.0, switches=0.0)
    assert mean_value(play(baselines["static"], still)) == pytest.approx(0.17, abs=0.02)


def test_without_drift_the_global_greedy_is_all_but_perfect(
    evaluator: Evaluator[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    still = reference(evaluator, drift=0.0, switches=0.0)
    outcomes = {name: play(baselines[name], still) for name in ("greedy_global", "zigzag")}
    assert min(value(o) for o in outcomes["greedy_global"]) >= 0.99
    assert min(value(o) for o in outcomes["zigzag"]) >= 0.96
    for outcome in outcomes["greedy_global"]:
        assert outcome.metrics["in_sample"] == pytest.approx(outcome.value, abs=1e-3)


def test_the_published_greedy_keeps_every_group_on_one_node(
    evaluator: Evaluator[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    for outcome in play(baselines["greedy"], reference(evaluator)):
        assert outcome.metrics["nodes_per_group"] == 1.0


def test_the_initial_program_is_the_published_greedy(
    problem: Problem, baselines: Mapping[str, Program]
) -> None:
    assert problem.initial.id == baselines["greedy"].id
    assert problem.reference == "greedy"


def test_baselines_are_listed_from_weak_to_strong(
    problem: Problem, evaluator: Evaluator[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    assert list(baselines) == STRENGTH
    members = workloads(problem, evaluator, Split.VALIDATION)
    values = [mean_value(play(baselines[name], members)) for name in STRENGTH]
    assert values == sorted(values)


def test_validation_and_heldout_hold_the_whole_reference_shape(problem: Problem) -> None:
    for split in (Split.VALIDATION, Split.HELDOUT):
        members = scenarios(problem.name, problem.splits[split])
        assert sum(s.params["shape"] == "reference" for s in members) == len(members) // 12


def test_the_stress_split_plays_every_case_once(problem: Problem) -> None:
    cases = [s.params["stress"] for s in scenarios(problem.name, problem.splits[Split.STRESS])]
    assert len(set(cases)) == len(cases) == len(problem.splits[Split.STRESS].choices["stress"])
