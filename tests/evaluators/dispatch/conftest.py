"""Sessions that play scripts, clusters made by hand, and short policies for any width."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.core.problem import Limits
from adrs.evaluators.dispatch import DispatchEvaluator, build
from adrs.evaluators.dispatch.generator import Workload, build_workload
from adrs.evaluators.dispatch.servers import Server
from adrs.evaluators.dispatch.tasks import Tasks
from adrs.sandbox.protocol import Argument, Job
from adrs.testing.sandbox import InlineSandbox

WIDTH = 8
POLICY = """
import random


class Policy:
    def __init__(self, setup):
        self.setup = setup
        self.n = setup.servers
        self.width = (len(setup) - 6) // 3
        self.random = random.Random(setup.seed)
        self.turn = 0

    def block(self, obs, number):
        start = 11 + number * self.width
        return obs[start : start + self.n]

    def decide(self, obs):
        tasks = self.block(obs, 0)
        {body}
"""


class ScriptedSession:
    """Answers with a function of (slot, how often that slot was asked, observation).

    It remembers what it was shown: the setups of every `begin`, and after the first of them (in the
    play, not in the audit) the slot and the observation of each question.
    """

    def __init__(self, answer: Callable[[int, int, Any], int]) -> None:
        self._answer = answer
        self.setups: list[NDArray[np.void]] = []
        self._turns: Counter[int] = Counter()
        self.asked: list[tuple[int, Any]] = []
        self.rounds: list[list[int]] = []

    def renew(self) -> None:
        pass

    def begin(self, setups: NDArray[np.void]) -> None:
        self.setups.append(setups.copy())
        self._turns.clear()

    def decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> NDArray[np.int32]:
        answers = []
        for slot, row in zip(slots.tolist(), observations, strict=True):
            if len(self.setups) == 1:
                self.asked.append((slot, row.copy()))
            answers.append(self._answer(slot, self._turns[slot], row))
            self._turns[slot] += 1
        self.rounds.append(slots.tolist())
        return np.array(answers, dtype=np.int32)

    def plan(self, slot: int, arguments: Sequence[Argument]) -> tuple[NDArray[np.generic], ...]:
        raise AssertionError(f"slot {slot} asked for a plan of {len(arguments)} arguments")

    @property
    def cpu_s(self) -> float:
        return 0.0

    def close(self) -> None:
        pass


def make_workload(
    rows: Sequence[tuple[int, int, int, int]],
    *,
    servers: Sequence[Server] = (Server(cores=1, memory_gb=4, speed=100),) * 2,
    schedulers: int = 1,
    push_every: int = 0,
    seed: int = 1,
) -> Workload:
    """A cluster with tasks (arrival, cores, memory, work) in µs, each estimated truly."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return build_workload(
        servers=tuple(servers),
        tasks=Tasks(
            arrival_us=table[:, 0],
            cores=table[:, 1],
            memory_gb=table[:, 2],
            work_us=table[:, 3],
            estimate_us=table[:, 3],
        ),
        schedulers=schedulers,
        push_every=push_every,
        seed=seed,
    )


def run_policy(
    body: str, workloads: Sequence[Workload], evaluator: DispatchEvaluator
) -> Sequence[Any]:
    """Play a policy whose `decide` has the given body; return the outcomes."""
    source = POLICY.replace("{body}", body.replace("\n", "\n        "))
    job = Job(source=source, interface=evaluator.interface, limits=Limits())
    outcomes: Sequence[Any] = evaluator.play(workloads, InlineSandbox().open(job))
    return outcomes


@pytest.fixture(scope="session")
def evaluator() -> DispatchEvaluator:
    """Eight columns, and messages that are counted but not charged."""
    return build({"width": WIDTH, "round_trip_ms": 1.0, "message_ms": 0.0})


@pytest.fixture(scope="session")
def scripted() -> type[ScriptedSession]:
    return ScriptedSession


@pytest.fixture(scope="session")
def cluster() -> Callable[..., Workload]:
    return make_workload


@pytest.fixture(scope="session")
def run() -> Callable[..., Sequence[Any]]:
    return run_policy
