"""A race pauses play; it never changes what a program is worth."""

from dataclasses import replace

import pytest

from adrs.api import compose
from adrs.catalog.problems import discover, load_problem
from adrs.core.scenario import Split
from adrs.evaluation.scoring import Scoring
from adrs.testing.sandbox import InlineSandbox


@pytest.mark.parametrize("name", [folder.name for folder in discover()])
def test_pauses_change_no_value(name: str) -> None:
    problem = load_problem(name)
    tool = compose.instrument(problem)
    paused, whole = (
        Scoring(replace(tool.task, raced=raced), tool.evaluator, InlineSandbox()).evaluate(
            problem.initial, Split.TRAIN
        )
        for raced in (True, False)
    )
    assert paused.ok
    assert paused.decisions == whole.decisions
    if not problem.objective.measured:
        assert paused.values == whole.values
