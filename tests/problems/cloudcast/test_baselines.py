from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

import pytest

from adrs.api import compose
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluation.splits import scenarios
from adrs.sandbox.protocol import PolicyFailed

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]
GOLDEN = {
    "direct": [101.685000, 109.142143, 54.795600, 128.079857],
    "paths": [101.685000, 108.189000, 54.795600, 130.362857],
    "quick": [92.970000, 124.644000, 54.795600, 123.246429],
    "steiner": [97.047000, 82.684286, 53.044800, 69.648857],
    "reroute": [92.970000, 82.684286, 50.365800, 69.954857],
    "stripes": [92.092089, 81.304286, 48.343800, 69.291429],
}
STRENGTH = ["direct", "paths", "quick", "steiner", "reroute", "stripes"]


def workloads(
    problem: Problem, evaluator: Evaluator[Any], split: Split, count: int | None = None
) -> list[Any]:
    members = scenarios(problem.name, problem.splits[split])
    return [evaluator.workload(scenario) for scenario in members[:count]]


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
    outcomes = play(baselines[name], workloads(problem, evaluator, Split.TRAIN, 4))
    assert [o.value for o in outcomes] == pytest.approx(GOLDEN[name], abs=1e-6)


def test_the_initial_program_is_the_published_seed(
    problem: Problem, baselines: Mapping[str, Program]
) -> None:
    assert problem.initial.id == baselines["paths"].id
    assert problem.reference == "stripes"


def test_baselines_are_listed_from_weak_to_strong(
    problem: Problem, evaluator: Evaluator[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    assert list(baselines) == STRENGTH
    for split in (Split.TRAIN, Split.VALIDATION):
        members = workloads(problem, evaluator, split)
        values = [mean_value(play(baselines[name], members)) for name in STRENGTH]
        assert values == sorted(values, reverse=True)


def test_no_baseline_or_mutant_is_better_than_the_bound(
    problem: Problem, evaluator: Evaluator[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    members = workloads(problem, evaluator, Split.TRAIN, 8)
    bounds = [evaluator.bound(workload) for workload in members]
    mutator = compose.PROPOSERS["mutator/ast"](problem)
    programs = list(baselines.values())
    ask = Ask(operator="refine", parent=problem.initial)
    for number in range(24):
        source = mutator.propose(ask, seed=derive_seed("bound", number)).source
        assert source is not None
        programs.append(Program.of(source))
    played = 0
    for program in programs:
        try:
            outcomes = play(program, members)
        except PolicyFailed:
            continue
        for outcome, bound in zip(outcomes, bounds, strict=True):
            assert outcome.value is None or outcome.value >= bound * (1.0 - 1e-9)
        played += 1
    assert played > len(programs) // 2


def test_the_stress_split_plays_every_case_once(problem: Problem) -> None:
    cases = [s.params["stress"] for s in scenarios(problem.name, problem.splits[Split.STRESS])]
    assert len(set(cases)) == len(cases) == len(problem.splits[Split.STRESS].choices["stress"])


def test_scarce_machines_make_deadlines_cost(problem: Problem, evaluator: Evaluator[Any]) -> None:
    """The same tasks cost the more at best the tighter the deadline; loose ones hardly cost."""
    members = scenarios(problem.name, problem.splits[Split.TRAIN])
    means = []
    for slack in (1.1, 1.4, 2.0, 4.0):
        made = [
            evaluator.workload(replace(scenario, params={**scenario.params, "slack": slack}))
            for scenario in members
        ]
        means.append(fmean(evaluator.bound(w) / w.steiner_usd for w in made))
    assert means == sorted(means, reverse=True)
    assert means[0] > 1.1
    assert means[-1] < 1.05
