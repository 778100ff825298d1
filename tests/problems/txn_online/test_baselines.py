from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

import pytest

from adrs.core.interface import OnlineInterface
from adrs.core.problem import Problem
from adrs.core.program import Program, evolve_region
from adrs.core.scenario import Scalar, Scenario, Split
from adrs.evaluation.protocol import Evaluator, Outcome

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]
Loads = Callable[[Split], list[Any]]
GOLDEN = {
    "random_pick": [131, 141, 55, 126, 398, 126, 117, 208, 143, 100, 158, 229],
    "first_come": [125, 131, 54, 133, 391, 133, 128, 182, 146, 100, 140, 237],
    "longest_first": [125, 131, 52, 133, 391, 133, 128, 180, 142, 100, 140, 237],
    "sampled_greedy": [111, 130, 55, 121, 298, 120, 107, 152, 145, 93, 140, 229],
    "smf": [87, 147, 54, 113, 198, 123, 101, 139, 141, 99, 121, 213],
    "soonest_first": [88, 118, 51, 113, 198, 119, 92, 121, 141, 99, 111, 214],
    "patient": [83, 118, 51, 113, 195, 119, 99, 129, 141, 99, 111, 197],
}
GOLDEN_BOUND = [45, 90, 33, 100, 96, 100, 45, 70, 130, 92, 92, 100]
STRENGTH = list(GOLDEN)


def values(outcomes: Sequence[Outcome]) -> list[float]:
    assert [outcome.violation for outcome in outcomes] == [""] * len(outcomes)
    return [outcome.value for outcome in outcomes if outcome.value is not None]


@pytest.fixture(scope="module")
def train(workloads: Loads) -> list[Any]:
    return workloads(Split.TRAIN)[: len(GOLDEN_BOUND)]


@pytest.mark.parametrize("name", STRENGTH)
def test_makespans_are_golden(
    name: str, train: list[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    assert values(play(baselines[name], train)) == GOLDEN[name]


def test_bounds_are_golden(train: list[Any], evaluator: Evaluator[Any]) -> None:
    assert [evaluator.bound(workload) for workload in train] == GOLDEN_BOUND


def test_baselines_are_listed_from_weak_to_strong(
    problem: Problem, play: Play, workloads: Loads
) -> None:
    assert [baseline.name for baseline in problem.baselines] == STRENGTH
    members = workloads(Split.VALIDATION)
    means = [fmean(values(play(one.program, members))) for one in problem.baselines]
    assert means == sorted(means, reverse=True)


@pytest.mark.parametrize("split", [Split.TRAIN, Split.SHIFTED, Split.STRESS])
def test_baselines_are_valid_and_respect_the_bound(
    split: Split, problem: Problem, evaluator: Evaluator[Any], play: Play, workloads: Loads
) -> None:
    members = workloads(split)
    bounds = [evaluator.bound(workload) for workload in members]
    for baseline in problem.baselines:
        reached = values(play(baseline.program, members))
        assert all(value >= bound for value, bound in zip(reached, bounds, strict=True))


def test_search_starts_from_shortest_makespan_first(
    problem: Problem, baselines: Mapping[str, Program]
) -> None:
    assert problem.initial.id == baselines["smf"].id
    assert problem.reference == "smf"


def test_every_program_shows_its_region_the_same_names(
    problem: Problem, baselines: Mapping[str, Program]
) -> None:
    def frozen(program: Program) -> str:
        region = evolve_region(program.source, where="program")
        return region.head.partition("    def decide")[2] + region.tail

    assert all(frozen(program) == frozen(problem.initial) for program in baselines.values())
    assert "stalls = obs[23:31]" in frozen(problem.initial)


def test_the_names_in_programs_are_the_columns_of_the_interface(
    problem: Problem, evaluator: Evaluator[Any]
) -> None:
    interface = evaluator.interface
    assert isinstance(interface, OnlineInterface)
    names = [field.name for field in interface.observation]
    columns = ("age", "length", "stall", "clash", "known", "writes", "kind")
    for index, name in enumerate(columns):
        first = 7 + 8 * index
        assert names[first : first + 8] == [f"{name}_{place}" for place in range(8)]
        assert f"obs[{first}:{first + 8}]" in problem.initial.source
        assert f"`{name}_P`" in problem.statement
    for field in (*interface.setup, *interface.observation[:7]):
        assert f"`{field.name}`" in problem.statement
    assert interface.actions.index("WAIT") == 8


def test_knowing_more_accesses_helps(
    evaluator: Evaluator[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    def mean(hidden: float) -> float:
        params: dict[str, Scalar] = {"txns": 80, "workers": 16, "load": 4.0, "hidden": hidden}
        loads = [
            evaluator.workload(
                Scenario(id="a", split=Split.TRAIN, seed=i, params={**params, "shape": shape})
            )
            for i in range(4)
            for shape in ("ycsb_hot", "bank_transfers", "tpcc")
        ]
        return fmean(values(play(baselines["soonest_first"], loads)))

    assert mean(0.0) < mean(0.5) < mean(1.0)


def test_patience_shortens_stalls(
    play: Play, workloads: Loads, baselines: Mapping[str, Program]
) -> None:
    members = workloads(Split.VALIDATION)
    stalls = {
        name: fmean(o.metrics["stall_mean"] for o in play(baselines[name], members))
        for name in ("soonest_first", "patient")
    }
    assert stalls["patient"] < 0.8 * stalls["soonest_first"]
