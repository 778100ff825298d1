import math

import numpy as np
import pytest

from adrs.core.problem import Limits
from adrs.core.scenario import Scalar, Scenario, Split
from adrs.errors import ProblemError
from adrs.evaluation.protocol import Outcome
from adrs.evaluators.spot_regions import SpotRegionsEvaluator, build
from adrs.evaluators.spot_regions.generator import Workload
from adrs.evaluators.spot_regions.zones import ZONES
from adrs.sandbox.protocol import Job
from adrs.testing.sandbox import InlineSandbox

GOOD: dict[str, Scalar] = {
    "zones": "us-east-1a us-east-1d us-west-2b",
    "prices": "published",
    "job_h": 48,
    "slack_h": 4,
    "overhead_h": 0.05,
    "checkpoint_gb": 75,
    "egress": 0.02,
}
FIXED = "class Policy:\n    def __init__(self, setup): pass\n    def decide(self, obs): return {}\n"


def scenario(seed: int = 1, **params: Scalar) -> Scenario:
    return Scenario(id="test/0001", split=Split.TRAIN, seed=seed, params={**GOOD, **params})


def outcome(source: str, task: Workload, evaluator: SpotRegionsEvaluator) -> Outcome:
    session = InlineSandbox().open(
        Job(source=source, interface=evaluator.interface, limits=Limits())
    )
    outcomes: list[Outcome] = list(evaluator.play([task], session))
    return outcomes[0]


def test_interface_names_its_actions() -> None:
    evaluator = build({})
    assert (evaluator.family, evaluator.version) == ("spot_regions", 1)
    assert evaluator.interface.actions[:4] == ("WAIT", "ON_DEMAND", "SPOT_0", "SPOT_1")
    assert len(evaluator.interface.actions) == 11


@pytest.mark.parametrize("overhead_h", [0, 0.05, 0.2, 0.5])
@pytest.mark.parametrize(("zones", "action", "price"), [
    ("always", 2, 0.9731), ("always", 1, 3.06), ("never", 0, 3.06), ("never never", 3, 3.06),
])  # fmt: skip
def test_constant_availability_has_a_closed_form(
    zones: str, action: int, price: float, overhead_h: float
) -> None:
    evaluator = build({})
    task = evaluator.workload(scenario(zones=zones, overhead_h=overhead_h))
    billed_h = math.ceil((48 * 3600 + round(overhead_h * 3600)) / 600) / 6
    result = outcome(FIXED.format(action), task, evaluator)
    assert result.value == pytest.approx(billed_h * price, rel=1e-12)
    cheapest = 0.9731 if zones == "always" else 3.06
    assert evaluator.bound(task) == pytest.approx(billed_h * cheapest, rel=1e-12)


def test_metrics_add_up_to_the_cost() -> None:
    """Moving to where there is spot: hours at their prices, and egress."""
    evaluator = build({})
    seeds = (seed for seed in range(9) if _never_first(evaluator, seed))
    task = evaluator.workload(scenario(next(seeds), zones="never always"))
    result = outcome(FIXED.format(3), task, evaluator)
    metrics = result.metrics
    assert metrics["moves"] == 1.0
    assert metrics["egress"] == pytest.approx(75 * 0.02)
    paid = metrics["spot_h"] * 0.9731 + metrics["on_demand_h"] * 3.06 + metrics["egress"]
    assert result.value == pytest.approx(paid, rel=1e-12)
    assert (metrics["restarts"], metrics["refusals"], metrics["idle_h"]) == (0.0, 0.0, 0.0)


def _never_first(evaluator: SpotRegionsEvaluator, seed: int) -> bool:
    return not evaluator.workload(scenario(seed, zones="never always")).available[0, 0]


def test_a_zone_that_does_not_exist_is_a_violation() -> None:
    evaluator = build({})
    result = outcome(FIXED.format(2 + 3), evaluator.workload(scenario()), evaluator)
    assert result.value is None
    assert result.violation == "asked for spot in zone 3, which is not one of the setup's zones"


def test_a_missed_deadline_is_a_violation() -> None:
    """The guarantee rules it out; a job that no one could finish shows that it would be noticed."""
    evaluator = build({})
    hopeless = Workload(
        work_s=6000,
        deadline_s=3000,
        overhead_s=60,
        tick_s=600,
        move_s=0,
        move_units=0,
        on_demand=30_600,
        prices=(9_000,),
        regions=(0,),
        available=np.zeros((5, 1), dtype=np.bool_),
    )
    result = outcome(FIXED.format(1), hopeless, evaluator)
    assert result.value is None
    assert result.violation == "missed the deadline with 3060 s of work left"


@pytest.mark.parametrize(("params", "text"), [
    ({"spot_price": 1}, "spot_regions params: unknown parameter 'spot_price'; there are tick_s"),
    ({"tick_s": 0}, r"spot_regions params\.tick_s: expected a whole number from 1 to 86400, got 0"),
    ({"tick_s": 1.5}, "tick_s: expected a whole number"),
    ({"on_demand_price": "3"}, "on_demand_price: expected a number"),
    ({"on_demand_price": 0.00001}, "on_demand_price: expected a number from 0.0001"),
    ({"copy_s_per_gb": -1}, "copy_s_per_gb: expected a number from 0"),
    ({"traces": 3}, "traces: expected files or a folder, got 3"),
    ({"trace_data": "up"}, "trace_data: expected one of available, preempted, got 'up'"),
    ({"trace_instances": 0}, "trace_instances: expected a whole number from 1"),
])  # fmt: skip
def test_wrong_evaluator_parameters_are_named(params: dict[str, Scalar], text: str) -> None:
    with pytest.raises(ProblemError, match=text):
        build(params)


@pytest.mark.parametrize(("params", "text"), [
    ({"zones": "mars"}, r"test/0001\.zones: no zone is called 'mars'; there are 'us-east"),
    ({"zones": ""}, "zones: expected 1 to 9 names, got 0"),
    ({"zones": "always " * 10}, "zones: expected 1 to 9 names, got 10"),
    ({"prices": "fair"}, "prices: expected one of published, dealt, got 'fair'"),
    ({"job_h": 0}, "job_h: 0 h is too short"),
    ({"job_h": "48"}, "job_h: expected a number from 0 to 1000, got '48'"),
    ({"slack_h": -1}, "slack_h: expected a number"),
    ({"slack_h": 0}, "slack_h: 0 h is too little"),
    ({"overhead_h": 5}, "slack_h: 4 h is too little"),
    ({"egress": 11}, "egress: expected a number from 0 to 10, got 11"),
    ({"checkpoint_gb": -1}, "checkpoint_gb: expected a number"),
    ({"deadline_h": 52}, "unknown parameter 'deadline_h'; there are checkpoint_gb"),
])  # fmt: skip
def test_wrong_scenario_parameters_are_named(params: dict[str, Scalar], text: str) -> None:
    with pytest.raises(ProblemError, match=text):
        build({}).workload(scenario(1, **params))


def test_a_missing_scenario_parameter_is_named() -> None:
    params = {name: value for name, value in GOOD.items() if name != "egress"}
    bare = Scenario(id="test/0002", split=Split.TRAIN, seed=1, params=params)
    with pytest.raises(ProblemError, match="test/0002: parameter 'egress' is missing"):
        build({}).workload(bare)


def test_a_workload_is_fixed_by_its_scenario() -> None:
    first, again, other = (build({}).workload(scenario(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first.available, again.available)
    assert (first.prices, first.regions) == (again.prices, again.regions)
    assert not np.array_equal(first.available, other.available)
    assert (first.deadline_s, first.move_s, first.move_units) == (52 * 3600, 120, 15_000 * 3600)


def test_prices_lie_in_the_published_ranges_and_can_be_dealt_out() -> None:
    every = " ".join(ZONES)
    for seed in range(10):
        own, dealt = (
            build({}).workload(scenario(seed, zones=every, prices=prices))
            for prices in ("published", "dealt")
        )
        assert sorted(own.prices) == sorted(dealt.prices)
        assert own.prices != dealt.prices
        assert np.array_equal(own.available, dealt.available)
        assert 15_500 <= max(own.prices) <= 18_100
        assert sum(9_180 <= price <= 10_100 for price in own.prices) == 5


def test_zones_come_in_any_order_and_regions_are_numbered_as_they_come() -> None:
    tasks = [build({}).workload(scenario(seed)) for seed in range(20)]
    assert {task.regions for task in tasks} == {(0, 0, 1), (0, 1, 0), (0, 1, 1)}
