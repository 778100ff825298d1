"""The line problem as a task, and programs for it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adrs.core.objective import Direction, Objective
from adrs.core.problem import Limits
from adrs.core.program import Program
from adrs.core.scenario import Scalar, Split, SplitSpec
from adrs.evaluation.scoring import Task

EVALUATOR = f"file:{Path(__file__).parents[1] / 'doubles' / 'line_evaluator.py'}"
MakeTask = Callable[..., Task]


@pytest.fixture
def make_task() -> MakeTask:
    def make(**params: Scalar) -> Task:
        return Task(
            problem="line",
            evaluator=EVALUATOR,
            params=params,
            objective=Objective(metric="error", unit="", direction=Direction.MINIMIZE),
            splits={s: SplitSpec(split=s, count=3 if s is Split.TRAIN else 5) for s in Split},
            limits=Limits(cpu_s=1.0, wall_s=10.0, source_bytes=2000),
        )

    return make


@pytest.fixture
def line() -> Program:
    return Program.of("def predict(x):\n    return 2.0 * x\n")
