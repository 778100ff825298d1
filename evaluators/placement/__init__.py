"""Placement of language models on GPUs that several share, scored on the next window.

The problem is the global scheduler's of Prism (Yu et al., arXiv 2505.04021): put every model on a
GPU so that the worst ratio of KV-cache demand to KV-cache memory is least. It has two forms, the
published benchmark's (`published`) and a hard one in which memory binds, rates are heavy-tailed and
drift, and moves cost (`generator`). The policy sees past rates and returns the GPU of every model;
memory, moves and pressures are computed here from that one array.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from adrs.core.interface import PlannerInterface
from adrs.core.scenario import Scalar, Scenario
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import Session

from .bounds import pressure_bound
from .generator import generate
from .interface import INTERFACE
from .published import published_like
from .scenarios import STRESS_KEY, Form, Settings, read_scenario, read_settings
from .scoring import score
from .simulator import Workload

__all__ = ["PlacementEvaluator", "build"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementEvaluator:
    """The instrument of the model-placement problem; keeps no state between calls."""

    settings: Settings
    family: str = "placement"
    version: int = 2
    interface: PlannerInterface = INTERFACE

    def workload(self, scenario: Scenario) -> Workload:
        """Generate the scenario's models, their past rates and the hidden next ones.

        Raises:
            ProblemError: a parameter is missing, unknown or out of range.
        """
        setting = read_scenario(scenario, self.settings)
        if self.settings.form is Form.PUBLISHED and STRESS_KEY not in scenario.params:
            return published_like(scenario.seed)
        return generate(setting.fleet, setting.traffic, scenario.seed)

    def bound(self, workload: Workload) -> float:
        """Return a proven lower bound on the largest pressure in the next window."""
        return pressure_bound(workload).value

    def play(self, workloads: Sequence[Workload], session: Session) -> Sequence[Outcome]:
        """Ask for one placement per instance and score each.

        Raises:
            PolicyFailed: let through from the session.
        """
        return [self._play_one(slot, workload, session) for slot, workload in enumerate(workloads)]

    def _play_one(self, slot: int, workload: Workload, session: Session) -> Outcome:
        fleet = workload.fleet
        arguments = (
            workload.past,
            workload.sizes_gb,
            workload.slos_s,
            workload.current,
            fleet.gpus,
            fleet.gpu_gb,
            fleet.min_kv_gb,
            fleet.move_cost,
        )
        (answer,) = session.plan(slot, arguments)
        return score(np.asarray(answer, dtype=np.int64), workload)


def build(params: Mapping[str, Scalar]) -> PlacementEvaluator:
    """Return the instrument with a problem's parameters (`scenarios.Settings`).

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    return PlacementEvaluator(settings=read_settings(params))
