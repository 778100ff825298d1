"""Placement and replication of mixture-of-experts experts on GPUs, scored on the next window.

The shape of the problem is that of DeepSeek's expert-parallelism load balancer
(github.com/deepseek-ai/EPLB); loads are synthetic (see `generator`). The policy sees the loads of
past windows and returns the expert of every slot; replica counts and GPU loads are derived from
that one array, so there is nothing in an answer that could contradict it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from adrs.core.interface import PlannerInterface
from adrs.core.scenario import Scalar, Scenario
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import Session

from .bounds import balancedness_bound
from .generator import generate
from .interface import INTERFACE
from .pace import CAP, Pace, Stopwatch
from .scenarios import Goal, Settings, read_scenario, read_settings
from .scoring import check_balance, score, timed, yardstick
from .simulator import Workload

__all__ = ["EplbEvaluator", "build"]

_REMEMBERED = 32  # scores; the scenarios of a split are fewer, or their scores are found out again


@dataclass(frozen=True, slots=True, kw_only=True)
class EplbEvaluator:
    """The instrument of the expert-placement problem; what it remembers changes no answer."""

    settings: Settings
    family: str = "eplb"
    version: int = 1
    interface: PlannerInterface = INTERFACE

    def workload(self, scenario: Scenario) -> Workload:
        """Generate the scenario's past windows and the hidden next one.

        Raises:
            ProblemError: a parameter is missing, unknown or out of range.
        """
        setting = read_scenario(scenario, self.settings)
        workload = generate(setting.shape, setting.traffic, scenario.seed)
        if self.settings.goal is Goal.BALANCE:
            return workload
        return replace(workload, yardstick=yardstick(workload))

    def bound(self, workload: Workload) -> float:
        """Return a proven upper bound on the next window's balancedness, or the speed's cap."""
        if self.settings.goal is Goal.SPEED:
            return CAP
        return balancedness_bound(
            workload.future,
            workload.shape,
            groups_on_one_node=self.settings.groups_on_one_node and workload.shape.hierarchical,
        )

    def play(self, workloads: Sequence[Workload], session: Session) -> Sequence[Outcome]:
        """Ask for one placement per instance and score each.

        Where speed is scored, all instances have the same value, that of the whole session.

        Raises:
            PolicyFailed: let through from the session; also with TIMEOUT when all placements
                together took more CPU time than `cpu_share` allows, and, where speed is scored,
                with INVALID when they balance worse than the greedy's.
        """
        if self.settings.goal is Goal.SPEED:
            return self._timed(workloads, session)
        pace = Pace(session, self.settings.cpu_share)
        outcomes = self._placed(workloads, session, pace.keep)
        pace.check()
        return outcomes

    def _timed(self, workloads: Sequence[Workload], session: Session) -> Sequence[Outcome]:
        watch = Stopwatch(session)
        outcomes = self._placed(workloads, session, watch.keep)
        octaves = watch.octaves()
        if any(outcome.violation for outcome in outcomes):
            return outcomes
        check_balance(outcomes, workloads)
        return [timed(outcome, octaves) for outcome in outcomes]

    def _placed(
        self,
        workloads: Sequence[Workload],
        session: Session,
        keep: Callable[[Workload, int], None],
    ) -> list[Outcome]:
        outcomes = []
        for slot, workload in enumerate(workloads):
            outcomes.append(self._play_one(slot, workload, session))
            keep(workload, slot)
        return outcomes

    def _play_one(self, slot: int, workload: Workload, session: Session) -> Outcome:
        shape = workload.shape
        (answer,) = session.plan(
            slot, (workload.past, shape.slots, shape.gpus, shape.nodes, shape.groups)
        )
        placement = np.asarray(answer, dtype=np.int64)
        grouped = self.settings.groups_on_one_node
        if self.settings.goal is Goal.SPEED:
            return _score(placement.tobytes(), placement.shape, workload, grouped)
        return score(placement, workload, groups_on_one_node=grouped)


@lru_cache(maxsize=_REMEMBERED)
def _score(
    placement: bytes, form: tuple[int, ...], workload: Workload, groups_on_one_node: bool
) -> Outcome:
    """Return `scoring.score`: a program is timed several times, and should answer alike in all."""
    array: NDArray[np.int64] = np.frombuffer(placement, dtype=np.int64).reshape(form)
    return score(array, workload, groups_on_one_node=groups_on_one_node)


def build(params: Mapping[str, Scalar]) -> EplbEvaluator:
    """Return the instrument with a problem's parameters (`scenarios.Settings`).

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    return EplbEvaluator(settings=read_settings(params))
