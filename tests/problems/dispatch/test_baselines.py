from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

import pytest

from adrs.api import compose
from adrs.catalog.problems import load_problem
from adrs.core.interface import OnlineInterface
from adrs.core.problem import Problem
from adrs.core.program import Program, evolve_region
from adrs.core.scenario import Scalar, Scenario, Split
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask
from adrs.errors import UsageError
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluation.splits import scenarios
from adrs.sandbox.protocol import PolicyFailed

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]
COUNT = 8
WIDTH = 32  # columns of servers that programs count on
GOLDEN = {
    "jsq_stale": 4724.697964183,
    "random": 1324.993462260,
    "round_robin": 1156.054488942,
    "power_of_two": 882.195629567,
    "dodoor": 856.544246154,
    "expected_completion": 807.479832212,
    "probe_four": 677.194247596,
    "expected_completion_shared": 654.843108173,
}
GOLDEN_BOUND = 466.056205111
STRENGTH = list(GOLDEN)


def mean_latency(outcomes: Sequence[Outcome]) -> float:
    assert [outcome.violation for outcome in outcomes] == [""] * len(outcomes)
    return fmean(outcome.value for outcome in outcomes if outcome.value is not None)


def family(evaluator: Evaluator[Any], **params: Scalar) -> list[Any]:
    """Ten clusters that are alike in everything but their seeds."""
    base: Mapping[str, Scalar] = {
        "cluster": "mixed", "servers": 8, "workload": "functions", "arrivals": "poisson",
        "load": 0.75, "tasks": 256, "schedulers": 4, "push_every": 32,
    }  # fmt: skip
    return [
        evaluator.workload(
            Scenario(
                id=f"family/{i}",
                split=Split.TRAIN,
                seed=derive_seed("family", i),
                params={**base, **params},
            )
        )
        for i in range(10)
    ]


@pytest.mark.parametrize("name", STRENGTH)
def test_mean_latency_on_train_is_golden(
    name: str, train: list[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    assert mean_latency(play(baselines[name], train)) == pytest.approx(GOLDEN[name], rel=1e-9)


def test_baselines_are_listed_weak_to_strong(problem: Problem) -> None:
    assert [baseline.name for baseline in problem.baselines] == STRENGTH
    assert [GOLDEN[name] for name in STRENGTH] == sorted(GOLDEN.values(), reverse=True)
    assert problem.reference == STRENGTH[-1]


def test_mean_bound_on_train_is_golden(train: list[Any], evaluator: Evaluator[Any]) -> None:
    bound = fmean(evaluator.bound(workload) for workload in train)
    assert bound == pytest.approx(GOLDEN_BOUND, rel=1e-6)


@pytest.mark.parametrize("split", list(Split))
def test_no_baseline_beats_the_bound(
    split: Split,
    problem: Problem,
    evaluator: Evaluator[Any],
    play: Play,
    baselines: Mapping[str, Program],
) -> None:
    members = scenarios(problem.name, problem.splits[split])[:COUNT]
    workloads = [evaluator.workload(scenario) for scenario in members]
    bounds = [evaluator.bound(workload) for workload in workloads]
    for program in baselines.values():
        values = [outcome.value for outcome in play(program, workloads)]
        for value, bound in zip(values, bounds, strict=True):
            assert value is not None
            assert value >= bound * (1 - 1e-12)


def test_no_mutant_beats_the_bound(
    problem: Problem, evaluator: Evaluator[Any], train: list[Any], play: Play
) -> None:
    mutator = compose.PROPOSERS["mutator/ast"](problem)
    ask = Ask(operator="refine", parent=problem.initial)
    bounds = [evaluator.bound(workload) for workload in train[:COUNT]]
    played = 0
    for i in range(25):
        source = mutator.propose(ask, seed=derive_seed("bound", i)).source
        if source is None:
            continue
        try:
            outcomes = play(Program.of(source), train[:COUNT])
        except PolicyFailed:
            continue
        played += 1
        for outcome, bound in zip(outcomes, bounds, strict=True):
            assert outcome.value is None or outcome.value >= bound * (1 - 1e-12)
    assert played > 15


def test_search_starts_from_the_strongest(
    problem: Problem, baselines: Mapping[str, Program]
) -> None:
    assert problem.initial.id == baselines[problem.reference].id


def test_every_program_has_the_same_frozen_part(
    problem: Problem, baselines: Mapping[str, Program]
) -> None:
    def frozen(program: Program) -> str:
        return evolve_region(program.source, where="program").head.rpartition('"""\n\nimport')[2]

    assert all(frozen(program) == frozen(problem.initial) for program in baselines.values())
    assert "class Policy" in frozen(problem.initial)


def test_herding_grows_with_the_age_of_the_view(
    evaluator: Evaluator[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    """Joining the shortest queue on stale views: better than random, then far worse.

    Mitzenmacher, "How useful is old information?", IEEE TPDS 2000.
    """

    def latency(name: str, push_every: int) -> float:
        return mean_latency(play(baselines[name], family(evaluator, push_every=push_every)))

    assert latency("jsq_stale", 4) < latency("random", 4)
    assert latency("jsq_stale", 96) > 3 * latency("random", 96)


def test_probing_gains_on_the_cached_view_as_it_grows_old(
    evaluator: Evaluator[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    def advantage(push_every: int) -> float:
        members = family(evaluator, push_every=push_every)
        cached, probing = (
            mean_latency(play(baselines[name], members))
            for name in ("expected_completion_shared", "probe_four")
        )
        return cached / probing

    assert advantage(8) < 0.95
    assert advantage(8) < advantage(32) < advantage(128)


def test_dodoor_is_better_than_two_choices_by_the_same_view(
    evaluator: Evaluator[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    """Its score sees that servers differ, which the number of tasks does not."""
    source = baselines["power_of_two"].source
    cached = Program.of(source.replace("        if not probed:\n            return PROBE_2\n", ""))
    assert cached.id != baselines["power_of_two"].id
    members = family(evaluator)
    dodoor = mean_latency(play(baselines["dodoor"], members))
    assert dodoor < 0.9 * mean_latency(play(cached, members))


def test_statement_names_every_field(problem: Problem, evaluator: Evaluator[Any]) -> None:
    interface = evaluator.interface
    assert isinstance(interface, OnlineInterface)
    for field in (*interface.setup, *interface.observation):
        name, _, number = field.name.rpartition("_")
        if number.isdigit() and name != "sample":
            assert f"`{name}_0` … `{name}_{WIDTH - 1}`" in problem.statement
        elif name == "sample":
            assert "`sample_0` … `sample_3`" in problem.statement
        else:
            assert f"`{field.name}`" in problem.statement


def test_the_width_that_programs_count_on_is_no_parameter(problem: Problem) -> None:
    with pytest.raises(UsageError, match="no parameter is called 'width'; there are: message_ms"):
        load_problem(problem.name, {"width": WIDTH + 1})
