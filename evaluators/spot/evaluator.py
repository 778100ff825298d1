"""The instrument: "Can't Be Late", one job on spot and on-demand instances of one zone."""

from collections.abc import Mapping, Sequence

from adrs.core.interface import OnlineInterface
from adrs.core.scenario import Scalar, Scenario
from adrs.evaluation.parameters import Parameters
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import Session

from . import generator
from .bounds import cheapest
from .generator import Workload
from .interface import INTERFACE
from .scoring import PRICE_SCALE, Prices, outcome
from .simulator import simulate

_DEFAULTS: Mapping[str, float] = {"tick_s": 600, "spot_price": 0.9731, "on_demand_price": 3.06}


class SpotEvaluator:
    """Runs deadline-bound jobs on a simulated cloud; the value is the mean cost in dollars.

    Args:
        prices: prices and tick of every scenario.
    """

    def __init__(self, prices: Prices) -> None:
        self._prices = prices

    @property
    def family(self) -> str:
        """See `Evaluator.family`."""
        return "spot"

    @property
    def version(self) -> int:
        """See `Evaluator.version`."""
        return 1

    @property
    def interface(self) -> OnlineInterface:
        """See `Evaluator.interface`."""
        return INTERFACE

    def workload(self, scenario: Scenario) -> Workload:
        """Generate the job and its hidden availability; see `generator.workload`.

        Raises:
            ProblemError: a parameter is missing, unknown or out of range.
        """
        return generator.workload(scenario, tick_s=self._prices.tick_s)

    def bound(self, workload: Workload) -> float:
        """Return the cost of the clairvoyant optimum, dollars; see `bounds`."""
        return cheapest(workload, self._prices)

    def play(self, workloads: Sequence[Workload], session: Session) -> Sequence[Outcome]:
        """Drive the policy through all jobs in lockstep.

        Raises:
            PolicyFailed: let through from the session.
        """
        ledgers = simulate(workloads, session, self._prices)
        return [outcome(ledger, self._prices) for ledger in ledgers]


def build(params: Mapping[str, Scalar]) -> SpotEvaluator:
    """Build the instrument.

    Args:
        params: `tick_s` (seconds, default 600), `spot_price` and `on_demand_price` ($ per hour,
            defaults 0.9731 and 3.06).

    Raises:
        ProblemError: a parameter is unknown or out of range; the text names it.
    """
    read = Parameters(params, "spot params", defaults=_DEFAULTS)
    return SpotEvaluator(
        Prices(
            spot=_price(read, "spot_price"),
            on_demand=_price(read, "on_demand_price"),
            tick_s=read.whole("tick_s", least=1, most=86_400),
        )
    )


def _price(read: Parameters, key: str) -> int:
    return round(read.number(key, least=1 / PRICE_SCALE, most=1000.0) * PRICE_SCALE)
