import math
from collections.abc import Callable

import numpy as np
import pytest

from adrs.core.problem import Limits
from adrs.core.scenario import Scalar, Scenario, Split
from adrs.errors import ProblemError
from adrs.evaluation.protocol import Outcome
from adrs.evaluators.spot import SpotEvaluator, build
from adrs.evaluators.spot.generator import Workload
from adrs.sandbox.protocol import Job
from adrs.testing.sandbox import InlineSandbox

GOOD: dict[str, Scalar] = {
    "zone": "us-west-2a_v100_1",
    "job_h": 48,
    "slack_h": 4,
    "overhead_h": 0.05,
}
FIXED = "class Policy:\n    def __init__(self, setup): pass\n    def decide(self, obs): return {}\n"


def scenario(seed: int = 1, **params: Scalar) -> Scenario:
    return Scenario(id="test/0001", split=Split.TRAIN, seed=seed, params={**GOOD, **params})


def outcome(source: str, task: Workload, evaluator: SpotEvaluator) -> Outcome:
    session = InlineSandbox().open(
        Job(source=source, interface=evaluator.interface, limits=Limits())
    )
    outcomes: list[Outcome] = evaluator.play([task], session)
    return outcomes[0]


def test_interface_names_its_actions() -> None:
    evaluator = build({})
    assert (evaluator.family, evaluator.version) == ("spot", 1)
    assert evaluator.interface.actions == ("NONE", "SPOT", "ON_DEMAND")
    assert [field.name for field in evaluator.interface.observation] == [
        "now_s", "has_spot", "running", "done_s", "overhead_left_s", "steady_s", "seen_s", "drops",
    ]  # fmt: skip


@pytest.mark.parametrize("overhead_h", [0, 0.02, 0.1, 0.2, 0.5])
@pytest.mark.parametrize(("zone", "action", "price"), [
    ("always", 1, 0.9731), ("never", 2, 3.06), ("always", 2, 3.06), ("never", 0, 3.06),
    ("never", 1, 3.06),
])  # fmt: skip
def test_constant_availability_has_a_closed_form(
    zone: str, action: int, price: float, overhead_h: float
) -> None:
    evaluator = build({})
    task = evaluator.workload(scenario(zone=zone, overhead_h=overhead_h))
    billed_h = math.ceil((48 * 3600 + round(overhead_h * 3600)) / 600) / 6
    result = outcome(FIXED.format(action), task, evaluator)
    assert result.value == pytest.approx(billed_h * price, rel=1e-12)
    cheapest = 0.9731 if zone == "always" else 3.06
    assert evaluator.bound(task) == pytest.approx(billed_h * cheapest, rel=1e-12)
    assert result.metrics["restarts"] == 0.0


def test_metrics_add_up() -> None:
    evaluator = build({})
    task = evaluator.workload(scenario(zone="us-west-2b_v100_1", slack_h=12))
    result = outcome(FIXED.format("1 if obs.has_spot else 0"), task, evaluator)
    metrics = result.metrics
    assert result.violation == ""
    cost = metrics["spot_h"] * 0.9731 + metrics["on_demand_h"] * 3.06
    assert result.value == pytest.approx(cost, rel=1e-12)
    assert metrics["spot_h"] + metrics["on_demand_h"] >= 48
    assert metrics["spot_h"] + metrics["on_demand_h"] + metrics["idle_h"] <= 60
    assert metrics["forced_ticks"] > 0
    assert metrics["restarts"] > 0


def test_a_missed_deadline_is_a_violation(job: Callable[..., Workload]) -> None:
    evaluator = build({})
    result = outcome(FIXED.format(2), job([1, 1], work_s=1300, overhead_s=0), evaluator)
    assert result.value is None
    assert result.violation == "missed the deadline with 100 s of work left"


def test_prices_and_tick_are_parameters() -> None:
    evaluator = build({"tick_s": 300, "spot_price": 1, "on_demand_price": 2.5})
    task = evaluator.workload(scenario(zone="always", job_h=1, slack_h=1, overhead_h=0))
    assert task.ticks == 24
    assert outcome(FIXED.format(1), task, evaluator).value == 1.0
    assert outcome(FIXED.format(2), task, evaluator).value == 2.5


@pytest.mark.parametrize(("params", "text"), [
    ({"tick": 600}, "spot params: unknown parameter 'tick'; there are tick_s, spot_price"),
    ({"tick_s": 0}, r"spot params\.tick_s: expected a whole number from 1 to 86400, got 0"),
    ({"tick_s": 600.5}, "tick_s: expected a whole number"),
    ({"spot_price": 0}, "spot_price: expected a number from 0.0001 to 1000, got 0"),
    ({"spot_price": 0.00001}, "spot_price: expected a number from 0.0001"),
    ({"on_demand_price": "3"}, "on_demand_price: expected a number"),
])  # fmt: skip
def test_wrong_evaluator_parameters_are_named(params: dict[str, Scalar], text: str) -> None:
    with pytest.raises(ProblemError, match=text):
        build(params)


@pytest.mark.parametrize(("params", "text"), [
    ({"zone": "mars"}, r"test/0001\.zone: expected one of .*always.*, got 'mars'"),
    ({"job_h": 0}, r"test/0001\.job_h: 0 h is too short"),
    ({"job_h": "48"}, "job_h: expected a number from 0 to 1000, got '48'"),
    ({"slack_h": -1}, "slack_h: expected a number"),
    ({"slack_h": 0}, "slack_h: 0 h is too little"),
    ({"overhead_h": 5}, "slack_h: 4 h is too little"),
    ({"deadline_h": 52}, "unknown parameter 'deadline_h'; there are job_h"),
])  # fmt: skip
def test_wrong_scenario_parameters_are_named(params: dict[str, Scalar], text: str) -> None:
    with pytest.raises(ProblemError, match=text):
        build({}).workload(scenario(1, **params))


def test_a_missing_scenario_parameter_is_named() -> None:
    params = {name: value for name, value in GOOD.items() if name != "slack_h"}
    bare = Scenario(id="test/0002", split=Split.TRAIN, seed=1, params=params)
    with pytest.raises(ProblemError, match="test/0002: parameter 'slack_h' is missing"):
        build({}).workload(bare)


def test_slack_that_is_just_enough_is_taken() -> None:
    evaluator = build({})
    task = evaluator.workload(scenario(zone="never", overhead_h=0.1, slack_h=1 / 6))
    result = outcome(FIXED.format(0), task, evaluator)
    assert result.metrics["idle_h"] == 0.0
    assert result.value == evaluator.bound(task)


def test_a_workload_is_fixed_by_its_scenario() -> None:
    first, again, other = (build({}).workload(scenario(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first.history, again.history)
    assert not np.array_equal(first.available, other.available)
    assert first.deadline_s == 52 * 3600
