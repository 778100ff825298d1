import gc
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from adrs.catalog.problems import evaluator_reference, load_problem
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluation.splits import scenarios
from adrs.sandbox.protocol import Job
from adrs.testing.sandbox import InlineSandbox

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]
Loads = Callable[[Split], list[Any]]


@pytest.fixture(scope="session")
def problem() -> Problem:
    return load_problem("txn")


@pytest.fixture(scope="session")
def evaluator(problem: Problem) -> Evaluator[Any]:
    return build_evaluator(evaluator_reference(problem), problem.params)


@pytest.fixture(scope="session")
def play(problem: Problem, evaluator: Evaluator[Any]) -> Play:
    def play(program: Program, workloads: Sequence[Any]) -> Sequence[Outcome]:
        job = Job(source=program.source, interface=evaluator.interface, limits=problem.limits)
        gc.disable()  # a search of the test process's memory would count as the program's time
        try:
            return list(evaluator.play(workloads, InlineSandbox().open(job)))
        finally:
            gc.enable()

    return play


@pytest.fixture(scope="session")
def workloads(problem: Problem, evaluator: Evaluator[Any]) -> Loads:
    """Returns the workloads of a split."""

    def workloads(split: Split) -> list[Any]:
        members = scenarios(problem.name, problem.splits[split])
        return [evaluator.workload(scenario) for scenario in members]

    return workloads


@pytest.fixture(scope="session")
def baselines(problem: Problem) -> dict[str, Program]:
    return {baseline.name: baseline.program for baseline in problem.baselines}
