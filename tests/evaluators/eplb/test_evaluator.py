from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from adrs.catalog.problems import load_problem
from adrs.core.evaluation import Verdict
from adrs.core.problem import Limits
from adrs.core.scenario import Scalar, Scenario, Split
from adrs.errors import ProblemError
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluators.eplb import build
from adrs.evaluators.eplb.greedy import greedy
from adrs.evaluators.eplb.pace import CAP, STEP
from adrs.evaluators.eplb.scenarios import SHAPES, STRESS
from adrs.evaluators.eplb.scoring import score
from adrs.sandbox.protocol import Job, PolicyFailed
from adrs.testing.sandbox import InlineSandbox

PARAMS: dict[str, Scalar] = {
    "tokens_per_expert": 4096,
    "persistence": 0.8,
    "unevenness": 0.5,
    "groups_on_one_node": 0,
}
CHOICES: dict[str, Scalar] = {
    "shape": "flat",
    "law": "lognormal",
    "skew": 1.0,
    "drift": 0.4,
    "switches": 0.1,
    "windows": 8,
}
IN_ORDER = """
import numpy as np
def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    windows, layers, experts = loads.shape
    assert num_slots % num_gpus == 0 and num_gpus % num_nodes == 0 and experts % num_groups == 0
    loads[:] = 0
    return np.tile(np.arange(num_slots) % experts, (layers, 1))
"""


def scenario(params: Mapping[str, Scalar], seed: int = 1) -> Scenario:
    return Scenario(id="train/0000", split=Split.TRAIN, seed=seed, params=params)


def play(evaluator: Evaluator[Any], workloads: Sequence[Any], source: str) -> Sequence[Outcome]:
    job = Job(source=source, interface=evaluator.interface, limits=Limits())
    return evaluator.play(workloads, InlineSandbox().open(job))


def test_one_plan_is_asked_per_instance_and_scored_on_its_own() -> None:
    evaluator = build(PARAMS)
    workloads = [evaluator.workload(scenario(CHOICES, seed)) for seed in range(3)]
    together = play(evaluator, workloads, IN_ORDER)
    alone = [play(evaluator, [workload], IN_ORDER)[0] for workload in workloads]
    assert together == alone
    assert len({outcome.value for outcome in together}) == 3


def test_a_policy_cannot_reach_the_instance_through_its_arguments() -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario(CHOICES))
    before = workload.past.copy()
    play(evaluator, [workload], IN_ORDER)
    assert (workload.past == before).all()


@pytest.mark.parametrize("stress", list(STRESS))
def test_every_stress_case_can_be_played(stress: str) -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario({"stress": stress}))
    (outcome,) = play(evaluator, [workload], IN_ORDER)
    assert outcome.violation == ""
    assert outcome.value is not None
    assert 0.0 < outcome.value <= evaluator.bound(workload)


@pytest.mark.parametrize("shape", list(SHAPES))
def test_values_stay_below_the_bound_in_every_shape(shape: str) -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario({**CHOICES, "shape": shape}))
    (outcome,) = play(evaluator, [workload], IN_ORDER)
    assert outcome.value is not None
    assert 0.0 < outcome.value < evaluator.bound(workload) <= 1.0


def test_the_reference_shape_is_deepseeks() -> None:
    shape = SHAPES["reference"]
    assert (shape.layers, shape.experts, shape.slots) == (58, 256, 288)
    assert (shape.gpus, shape.nodes, shape.groups) == (32, 4, 8)


def test_a_group_on_two_nodes_is_refused_where_the_parameter_says_so() -> None:
    workloads = {}
    for flag in (0, 1):
        evaluator = build({**PARAMS, "groups_on_one_node": flag})
        workload = evaluator.workload(scenario({**CHOICES, "shape": "mid"}))
        (workloads[flag],) = play(evaluator, [workload], IN_ORDER)
    assert workloads[0].violation == ""
    assert "more than one node" in workloads[1].violation


def test_the_bound_knows_that_groups_stay_on_a_node() -> None:
    free, bound_to_nodes = (build({**PARAMS, "groups_on_one_node": flag}) for flag in (0, 1))
    choices = {**CHOICES, "shape": "reference", "law": "zipf"}
    workload = free.workload(scenario(choices))
    assert bound_to_nodes.bound(workload) < free.bound(workload)


def test_failures_of_the_policy_are_let_through() -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario(CHOICES))
    source = "def rebalance(*arguments):\n    raise ValueError('no')\n"
    with pytest.raises(PolicyFailed) as failure:
        play(evaluator, [workload], source)
    assert failure.value.verdict is Verdict.EXCEPTION
    assert failure.value.slot == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tokens_per_expert": 0}, "tokens_per_expert: expected a whole number from 1 to"),
        ({"tokens_per_expert": 10**17}, "expected a whole number from 1 to 1000000000, got 1000"),
        ({"persistence": 1.0}, "persistence: expected a number of at least 0 and below 1"),
        ({"unevenness": -0.1}, "unevenness: expected a number of at least 0"),
        ({"groups_on_one_node": 2}, "groups_on_one_node: expected a whole number"),
        ({"cpu_share": -1}, "cpu_share: expected a number from 0 to 1000, got -1"),
        ({"objective": "time"}, "objective: expected one of balance, speed, got 'time'"),
        ({"objective": "speed", "cpu_share": 0.5}, "cpu_share: expected a number from 0 to 0"),
        ({"gpus": 3}, "unknown parameter 'gpus'"),
    ],
)
def test_wrong_parameters_are_named(change: dict[str, Scalar], says: str) -> None:
    with pytest.raises(ProblemError, match=says):
        build({**PARAMS, **change})


def test_missing_parameters_are_named() -> None:
    with pytest.raises(ProblemError, match="'persistence' is missing"):
        build({k: v for k, v in PARAMS.items() if k != "persistence"})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"shape": "huge"}, "shape: expected one of reference"),
        ({"law": "pareto"}, "law: expected one of lognormal"),
        ({"skew": "1"}, "skew: expected a number"),
        ({"drift": float("nan")}, "drift: expected a number"),
        ({"windows": 0}, "windows: expected a whole number of at least 1"),
        ({"windows": 2.5}, "windows: expected a whole number"),
        ({"gpus": 8}, "unknown parameter 'gpus'"),
        ({"stress": "one_gpu"}, "unknown parameter 'shape'"),
    ],
)
def test_wrong_scenario_parameters_are_named(change: dict[str, Scalar], says: str) -> None:
    with pytest.raises(ProblemError, match=says):
        build(PARAMS).workload(scenario({**CHOICES, **change}))


def test_past_windows_are_as_many_as_asked_for() -> None:
    workload = build(PARAMS).workload(scenario({**CHOICES, "windows": 3}))
    assert workload.past.shape == (3, 16, 64)
    assert workload.past.dtype == np.int64


def test_what_is_deployed_so_far_comes_from_the_windows_before_the_last() -> None:
    workload = build(PARAMS).workload(scenario({**CHOICES, "windows": 3}))
    before = greedy(workload.past[:2].sum(axis=0), workload.shape)
    assert (workload.current == before).all()
    assert not workload.current.flags.writeable


def test_before_the_first_rebalance_experts_are_deployed_in_order() -> None:
    workload = build(PARAMS).workload(scenario({**CHOICES, "windows": 1}))
    assert workload.current[5].tolist() == [slot % 64 for slot in range(80)]


def test_a_slow_policy_is_refused_where_time_is_limited() -> None:
    slow = IN_ORDER.replace("    loads[:] = 0\n", "    sum(range(3_000_000))\n")
    assert slow != IN_ORDER
    for source, share, refused in ((slow, 0.001, True), (IN_ORDER, 1000.0, False)):
        evaluator = build({**PARAMS, "cpu_share": share})
        workload = evaluator.workload(scenario(CHOICES))
        if refused:
            with pytest.raises(PolicyFailed, match=r"0\.001 times the CPU time") as failure:
                play(evaluator, [workload], source)
            assert failure.value.verdict is Verdict.TIMEOUT
        else:
            assert play(evaluator, [workload], source)[0].violation == ""


SNAKE = next(
    baseline.program.source
    for baseline in load_problem("eplb_speed").baselines
    if baseline.name == "zigzag_smoothed"
)
TIMED: dict[str, Scalar] = {**PARAMS, "objective": "speed"}


def test_speed_is_one_value_for_all_instances_and_balance_a_metric() -> None:
    timed, balanced = build(TIMED), build(PARAMS)
    cases = [scenario(CHOICES, seed) for seed in range(3)]
    fast = play(timed, [timed.workload(case) for case in cases], SNAKE)
    plain = play(balanced, [balanced.workload(case) for case in cases], SNAKE)
    assert [outcome.violation for outcome in fast] == [""] * 3
    assert len({outcome.value for outcome in fast}) == 1
    assert fast[0].value is not None
    assert fast[0].value % STEP == 0.0
    for quick, whole in zip(fast, plain, strict=True):
        assert quick.metrics == {"balancedness": whole.value, **whole.metrics}


def test_more_work_is_less_speed() -> None:
    evaluator = build(TIMED)
    works = [evaluator.workload(scenario(CHOICES))]
    slow = SNAKE.replace("    weight = f", "    sum(range(3_000_000))\n    weight = f")
    assert slow != SNAKE
    quick, late = (play(evaluator, works, source)[0].value for source in (SNAKE, slow))
    assert quick is not None
    assert late is not None
    assert late < quick - STEP


def test_what_balances_worse_than_the_greedy_has_no_speed() -> None:
    evaluator = build(TIMED)
    workloads = [evaluator.workload(scenario(CHOICES, seed)) for seed in range(3)]
    with pytest.raises(PolicyFailed, match="worse than the published greedy's 0") as failure:
        play(evaluator, workloads, IN_ORDER)
    assert (failure.value.verdict, failure.value.slot) == (Verdict.INVALID, None)


def test_a_broken_rule_is_told_before_speed_and_balance() -> None:
    evaluator = build(TIMED)
    workloads = [evaluator.workload(scenario(CHOICES, seed)) for seed in range(2)]
    source = IN_ORDER.replace("% experts", "% (experts - 1)")
    outcomes = play(evaluator, workloads, source)
    assert ["has no slot" in outcome.violation for outcome in outcomes] == [True, True]


def test_the_yardstick_is_the_greedys_balance_and_the_bound_a_cap() -> None:
    timed = build(TIMED)
    workload = timed.workload(scenario(CHOICES))
    placement = greedy(workload.past.sum(axis=0), workload.shape)
    outcome = score(placement, workload, groups_on_one_node=False)
    assert workload.yardstick == outcome.value
    assert timed.bound(workload) == CAP
    assert build(PARAMS).workload(scenario(CHOICES)).yardstick is None
