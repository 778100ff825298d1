from collections.abc import Callable, Sequence
from statistics import fmean
from typing import Any

import pytest

from adrs.catalog.problems import evaluator_reference, load_problem
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.protocol import Evaluator
from adrs.sandbox.protocol import Job
from adrs.testing.sandbox import InlineSandbox

Costs = Callable[[Program, Sequence[Any]], list[float]]


@pytest.fixture(scope="session")
def problem() -> Problem:
    return load_problem("spot")


@pytest.fixture(scope="session")
def evaluator(problem: Problem) -> Evaluator[Any]:
    return build_evaluator(evaluator_reference(problem), problem.params)


@pytest.fixture(scope="session")
def costs(problem: Problem, evaluator: Evaluator[Any]) -> Costs:
    """Returns the cost of every workload, all of which must be valid."""

    def costs(program: Program, workloads: Sequence[Any]) -> list[float]:
        job = Job(source=program.source, interface=evaluator.interface, limits=problem.limits)
        outcomes = evaluator.play(workloads, InlineSandbox().open(job))
        assert [outcome.violation for outcome in outcomes] == [""] * len(workloads)
        return [outcome.value for outcome in outcomes if outcome.value is not None]

    return costs


@pytest.fixture(scope="session")
def baselines(problem: Problem) -> dict[str, Program]:
    return {baseline.name: baseline.program for baseline in problem.baselines}


@pytest.fixture(scope="session")
def mean(costs: Costs) -> Callable[[Program, Sequence[Any]], float]:
    return lambda program, workloads: fmean(costs(program, workloads))
