from collections.abc import Callable, Sequence
from typing import Any

import pytest

from adrs.catalog.problems import evaluator_reference, load_problem
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.sandbox.protocol import Job
from adrs.testing.sandbox import InlineSandbox

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]


@pytest.fixture(scope="session")
def problem() -> Problem:
    return load_problem("spot_regions")


@pytest.fixture(scope="session")
def evaluator(problem: Problem) -> Evaluator[Any]:
    return build_evaluator(evaluator_reference(problem), problem.params)


@pytest.fixture(scope="session")
def play(problem: Problem, evaluator: Evaluator[Any]) -> Play:
    """Plays a trusted program in this process; raises `PolicyFailed` as a real sandbox does."""

    def play(program: Program, workloads: Sequence[Any]) -> Sequence[Outcome]:
        job = Job(source=program.source, interface=evaluator.interface, limits=problem.limits)
        return evaluator.play(workloads, InlineSandbox().open(job))

    return play


@pytest.fixture(scope="session")
def costs(play: Play) -> Callable[[Program, Sequence[Any]], list[float]]:
    """Returns the cost of every workload, all of which must be valid."""

    def costs(program: Program, workloads: Sequence[Any]) -> list[float]:
        outcomes = play(program, workloads)
        assert [outcome.violation for outcome in outcomes] == [""] * len(workloads)
        return [outcome.value for outcome in outcomes if outcome.value is not None]

    return costs


@pytest.fixture(scope="session")
def baselines(problem: Problem) -> dict[str, Program]:
    return {baseline.name: baseline.program for baseline in problem.baselines}
