"""Broadcasts over several clouds at the least cost within a deadline.

The problem is Cloudcast's (Wooders et al., "Cloudcast: High-Throughput, Cost-Aware Overlay
Multicast in the Cloud", NSDI 2024). The policy sees the whole instance and returns, for every
stripe, the parent of every region; loads, time and cost are derived from that one array and the
scorer's own prices and throughputs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from adrs.core.interface import PlannerInterface
from adrs.core.scenario import Scalar, Scenario
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import Session

from .bounds import cost_bound
from .generator import generate
from .grid import Grid
from .interface import INTERFACE
from .scenarios import Settings, read_scenario, read_settings
from .scoring import score
from .simulator import Workload

__all__ = ["CloudcastEvaluator", "build"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudcastEvaluator:
    """The instrument of the broadcast problem; keeps no state between calls."""

    settings: Settings
    grid: Grid | None
    family: str = "cloudcast"
    version: int = 1
    interface: PlannerInterface = INTERFACE

    def workload(self, scenario: Scenario) -> Workload:
        """Generate the scenario's network, task and deadline.

        Raises:
            ProblemError: a parameter is missing, unknown or out of range, or the grid that was read
                has too few regions for it.
        """
        return generate(read_scenario(scenario, self.settings), self.grid, scenario.seed)

    def bound(self, workload: Workload) -> float:
        """Return a proven lower bound on the cost, in $."""
        return cost_bound(workload)

    def play(self, workloads: Sequence[Workload], session: Session) -> Sequence[Outcome]:
        """Ask for one plan per instance and score each.

        Raises:
            PolicyFailed: let through from the session.
        """
        return [self._play_one(slot, workload, session) for slot, workload in enumerate(workloads)]

    def _play_one(self, slot: int, workload: Workload, session: Session) -> Outcome:
        task = workload.task
        network = task.network
        (answer,) = session.plan(
            slot,
            (
                network.price,
                network.rate,
                network.egress,
                network.ingress,
                network.vm_price,
                network.cloud,
                task.source,
                np.array(task.destinations, dtype=np.int64),
                task.volume_gb,
                task.stripes,
                float(workload.deadline_s),
            ),
        )
        return score(np.asarray(answer, dtype=np.int64), workload)


def build(params: Mapping[str, Scalar]) -> CloudcastEvaluator:
    """Return the instrument with a problem's parameters (`scenarios.Settings`).

    Raises:
        ProblemError: one is missing, unknown or out of range, or a file cannot be read.
    """
    settings = read_settings(params)
    return CloudcastEvaluator(settings=settings, grid=settings.grid())
