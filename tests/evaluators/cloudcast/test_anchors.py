"""The published figures of the five public tasks, on the published prices, with the baselines.

Prices are exactly the published ones; throughputs are the published medians of each pair of clouds.
As published, two machines run in every region, at 0.54 $ per hour, and there is no deadline.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from adrs.catalog.problems import load_problem
from adrs.core.problem import Problem
from adrs.core.scenario import Split
from adrs.evaluation.protocol import Outcome
from adrs.evaluation.splits import scenarios
from adrs.evaluators.cloudcast import CloudcastEvaluator, build
from adrs.evaluators.cloudcast.fastest import fast_trees
from adrs.evaluators.cloudcast.generator import with_deadline
from adrs.evaluators.cloudcast.simulator import (
    Broadcast,
    Network,
    Workload,
    completion_s,
    stripes_per_link,
)
from adrs.evaluators.cloudcast.tariffs import (
    CLOUDS,
    EGRESS_GBPS,
    INGRESS_GBPS,
    REGIONS,
    price,
    speed,
)
from adrs.sandbox.protocol import Job
from adrs.testing.sandbox import InlineSandbox

Play = Callable[[str, Sequence[Workload]], Sequence[Outcome]]
PLACE = {region.name: at for at, region in enumerate(REGIONS)}
MACHINES = 2
TASKS = {
    "intra_aws": "aws:ap-northeast-1 aws:me-south-1 aws:eu-south-1 aws:us-west-2 aws:us-east-1 "
    "aws:sa-east-1 aws:ap-southeast-1",
    "intra_azure": "azure:australiaeast azure:westeurope azure:westus azure:koreacentral "
    "azure:brazilsouth azure:uaenorth azure:centralindia",
    "intra_gcp": "gcp:us-east1-b gcp:europe-west1-b gcp:australia-southeast1-a gcp:us-west4-a "
    "gcp:southamerica-east1-a gcp:asia-southeast2-a gcp:europe-north1-a",
    "inter_agz": "gcp:asia-southeast1-a azure:australiaeast azure:eastasia aws:ap-southeast-2 "
    "azure:brazilsouth aws:sa-east-1 gcp:australia-southeast1-a",
    "inter_gaz2": "gcp:asia-southeast1-a azure:australiaeast azure:eastasia aws:ap-southeast-2 "
    "azure:brazilsouth aws:sa-east-1 gcp:australia-southeast1-a aws:us-west-2",
}


def published_network() -> Network:
    clouds = [region.cloud for region in REGIONS]
    away = ~np.eye(len(REGIONS), dtype=bool)
    prices = np.array([[price(a, b) for b in REGIONS] for a in REGIONS])
    rates = np.array([[speed(a, b).median for b in REGIONS] for a in REGIONS])
    return Network(
        cloud=np.array([CLOUDS.index(cloud) for cloud in clouds]),
        price=np.where(away, prices, np.inf),
        rate=np.where(away, MACHINES * rates, 0.0),
        egress=np.array([MACHINES * EGRESS_GBPS[cloud] for cloud in clouds]),
        ingress=np.array([MACHINES * INGRESS_GBPS[cloud] for cloud in clouds]),
        vm_price=np.full(len(REGIONS), MACHINES * 0.54),
    )


def published(slack: float) -> list[Workload]:
    network = published_network()
    made = []
    for names in TASKS.values():
        source, *destinations = (PLACE[name] for name in names.split())
        task = Broadcast(
            network=network,
            source=source,
            destinations=tuple(destinations),
            volume_gb=300.0,
            stripes=10,
        )
        made.append(with_deadline(task, slack))
    return made


@pytest.fixture(scope="module")
def problem() -> Problem:
    return load_problem("cloudcast")


@pytest.fixture(scope="module")
def evaluator(problem: Problem) -> CloudcastEvaluator:
    return build(problem.params)


@pytest.fixture(scope="module")
def play(problem: Problem, evaluator: CloudcastEvaluator) -> Play:
    programs = {baseline.name: baseline.program for baseline in problem.baselines}

    def play(name: str, workloads: Sequence[Workload]) -> Sequence[Outcome]:
        job = Job(
            source=programs[name].source, interface=evaluator.interface, limits=problem.limits
        )
        return list(evaluator.play(workloads, InlineSandbox().open(job)))

    return play


@pytest.fixture(scope="module")
def outcomes(problem: Problem, play: Play) -> dict[str, Sequence[Outcome]]:
    tasks = published(slack=100.0)
    return {baseline.name: play(baseline.name, tasks) for baseline in problem.baselines}


def egress(outcomes: Sequence[Outcome]) -> float:
    return sum(outcome.metrics["egress_usd"] for outcome in outcomes)


def cost(outcomes: Sequence[Outcome]) -> float:
    return sum(outcome.value for outcome in outcomes if outcome.value is not None)


def test_the_optimum_without_deadline_is_618_dollars(evaluator: CloudcastEvaluator) -> None:
    """Exact directed Steiner trees: 57 / 99 / 141 / 160.5 / 160.5 $, 618.0 $ in all."""
    found = [workload.steiner_usd for workload in published(100.0)]
    assert found == pytest.approx([57.0, 99.0, 141.0, 160.5, 160.5], rel=1e-12)
    bounds = [evaluator.bound(workload) for workload in published(100.0)]
    assert all(b >= s for b, s in zip(bounds, found, strict=True))
    assert sum(bounds) == pytest.approx(618.0, rel=0.01)


def test_direct_copies_cost_what_the_leaderboard_counts_as_worst(
    outcomes: Mapping[str, Sequence[Outcome]],
) -> None:
    """1199.00 $ is the ADRS leaderboard's lower end of its scale for this problem; +-0.5 %."""
    assert cost(outcomes["direct"]) == pytest.approx(1199.00, rel=0.005)


def test_minimum_cost_paths_cost_what_the_published_seed_does(
    outcomes: Mapping[str, Sequence[Outcome]],
) -> None:
    """1035.14 $ for the seed, Dijkstra per destination; egress alone, +-0.5 %.

    The published evaluator counts a stripe's time as if it travelled alone, so that machines are
    0.14 $ of that figure. Here they work until everything has arrived, which is about 1 % more.
    """
    assert egress(outcomes["paths"]) == pytest.approx(1035.14, rel=0.005)


def test_multi_tree_stripes_cost_what_cloudcast_does(
    outcomes: Mapping[str, Sequence[Outcome]],
) -> None:
    """626.24 $ for the human state of the art, Cloudcast's own optimisation; +-0.5 %.

    How much of the published figure is machines is not known, so only the size can be compared;
    the egress is the exact optimum of the five tasks.
    """
    assert egress(outcomes["stripes"]) == pytest.approx(618.0, rel=1e-9)
    assert cost(outcomes["stripes"]) == pytest.approx(626.24, rel=0.005)


def test_a_tree_across_clouds_is_much_cheaper_than_direct_copies(
    outcomes: Mapping[str, Sequence[Outcome]],
) -> None:
    """A ratio of at least 1.3 on inter_agz; Cloudcast (NSDI 2024) reports up to 61.5 % less."""
    at = list(TASKS).index("inter_agz")
    direct, tree = (outcomes[name][at].metrics["egress_usd"] for name in ("direct", "stripes"))
    assert direct / tree >= 1.3
    best = max(
        1.0 - tree.metrics["egress_usd"] / direct.metrics["egress_usd"]
        for direct, tree in zip(outcomes["direct"], outcomes["stripes"], strict=True)
    )
    assert 0.4 < best < 0.7


def test_within_one_cloud_heuristics_reach_the_tree(
    outcomes: Mapping[str, Sequence[Outcome]],
) -> None:
    """Intra-cloud tasks are near a spanning tree: the Steiner heuristic is exact on them."""
    for name in ("intra_aws", "intra_azure", "intra_gcp"):
        at = list(TASKS).index(name)
        assert outcomes["steiner"][at].metrics["over_steiner"] == pytest.approx(1.0, rel=1e-12)


def test_every_tree_plan_is_cheaper_than_direct_copies(
    outcomes: Mapping[str, Sequence[Outcome]],
) -> None:
    for name in ("paths", "steiner", "reroute", "stripes"):
        for direct, other in zip(outcomes["direct"], outcomes[name], strict=True):
            assert other.metrics["egress_usd"] <= direct.metrics["egress_usd"] + 1e-9


def test_relays_make_broadcasts_faster_too(play: Play) -> None:
    """Cloudcast reports replication 2.3 times faster; here stripes against direct, at least 1.5."""
    slow = play("direct", published(100.0))
    tight = published(1.0)
    fast = play("stripes", tight)
    for workload, loose, direct, stripes in zip(tight, published(100.0), slow, fast, strict=True):
        direct_s = direct.metrics["deadline_used"] * loose.deadline_s
        stripes_s = stripes.metrics["deadline_used"] * workload.deadline_s
        assert direct_s / stripes_s > 1.5
        assert direct.value is not None
        assert stripes.value is not None
        assert stripes.value < direct.value


def test_quick_trees_are_those_that_set_the_deadline(
    problem: Problem, evaluator: CloudcastEvaluator, play: Play
) -> None:
    """The programs' fallback must be no later than the generator's own quick plan."""
    for split in (Split.TRAIN, Split.SHIFTED, Split.STRESS):
        members = scenarios(problem.name, problem.splits[split])[:16]
        workloads = [evaluator.workload(scenario) for scenario in members]
        outcomes = play("quick", workloads)
        for workload, outcome in zip(workloads, outcomes, strict=True):
            task = workload.task
            ends = completion_s(stripes_per_link(fast_trees(task), task.network.regions), task)
            used = outcome.metrics["deadline_used"] * workload.deadline_s
            assert used == pytest.approx(ends, rel=1e-12)
