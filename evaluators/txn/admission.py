"""The instrument that asks for one admission at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from adrs.core.interface import OnlineInterface
from adrs.core.scenario import Scenario
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import Session

from .bounds import least_makespan
from .generator import arriving
from .incoming import Incoming
from .interface import ONLINE
from .online import simulate
from .planner import batch
from .scenarios import Mode, Settings, read_scenario
from .scoring import scheduled
from .transactions import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class TxnAdmission:
    """Admits transactions to workers as they come; the value is the makespan in slots.

    Attributes:
        settings: the parameters.
        given: transactions of a file, which every scenario takes; None for generated ones.
    """

    settings: Settings
    given: Transactions | None = None
    family: str = "txn"
    version: int = 2
    interface: OnlineInterface = ONLINE

    def workload(self, scenario: Scenario) -> Incoming:
        """Generate the scenario's transactions and when they come.

        Raises:
            ProblemError: a parameter is missing, unknown or out of range.
        """
        setting = read_scenario(scenario, Mode.ONLINE)
        work = batch(setting, scenario.seed, self.given)
        assert setting.traffic is not None
        return arriving(work, setting.traffic, scenario.seed)

    def bound(self, workload: Incoming) -> float:
        """Return a proven lower bound on the makespan of any admissions; see `bounds`."""
        return float(least_makespan(workload.work, workload.arrivals, workload.workers))

    def play(self, workloads: Sequence[Incoming], session: Session) -> Sequence[Outcome]:
        """Drive the policy through all instances in lockstep.

        Raises:
            PolicyFailed: let through from the session.
        """
        played = simulate(workloads, session)
        return [scheduled(one, load) for one, load in zip(played, workloads, strict=True)]
