"""What every driver shares: the task it was given, and the one evaluator of all peers.

Runs in a peer's environment, where `adrs` is installed without its dependencies but numpy and
pydantic: nothing else may be imported here.
"""

import functools
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from adrs.catalog.problems import evaluator_reference, load_problem
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.scoring import Scoring
from adrs.evaluation.scoring import Task as ScoringTask
from adrs.testing.sandbox import InlineSandbox

PROBLEM = "spot"
LOG_VARIABLE = "PEERS_EVALUATIONS"
TASK_VARIABLE = "PEERS_TASK"
MODEL = "scripted"
CHECKPOINT_EVERY = 10
_DOLLARS = 100.0
_scoring_lock = threading.Lock()  # peers evaluate from several threads, `Scoring` is for one


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One run of a peer.

    Attributes:
        url: base URL of the model server.
        calls: model calls to make.
        concurrency: model calls to make at once, where the peer can.
        seed: the run's seed, where the peer takes one.
        initial: path of the initial program.
        best: where the best program is to be written.
        statement: the problem's statement.
    """

    url: str
    calls: int
    concurrency: int
    seed: int
    initial: str
    best: str
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One evaluation on the train scenarios.

    Attributes:
        score: 100 over the mean cost in $; higher is better, 0 for an invalid program.
        cost: mean cost in $; None for an invalid program.
        detail: the verdict and its text.
    """

    score: float
    cost: float | None
    detail: str

    @property
    def valid(self) -> bool:
        """Whether the program did the whole job."""
        return self.cost is not None


def read_task() -> Task:
    """Read the task that the benchmark wrote."""
    return Task(**json.loads(Path(os.environ[TASK_VARIABLE]).read_text()))


def measure(source: str) -> Measured:
    """Play the train scenarios in this process, and log that it was done."""
    with _scoring_lock:
        evaluation = _scoring().evaluate(Program.of(source), Split.TRAIN)
    cost = evaluation.score
    measured = Measured(
        score=_DOLLARS / cost if cost else 0.0,
        cost=cost,
        detail=f"{evaluation.verdict.value} {evaluation.detail}".strip(),
    )
    with Path(os.environ[LOG_VARIABLE]).open("a") as log:
        log.write(json.dumps({"program": evaluation.program_id, "cost": cost}) + "\n")
    return measured


@functools.cache
def _scoring() -> Scoring:
    problem = load_problem(PROBLEM)
    reference = evaluator_reference(problem)
    task = ScoringTask(
        problem=problem.name,
        evaluator=reference,
        params=problem.params,
        objective=problem.objective,
        splits=problem.splits,
        limits=problem.limits,
    )
    return Scoring(task, build_evaluator(reference, problem.params), InlineSandbox())
