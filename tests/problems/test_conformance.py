"""Every problem of the catalog against the shipped conformance suite, in a real sandbox."""

from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet

from adrs.api import compose
from adrs.catalog.problems import discover, load_problem
from adrs.core.problem import Problem
from adrs.evaluation.pool import ScorerPool
from adrs.proposers.protocol import Proposer
from adrs.testing.problem import ProblemConformance


def _problems() -> list[ParameterSet]:
    """Each on one worker of pytest-xdist, which draws its scenarios and bounds once."""
    names = [folder.name for folder in discover()]
    return [pytest.param(name, marks=pytest.mark.xdist_group(f"check {name}")) for name in names]


@pytest.fixture(params=_problems(), scope="module")
def problem(request: pytest.FixtureRequest) -> Problem:
    return load_problem(request.param)


@pytest.fixture(scope="module")
def evaluations(problem: Problem) -> Iterator[ScorerPool]:
    level = compose.isolation()
    with compose.pool(compose.instrument(problem), level=level, workers=1) as pool:
        yield pool


@pytest.fixture(scope="module")
def mutator(problem: Problem) -> Proposer:
    return compose.PROPOSERS["mutator/ast"](problem)


class TestProblem(ProblemConformance):
    pass
