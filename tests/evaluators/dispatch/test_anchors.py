"""What is published about stale views and about Dodoor, on clusters of a hundred servers."""

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

import pytest

from adrs.core.scenario import Scalar, Scenario, Split
from adrs.core.seeds import derive_seed
from adrs.evaluators.dispatch import DispatchEvaluator, build
from adrs.evaluators.dispatch.generator import Workload

Run = Callable[..., Sequence[Any]]
Params = dict[str, Scalar]
SERVERS = 100
PROBE_2 = f"if not obs.probed:\n    return {SERVERS + 1}\n"
SHORTER = "return obs.sample_1 if tasks[obs.sample_1] < tasks[obs.sample_0] else obs.sample_0"
RANDOM = "return obs.sample_0"
SHORTEST = "return tasks.index(min(tasks))"
DODOOR = """
pair = (obs.sample_0, obs.sample_1)
cores, memory, work = self.block(obs, 1), self.block(obs, 2), self.block(obs, 3)
capacity, room, speed = (self.setup[6 + k * self.width :] for k in range(3))
loads = [
    obs.cores * cores[i] / capacity[i] ** 2 + obs.memory_gb * memory[i] / room[i] ** 2
    for i in pair
]
times = [work[i] + 100 * obs.estimate_ms / speed[i] for i in pair]
load, time = sum(loads) or 1, sum(times)
shares = [0.5 * a / load + 0.5 * b / time for a, b in zip(loads, times)]
return pair[shares[1] < shares[0]]
"""


@pytest.fixture(scope="module")
def wide() -> DispatchEvaluator:
    return build({"width": SERVERS, "round_trip_ms": 1.0, "message_ms": 0.0})


def workloads(wide: DispatchEvaluator, count: int, **params: Scalar) -> list[Workload]:
    base: Mapping[str, Scalar] = {
        "servers": SERVERS, "arrivals": "poisson", "schedulers": 5, "push_every": 0,
    }  # fmt: skip
    return [
        wide.workload(
            Scenario(
                id=f"anchor/{i}",
                split=Split.TRAIN,
                seed=derive_seed("anchor", i),
                params={**base, **params},
            )
        )
        for i in range(count)
    ]


@pytest.fixture(scope="module")
def mean(run: Run, wide: DispatchEvaluator) -> Callable[[str, list[Workload], str], float]:
    def mean(body: str, members: list[Workload], metric: str) -> float:
        return fmean(outcome.metrics[metric] for outcome in run(body, members, wide))

    return mean


def test_the_shortest_queue_on_old_views_is_worse_than_random(
    wide: DispatchEvaluator, mean: Callable[[str, list[Workload], str], float]
) -> None:
    """Herding: with fresh views the shortest queue is best, with old ones worse than chance.

    Mitzenmacher, "How useful is old information?", IEEE TPDS 2000: with load information from a
    bulletin board that is renewed now and then, going to the apparently least loaded server hurts,
    and the shorter of two random queues serves well over a large range of ages.
    """
    response = {}
    for push_every in (1, 10, 100, 400):
        members = workloads(
            wide, 1, cluster="tiny", workload="exponential", load=0.9, tasks=2500,
            push_every=push_every,
        )  # fmt: skip
        for body in (RANDOM, SHORTER, SHORTEST):
            response[body, push_every] = mean(body, members, "response_ms")
    assert response[SHORTEST, 1] < response[SHORTER, 1] < response[RANDOM, 1]
    ages = [response[SHORTEST, push_every] for push_every in (1, 10, 100, 400)]
    assert ages == sorted(ages)
    assert response[SHORTEST, 100] > 2 * response[RANDOM, 100]
    assert response[SHORTEST, 400] > 5 * response[RANDOM, 400]
    assert response[SHORTER, 100] < 0.9 * response[RANDOM, 100]


@pytest.mark.parametrize("load", [0.5, 0.7, 0.9])
def test_dodoor_sends_fewer_messages_than_probing_and_is_faster(
    wide: DispatchEvaluator, mean: Callable[[str, list[Workload], str], float], load: float
) -> None:
    """Against power of two by probing, on unequal servers: fewer messages, better times.

    Dodoor, arXiv 2510.12889, abstract, over two workloads on 100 servers of four kinds: messages
    -55 to -66 %, mean -7.2 to -12.1 %, tail -21.9 to -24.6 %.

    The message band holds as published, for five schedulers and a push every 50 tasks, with a probe
    counted as one call. Of the times the direction is asked for, within wide limits: the load of
    the testbed is not known here. The gain of the mean grows with it, from 7 to 17 %; that of the
    tail is 7 to 15 % and stays below what is published.
    """
    base: Params = {"cluster": "mixed", "workload": "functions", "load": load, "tasks": 2500}
    pushed = workloads(wide, 2, push_every=50, **base)
    probed = workloads(wide, 2, **base)
    ratio = {
        metric: mean(DODOOR, pushed, metric) / mean(PROBE_2 + SHORTER, probed, metric)
        for metric in ("messages", "response_ms", "p99_ms")
    }
    assert 0.34 <= ratio["messages"] <= 0.45
    assert 0.7 <= ratio["response_ms"] <= 0.95
    assert 0.7 <= ratio["p99_ms"] <= 0.98


def test_dodoor_raises_the_throughput_of_an_overloaded_cluster(
    wide: DispatchEvaluator, mean: Callable[[str, list[Workload], str], float]
) -> None:
    """Three times the load that the cluster can do, run until all is done.

    Dodoor, arXiv 2510.12889, abstract: +21.5 to +33.2 % over other decentralised schedulers. Here
    the last server to finish decides, so seeds differ much (0 to +34 %) and only the direction of
    their mean is asked for.
    """
    base: Params = {"cluster": "mixed", "workload": "functions", "load": 3.0, "tasks": 2500}
    pushed = mean(DODOOR, workloads(wide, 3, push_every=50, **base), "tasks_per_s")
    assert pushed > 1.05 * mean(PROBE_2 + SHORTER, workloads(wide, 3, **base), "tasks_per_s")


def test_dodoor_gains_nothing_where_servers_are_alike(
    wide: DispatchEvaluator, mean: Callable[[str, list[Workload], str], float]
) -> None:
    """Its score is about unequal servers; on equal ones it matches fresh queue lengths, no more."""
    base: Params = {"cluster": "uniform", "workload": "functions", "load": 0.7, "tasks": 3000}
    cached = mean(DODOOR, workloads(wide, 1, push_every=50, **base), "response_ms")
    fresh = mean(PROBE_2 + SHORTER, workloads(wide, 1, **base), "response_ms")
    assert cached == pytest.approx(fresh, rel=0.05)
