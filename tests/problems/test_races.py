"""A race pauses play; it never changes what a program is worth."""

from dataclasses import replace

import pytest

from adrs.api import compose
from adrs.catalog.problems import discover, load_problem
from adrs.core.scenario import Split
from adrs.evaluation.racing import rival_of
from adrs.evaluation.scoring import Scoring
from adrs.testing.sandbox import InlineSandbox


@pytest.mark.parametrize("name", [folder.name for folder in discover()])
def test_pauses_change_no_value(name: str) -> None:
    problem = load_problem(name)
    tool = compose.instrument(problem)
    alone = Scoring(tool.task, tool.evaluator, InlineSandbox())
    whole = alone.evaluate(problem.initial, Split.TRAIN)
    assert whole.ok
    # Against itself it is neither ahead nor out of reach, so there is every pause.
    racing = Scoring(replace(tool.task, raced=True), tool.evaluator, InlineSandbox())
    paused = racing.evaluate(problem.initial, Split.TRAIN, rival_of(whole))
    assert paused.ok
    assert (paused.decisions, paused.fingerprint) == (whole.decisions, whole.fingerprint)
    if not problem.objective.measured:
        assert paused.values == whole.values
