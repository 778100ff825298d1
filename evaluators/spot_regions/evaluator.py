"""The instrument: jobs with a deadline on spot instances of several zones, and on-demand."""

from collections.abc import Mapping, Sequence

from adrs.core.interface import OnlineInterface
from adrs.core.scenario import Scalar, Scenario
from adrs.evaluation.parameters import Parameters
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import Session

from . import generator
from .bounds import cheapest
from .generator import Cloud, Workload
from .interface import INTERFACE
from .scoring import PRICE_SCALE, outcome
from .simulator import simulate
from .traces import Meaning, read_recordings

_DEFAULTS: Mapping[str, Scalar] = {
    "tick_s": 600,
    "on_demand_price": 3.06,
    "copy_s_per_gb": 1.6,
    "traces": "",
    "trace_data": Meaning.AVAILABLE.value,
    "trace_instances": 1,
}


class SpotRegionsEvaluator:
    """Runs deadline-bound jobs on a simulated cloud; the value is the mean cost in dollars.

    Args:
        cloud: what is the same in every scenario.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    @property
    def family(self) -> str:
        """See `Evaluator.family`."""
        return "spot_regions"

    @property
    def version(self) -> int:
        """See `Evaluator.version`."""
        return 1

    @property
    def interface(self) -> OnlineInterface:
        """See `Evaluator.interface`."""
        return INTERFACE

    def workload(self, scenario: Scenario) -> Workload:
        """Generate the job and its zones' hidden availability; see `generator.workload`.

        Raises:
            ProblemError: a parameter is missing, unknown or out of range.
        """
        return generator.workload(scenario, self._cloud)

    def bound(self, workload: Workload) -> float:
        """Return the cost of the clairvoyant optimum, dollars; see `bounds`."""
        return cheapest(workload)

    def play(self, workloads: Sequence[Workload], session: Session) -> Sequence[Outcome]:
        """Drive the policy through all jobs in lockstep.

        Raises:
            PolicyFailed: let through from the session.
        """
        ledgers = simulate(workloads, session)
        return [outcome(ledger, tick_s=self._cloud.tick_s) for ledger in ledgers]


def build(params: Mapping[str, Scalar]) -> SpotRegionsEvaluator:
    """Build the instrument.

    Args:
        params: `tick_s` (seconds, default 600), `on_demand_price` ($ per hour, default 3.06),
            `copy_s_per_gb` (time to copy data to another region, default 1.6) and, for recorded
            availability, `traces` (files or folders of SkyPilot JSON, separated by commas; default
            "": generated), `trace_data` ("available" or "preempted": what their data counts)
            and `trace_instances` (how many instances must be there, default 1).

    Raises:
        ProblemError: a parameter is unknown or out of range, or a trace is malformed; the text
            names it.
    """
    read = Parameters(params, "spot_regions params", defaults=_DEFAULTS)
    traces = read.text("traces", "files or a folder")
    meaning = read.member("trace_data", Meaning)
    instances = read.whole("trace_instances", least=1, most=10_000)
    price = read.number("on_demand_price", least=1 / PRICE_SCALE, most=1000.0)
    return SpotRegionsEvaluator(
        Cloud(
            tick_s=read.whole("tick_s", least=1, most=86_400),
            on_demand=round(price * PRICE_SCALE),
            copy_s_per_gb=read.number("copy_s_per_gb", most=10_000.0),
            recordings=read_recordings(traces, meaning=meaning, instances=instances)
            if traces
            else {},
        )
    )
