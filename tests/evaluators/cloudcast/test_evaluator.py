from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from adrs.core.evaluation import Verdict
from adrs.core.problem import Limits
from adrs.core.scenario import Scalar, Scenario, Split
from adrs.errors import ProblemError
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluators.cloudcast import build
from adrs.evaluators.cloudcast.scenarios import STRESS
from adrs.sandbox.protocol import Job, PolicyFailed
from adrs.testing.sandbox import InlineSandbox

PARAMS: dict[str, Scalar] = {
    "prices": "",
    "throughputs": "",
    "home_vms": 4,
    "away_vms": 2,
    "vm_usd_per_h": 0.54,
}
CHOICES: dict[str, Scalar] = {
    "cloud": "all",
    "regions": 16,
    "destinations": 4,
    "jitter": 0.3,
    "slack": 50.0,
    "volume_gb": 300.0,
    "stripes": 10,
}
SIGNATURE = (
    "def broadcast(price, rate, egress, ingress, vm_price, cloud,\n"
    "              source, destinations, volume_gb, num_stripes, deadline_s):\n"
)
STAR = f"""
import numpy as np
{SIGNATURE}
    assert price.shape == rate.shape == (len(cloud), len(cloud))
    assert len(egress) == len(ingress) == len(vm_price) == len(cloud)
    assert np.isinf(price).sum() == len(cloud) and source not in destinations
    assert type(volume_gb) is float and type(num_stripes) is int and deadline_s > 0.0
    price[:] = 0.0
    trees = np.full((num_stripes, len(cloud)), -1)
    trees[:, destinations] = source
    return trees
"""


def scenario(params: Mapping[str, Scalar], seed: int = 1) -> Scenario:
    return Scenario(id="train/0000", split=Split.TRAIN, seed=seed, params=params)


def play(evaluator: Evaluator[Any], workloads: Sequence[Any], source: str) -> Sequence[Outcome]:
    job = Job(source=source, interface=evaluator.interface, limits=Limits())
    return evaluator.play(workloads, InlineSandbox().open(job))


def test_one_plan_is_asked_per_instance_and_scored_on_its_own() -> None:
    evaluator = build(PARAMS)
    workloads = [evaluator.workload(scenario(CHOICES, seed)) for seed in range(3)]
    together = play(evaluator, workloads, STAR)
    alone = [play(evaluator, [workload], STAR)[0] for workload in workloads]
    assert together == alone
    assert len({outcome.value for outcome in together}) == 3


def test_a_policy_cannot_reach_the_prices_through_its_arguments() -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario(CHOICES))
    before = workload.task.network.price.copy()
    (outcome,) = play(evaluator, [workload], STAR)
    assert (workload.task.network.price == before).all()
    assert outcome.value is not None
    assert outcome.value > 10.0


@pytest.mark.parametrize("stress", list(STRESS))
def test_every_stress_case_can_be_made_and_bounded(stress: str) -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario({"stress": stress}))
    assert workload.deadline_s >= 1
    assert 0.0 <= workload.steiner_usd <= evaluator.bound(workload) < np.inf


def test_failures_of_the_policy_are_let_through() -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario(CHOICES))
    with pytest.raises(PolicyFailed) as failure:
        play(evaluator, [workload], f"{SIGNATURE}    raise ValueError('no')\n")
    assert failure.value.verdict is Verdict.EXCEPTION
    assert failure.value.slot == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"home_vms": 0}, "home_vms: expected a whole number from 1 to 1024"),
        ({"away_vms": 1.5}, "away_vms: expected a whole number"),
        ({"vm_usd_per_h": -0.1}, "vm_usd_per_h: expected a number of at least 0"),
        ({"prices": 3}, "prices: expected the path of a file"),
        ({"prices": "absent.csv", "throughputs": "absent.csv"}, "absent.csv: cannot be read"),
        ({"grid": "x"}, "unknown parameter 'grid'"),
    ],
)
def test_wrong_parameters_are_named(change: dict[str, Scalar], says: str) -> None:
    with pytest.raises(ProblemError, match=says):
        build({**PARAMS, **change})


def test_missing_parameters_are_named() -> None:
    with pytest.raises(ProblemError, match="'home_vms' is missing"):
        build({k: v for k, v in PARAMS.items() if k != "home_vms"})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"cloud": "ibm"}, "cloud: expected one of aws, azure, gcp, all"),
        ({"regions": 4}, "regions: expected a whole number from 5 to 512"),
        ({"destinations": 0}, "destinations: expected a whole number from 1 to 10"),
        ({"destinations": 11}, "destinations: expected a whole number from 1 to 10"),
        ({"jitter": "0.1"}, "jitter: expected a number"),
        ({"slack": 0.9}, "slack: expected a number of at least 1"),
        ({"slack": float("nan")}, "slack: expected a number"),
        ({"volume_gb": -1.0}, "volume_gb: expected a number"),
        ({"stripes": 2.5}, "stripes: expected a whole number"),
        ({"vms": 2}, "unknown parameter 'vms'"),
        ({"stress": "no_data"}, "unknown parameter 'cloud'"),
    ],
)
def test_wrong_scenario_parameters_are_named(change: dict[str, Scalar], says: str) -> None:
    with pytest.raises(ProblemError, match=says):
        build(PARAMS).workload(scenario({**CHOICES, **change}))


def test_unknown_stress_cases_are_named() -> None:
    with pytest.raises(ProblemError, match="stress: expected one of one_destination"):
        build(PARAMS).workload(scenario({"stress": "flood"}))
