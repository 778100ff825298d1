"""The instrument: several schedulers place tasks on a cluster, each by what it was last told."""

from collections.abc import Mapping, Sequence

from adrs.core.interface import OnlineInterface
from adrs.core.scenario import Scalar, Scenario
from adrs.evaluation.parameters import Parameters
from adrs.evaluation.protocol import Outcome, RenewableSession

from . import generator
from .bounds import least_latency_ms
from .generator import Workload
from .interface import DEFAULT_WIDTH, interface
from .scoring import Terms, outcome
from .simulator import simulate

_US_PER_MS = 1000
_DEFAULTS: Mapping[str, float] = {
    "width": DEFAULT_WIDTH,
    "round_trip_ms": 1.0,
    "message_ms": 30.0,
}
_WIDEST = 1024


class DispatchEvaluator:
    """Runs clusters under a dispatch policy; the value is the mean charged latency, ms a task.

    Args:
        terms: what communication costs.
        width: the most servers that a scenario may have.
    """

    def __init__(self, terms: Terms, width: int) -> None:
        self._terms = terms
        self._width = width
        self._interface = interface(width)

    @property
    def family(self) -> str:
        """See `Evaluator.family`."""
        return "dispatch"

    @property
    def version(self) -> int:
        """See `Evaluator.version`."""
        return 3

    @property
    def interface(self) -> OnlineInterface:
        """See `Evaluator.interface`."""
        return self._interface

    def workload(self, scenario: Scenario) -> Workload:
        """Generate the cluster and its hidden tasks; see `generator.workload`.

        Raises:
            ProblemError: a parameter is missing, unknown or out of range.
        """
        return generator.workload(scenario, width=self._width)

    def bound(self, workload: Workload) -> float:
        """Return a lower bound of the mean charged latency, ms; see `bounds`."""
        return least_latency_ms(workload, self._terms)

    def play(self, workloads: Sequence[Workload], session: RenewableSession) -> Sequence[Outcome]:
        """Drive the policy through all clusters in lockstep.

        Raises:
            PolicyFailed: from the session; its slot is the cluster's.
        """
        ledgers = simulate(workloads, session, self._terms, width=self._width)
        return [outcome(ledger, self._terms) for ledger in ledgers]


def build(params: Mapping[str, Scalar]) -> DispatchEvaluator:
    """Build the instrument.

    Args:
        params: `width` (most servers of a scenario, default 32), `round_trip_ms` (time that probing
            takes, default 1) and `message_ms` (charge for a message, default 30).

    Raises:
        ProblemError: a parameter is unknown or out of range; the text names it.
    """
    read = Parameters(params, "dispatch params", defaults=_DEFAULTS)
    terms = Terms(
        round_trip_us=_micros(read, "round_trip_ms"), message_us=_micros(read, "message_ms")
    )
    return DispatchEvaluator(terms, read.whole("width", least=1, most=_WIDEST))


def _micros(read: Parameters, key: str) -> int:
    return round(read.number(key, most=60_000.0) * _US_PER_MS)
