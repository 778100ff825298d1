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
    return load_problem("cloudcast")


@pytest.fixture(scope="session")
def evaluator(problem: Problem) -> Evaluator[Any]:
    return build_evaluator(evaluator_reference(problem), problem.params)


@pytest.fixture(scope="session")
def play(problem: Problem, evaluator: Evaluator[Any]) -> Play:
    def play(program: Program, workloads: Sequence[Any]) -> Sequence[Outcome]:
        job = Job(source=program.source, interface=evaluator.interface, limits=problem.limits)
        return list(evaluator.play(workloads, InlineSandbox().open(job)))

    return play


@pytest.fixture(scope="session")
def baselines(problem: Problem) -> dict[str, Program]:
    return {baseline.name: baseline.program for baseline in problem.baselines}
