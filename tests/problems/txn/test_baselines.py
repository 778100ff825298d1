from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

import pytest

from adrs.core.interface import PlannerInterface
from adrs.core.problem import Problem
from adrs.core.program import Program, evolve_region
from adrs.core.scenario import Split
from adrs.evaluation.protocol import Evaluator, Outcome

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]
Loads = Callable[[Split], list[Any]]
GOLDEN = {
    "arrival": [55, 164, 251, 82, 552, 101, 186, 50, 85, 40, 116, 132],
    "random_order": [52, 136, 271, 89, 515, 108, 161, 60, 82, 39, 112, 119],
    "longest_first": [41, 164, 251, 82, 552, 101, 188, 50, 85, 29, 116, 132],
    "random_best": [51, 125, 232, 80, 452, 71, 138, 40, 74, 36, 91, 114],
    "smf": [59, 63, 144, 81, 248, 59, 141, 41, 65, 43, 98, 86],
    "sampled_greedy": [54, 65, 144, 80, 248, 61, 118, 41, 65, 43, 89, 90],
    "smf_all": [59, 49, 122, 80, 186, 35, 156, 48, 52, 43, 104, 70],
    "soonest_first": [35, 49, 122, 80, 186, 35, 90, 48, 52, 29, 66, 70],
    "relocation": [35, 46, 121, 80, 185, 34, 90, 39, 50, 29, 66, 69],
}
GOLDEN_BOUND = [35, 23, 78, 80, 117, 17, 68, 39, 34, 29, 34, 49]
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


def test_search_starts_from_shortest_makespan_first(
    problem: Problem, baselines: Mapping[str, Program]
) -> None:
    assert problem.initial.id == baselines["smf"].id
    assert problem.reference == "smf"


def test_every_program_has_the_same_frozen_part(
    problem: Problem, baselines: Mapping[str, Program]
) -> None:
    def frozen(program: Program) -> tuple[str, str]:
        region = evolve_region(program.source, where="program")
        return region.head.partition('"""\n\nimport')[2], region.tail

    assert all(frozen(program) == frozen(problem.initial) for program in baselines.values())
    assert "def footprint" in frozen(problem.initial)[0]


def test_frozen_helpers_of_programs_compute_the_makespan_of_the_scorer(
    problem: Problem, train: list[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    """The best of thirty by a program's own count is no worse than one of them by the scorer's."""
    best = values(play(baselines["random_best"], train))
    source = baselines["random_best"].source.replace("tries = 30", "tries = 1")
    one = values(play(Program.of(source), train))
    assert all(a <= b for a, b in zip(best, one, strict=True))


def test_calls_do_not_depend_on_each_other(
    train: list[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    backwards = values(play(baselines["smf"], train[::-1]))
    assert backwards[::-1] == GOLDEN["smf"]


def test_statement_names_every_argument(problem: Problem, evaluator: Evaluator[Any]) -> None:
    interface = evaluator.interface
    assert isinstance(interface, PlannerInterface)
    for argument in interface.arguments:
        assert f"`{argument.name}`" in problem.statement
