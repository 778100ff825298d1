from collections.abc import Callable, Mapping, Sequence
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


@pytest.fixture(scope="session")
def problem() -> Problem:
    return load_problem("llm_sql")


@pytest.fixture(scope="session")
def evaluator(problem: Problem) -> Evaluator[Any]:
    return build_evaluator(evaluator_reference(problem), problem.params)


@pytest.fixture(scope="session")
def workloads(problem: Problem, evaluator: Evaluator[Any]) -> Mapping[Split, list[Any]]:
    """The workloads of the splits that the tests here play."""
    return {
        split: [evaluator.workload(s) for s in scenarios(problem.name, problem.splits[split])]
        for split in (Split.TRAIN, Split.VALIDATION, Split.SHIFTED, Split.STRESS)
    }


@pytest.fixture(scope="session")
def play(problem: Problem, evaluator: Evaluator[Any]) -> Play:
    def play(program: Program, workloads: Sequence[Any]) -> Sequence[Outcome]:
        job = Job(source=program.source, interface=evaluator.interface, limits=problem.limits)
        return evaluator.play(workloads, InlineSandbox().open(job))

    return play
