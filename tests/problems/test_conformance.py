"""Every problem of the catalog against the shipped conformance suite, in a real sandbox."""

from collections.abc import Iterator

import pytest

from adrs.api import compose
from adrs.catalog.problems import discover, load_problem
from adrs.core.problem import Problem
from adrs.evaluation.pool import ScorerPool
from adrs.proposers.protocol import Proposer
from adrs.testing.problem import ProblemConformance


@pytest.fixture(params=[folder.name for folder in discover()], scope="module")
def problem(request: pytest.FixtureRequest) -> Problem:
    return load_problem(request.param)


@pytest.fixture(scope="module")
def evaluations(problem: Problem) -> Iterator[ScorerPool]:
    level = compose.isolation()
    with compose.pool(compose.instrument(problem), level=level, workers=2) as pool:
        yield pool


@pytest.fixture(scope="module")
def mutator(problem: Problem) -> Proposer:
    return compose.PROPOSERS["mutator/ast"](problem)


class TestProblem(ProblemConformance):
    pass
