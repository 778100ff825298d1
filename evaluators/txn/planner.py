"""The instrument that asks for one order of all transactions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adrs.core.interface import PlannerInterface
from adrs.core.scenario import Scenario
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import Session

from .bounds import least_makespan
from .generator import generate, shuffled
from .interface import PLANNER
from .scenarios import Mode, Setting, Settings, read_scenario
from .scoring import planned
from .transactions import Transactions

_LEAST_TXNS = 25  # a smaller workload has the time of this many: a call alone takes some


@dataclass(frozen=True, slots=True, kw_only=True)
class TxnPlanner:
    """Orders batches of transactions; the value is the makespan in slots.

    Attributes:
        settings: the parameters.
        given: transactions of a file, which every scenario takes; None for generated ones.
    """

    settings: Settings
    given: Transactions | None = None
    family: str = "txn"
    version: int = 2
    interface: PlannerInterface = PLANNER

    def workload(self, scenario: Scenario) -> Transactions:
        """Generate the scenario's transactions.

        Raises:
            ProblemError: a parameter is missing, unknown or out of range.
        """
        setting = read_scenario(scenario, Mode.PLANNER)
        return batch(setting, scenario.seed, self.given)

    def bound(self, workload: Transactions) -> float:
        """Return a proven lower bound on the makespan of any order; see `bounds`."""
        return float(least_makespan(workload, np.zeros(workload.count, dtype=np.int64)))

    def play(self, workloads: Sequence[Transactions], session: Session) -> Sequence[Outcome]:
        """Ask for one order per instance and score each.

        Raises:
            PolicyFailed: let through from the session; TIMEOUT is also for an order that takes more
                CPU time than `cpu_ms_per_txn` allows.
        """
        return [
            planned(self._ask(slot, work, session), work) for slot, work in enumerate(workloads)
        ]

    def _ask(self, slot: int, work: Transactions, session: Session) -> NDArray[np.int64]:
        limit_s = self.settings.cpu_ms_per_txn * max(work.count, _LEAST_TXNS) / 1000
        arguments = (work.keys, work.writes.astype(np.int64), work.lengths, work.num_keys)
        (order,) = session.plan(slot, arguments, cpu_s=limit_s)
        return np.asarray(order, dtype=np.int64)


def batch(setting: Setting, seed: int, given: Transactions | None) -> Transactions:
    """Return a scenario's transactions: generated ones, or given ones in an order of its own."""
    return generate(setting, seed) if given is None else shuffled(given, seed)
