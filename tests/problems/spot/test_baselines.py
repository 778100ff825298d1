from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from adrs.core.interface import OnlineInterface
from adrs.core.problem import Problem
from adrs.core.program import Program, evolve_region
from adrs.core.scenario import Scalar, Scenario, Split
from adrs.core.seeds import derive_seed
from adrs.evaluation.protocol import Evaluator
from adrs.evaluation.splits import scenarios

Costs = Callable[[Program, Sequence[Any]], list[float]]
Mean = Callable[[Program, Sequence[Any]], float]
COUNT = 12
GOLDEN = {
    "on_demand": 147.475000000,
    "greedy": 108.912938889,
    "uniform_progress": 95.621811111,
    "uniform_progress_no_hysteresis": 92.817618056,
}
GOLDEN_BOUND = 87.896733333
STRENGTH = list(GOLDEN)


def first_workloads(problem: Problem, evaluator: Evaluator[Any], split: Split) -> list[Any]:
    members = scenarios(problem.name, problem.splits[split])[:COUNT]
    return [evaluator.workload(scenario) for scenario in members]


@pytest.fixture(scope="module")
def train(problem: Problem, evaluator: Evaluator[Any]) -> list[Any]:
    return first_workloads(problem, evaluator, Split.TRAIN)


def family(evaluator: Evaluator[Any], **params: Scalar) -> list[Any]:
    """Twenty jobs of each of three zones, alike in everything else."""
    return [
        evaluator.workload(
            Scenario(
                id=f"family/{zone}/{i}",
                split=Split.TRAIN,
                seed=derive_seed("family", zone, i),
                params={"job_h": 48, "zone": zone, **params},
            )
        )
        for zone in ("us-west-2a_k80_8", "us-west-2a_v100_1", "us-west-2b_k80_8")
        for i in range(20)
    ]


@pytest.mark.parametrize("name", STRENGTH)
def test_mean_cost_is_golden(
    name: str, train: list[Any], mean: Mean, baselines: Mapping[str, Program]
) -> None:
    assert mean(baselines[name], train) == pytest.approx(GOLDEN[name], rel=1e-9)


def test_mean_bound_is_golden(train: list[Any], evaluator: Evaluator[Any]) -> None:
    bounds = [evaluator.bound(task) for task in train]
    assert sum(bounds) / COUNT == pytest.approx(GOLDEN_BOUND, rel=1e-9)


@pytest.mark.parametrize("split", list(Split))
def test_no_baseline_beats_the_bound(
    split: Split,
    problem: Problem,
    evaluator: Evaluator[Any],
    costs: Costs,
    baselines: Mapping[str, Program],
) -> None:
    tasks = first_workloads(problem, evaluator, split)
    bounds = [evaluator.bound(task) for task in tasks]
    for program in baselines.values():
        paid = costs(program, tasks)
        assert all(cost >= bound for cost, bound in zip(paid, bounds, strict=True))


def test_baselines_are_listed_weak_to_strong(
    problem: Problem, train: list[Any], mean: Mean
) -> None:
    assert [baseline.name for baseline in problem.baselines] == STRENGTH
    means = [mean(baseline.program, train) for baseline in problem.baselines]
    assert means == sorted(means, reverse=True)


def test_search_starts_from_uniform_progress(
    problem: Problem, baselines: Mapping[str, Program]
) -> None:
    assert problem.initial.id == baselines["uniform_progress"].id


def test_every_program_has_the_same_frozen_part(
    problem: Problem, baselines: Mapping[str, Program]
) -> None:
    def frozen(program: Program) -> str:
        return evolve_region(program.source, where="program").head.rpartition('"""\n\nNONE')[2]

    assert all(frozen(program) == frozen(problem.initial) for program in baselines.values())
    assert "class Policy" in frozen(problem.initial)


def test_uniform_progress_always_on_spot_pays_spot_prices(
    evaluator: Evaluator[Any], mean: Mean, baselines: Mapping[str, Program]
) -> None:
    params: dict[str, Scalar] = {
        "zone": "always", "job_h": 48, "slack_h": 4, "overhead_h": 0.05
    }  # fmt: skip
    task = evaluator.workload(Scenario(id="a", split=Split.TRAIN, seed=1, params=params))
    expected = pytest.approx((48 + 1 / 6) * 0.9731, rel=1e-12)
    assert mean(baselines["uniform_progress"], [task]) == expected
    assert mean(baselines["greedy"], [task]) == expected


def test_uniform_progress_without_spot_pays_on_demand_prices(
    evaluator: Evaluator[Any], mean: Mean, baselines: Mapping[str, Program]
) -> None:
    params: dict[str, Scalar] = {
        "zone": "never", "job_h": 48, "slack_h": 22, "overhead_h": 0.05
    }  # fmt: skip
    task = evaluator.workload(Scenario(id="n", split=Split.TRAIN, seed=1, params=params))
    for program in baselines.values():
        assert mean(program, [task]) == pytest.approx((48 + 1 / 6) * 3.06, rel=1e-12)


def test_uniform_progress_shines_where_time_is_short(
    evaluator: Evaluator[Any], mean: Mean, baselines: Mapping[str, Program]
) -> None:
    """As on real AWS traces: well below greedy at 52 h, above it at 92 h with 0.2 h."""
    greedy, uniform = baselines["greedy"], baselines["uniform_progress"]
    tight = family(evaluator, slack_h=4, overhead_h=0.05)
    loose = family(evaluator, slack_h=44, overhead_h=0.2)
    assert 0.75 < mean(uniform, tight) / mean(greedy, tight) < 0.90
    assert mean(uniform, loose) > mean(greedy, loose)


def test_a_longer_overhead_costs_more(
    evaluator: Evaluator[Any], mean: Mean, baselines: Mapping[str, Program]
) -> None:
    program = baselines["uniform_progress"]
    short = family(evaluator, slack_h=12, overhead_h=0.02)
    long = family(evaluator, slack_h=12, overhead_h=0.2)
    assert mean(program, short) < mean(program, long)


def test_statement_names_every_field(problem: Problem, evaluator: Evaluator[Any]) -> None:
    interface = evaluator.interface
    assert isinstance(interface, OnlineInterface)
    for field in (*interface.setup, *interface.observation):
        assert f"`{field.name}`" in problem.statement
