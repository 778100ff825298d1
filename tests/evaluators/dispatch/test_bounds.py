"""The bound against every placement of small instances, and against good plans of larger ones."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adrs.core.scenario import Scalar, Scenario, Split
from adrs.evaluators.dispatch import DispatchEvaluator
from adrs.evaluators.dispatch.bounds import least_latency_ms, least_response_us
from adrs.evaluators.dispatch.cluster import Cluster
from adrs.evaluators.dispatch.generator import Workload
from adrs.evaluators.dispatch.scoring import Terms, outcome
from adrs.evaluators.dispatch.servers import Server
from adrs.evaluators.dispatch.simulator import simulate

WIDTH = 8
FREE = Terms(round_trip_us=1000, message_us=0)
SERVERS = st.lists(
    st.builds(
        Server,
        cores=st.integers(2, 3),
        memory_gb=st.integers(4, 6),
        speed=st.sampled_from([50, 80, 100, 125, 200]),
    ),
    min_size=1,
    max_size=3,
)
TASKS = st.lists(
    st.tuples(st.integers(0, 40_000), st.integers(1, 2), st.integers(0, 4), st.integers(1, 60_000)),
    min_size=1,
    max_size=5,
).map(lambda rows: [(sum(r[0] for r in rows[: i + 1]), *rows[i][1:]) for i in range(len(rows))])


def response_us(workload: Workload, plan: tuple[int, ...]) -> int:
    """The sum of responses when task i goes to server plan[i]."""
    cluster = Cluster([s.cores for s in workload.servers], [s.memory_gb for s in workload.servers])
    total, tasks = 0, workload.tasks
    columns = (tasks.arrival_us, tasks.cores, tasks.memory_gb, tasks.work_us)
    rows = zip(plan, *(column.tolist() for column in columns), strict=True)
    for server, arrival, cores, memory, work in rows:
        time = -(-work * 100 // workload.servers[server].speed)
        total += cluster.place(server, cores, memory, arrival, time, 0) + time - arrival
    return total


@settings(max_examples=80, deadline=None)
@given(rows=TASKS, servers=SERVERS)
def test_no_placement_beats_the_bound(
    cluster: Callable[..., Workload], rows: list[Any], servers: list[Server]
) -> None:
    workload = cluster(rows, servers=servers)
    plans = itertools.product(range(len(servers)), repeat=len(rows))
    best = min(response_us(workload, plan) for plan in plans)
    bound = least_response_us(workload)
    assert bound <= best * (1 + 1e-12)
    assert bound >= sum(min(-(-row[3] * 100 // s.speed) for s in servers) for row in rows)


@settings(max_examples=30, deadline=None)
@given(rows=TASKS)
def test_one_server_leaves_nothing_to_gain(
    cluster: Callable[..., Workload], scripted: Any, rows: list[Any]
) -> None:
    workload = cluster(rows, servers=[Server(cores=2, memory_gb=4, speed=80)])
    terms = Terms(round_trip_us=1000, message_us=7000)
    always, probing = (
        outcome(simulate([workload], scripted(answer), terms, width=WIDTH)[0], terms).value
        for answer in (
            lambda *_: 0,
            lambda _slot, _turn, row: 0 if row["probed"] or row["cores"] == 1 else WIDTH,
        )
    )
    assert least_latency_ms(workload, terms) == pytest.approx(always, rel=1e-12)
    assert always <= probing


def test_the_bound_is_exact_where_every_task_is_alone_on_the_fastest(
    cluster: Callable[..., Workload],
) -> None:
    rows = [(i * 1_000_000, 1, 1, 30_000) for i in range(10)]
    slow, fast = Server(cores=1, memory_gb=1, speed=50), Server(cores=1, memory_gb=1, speed=200)
    workload = cluster(rows, servers=[slow, fast], schedulers=3, push_every=5)
    terms = Terms(round_trip_us=0, message_us=2000)
    assert least_latency_ms(workload, FREE) == 15.0
    # A message per placement, and two pushes of two messages to each of three schedulers.
    assert least_latency_ms(workload, terms) == pytest.approx(15.0 + 2.0 * (10 + 12) / 10)


def test_prices_tell_that_not_all_can_have_the_fastest(cluster: Callable[..., Workload]) -> None:
    """Sixteen equal tasks at once on four cores: four rounds of 100 ms, four tasks in each."""
    rows = [(0, 1, 1, 100_000)] * 16
    servers = [Server(cores=2, memory_gb=16, speed=100)] * 2
    best = 4 * (1 + 2 + 3 + 4) * 100_000
    bound = least_response_us(cluster(rows, servers=servers))
    assert 0.6 * best < bound <= best


def greedy_us(workload: Workload) -> int:
    """A schedule for which the future is known: each task to where it finishes first."""
    plan: list[int] = []
    tasks, servers = workload.tasks, workload.servers
    free = [[0] * server.cores for server in servers]
    for arrival, cores, work in zip(
        tasks.arrival_us.tolist(), tasks.cores.tolist(), tasks.work_us.tolist(), strict=True
    ):
        ends = [
            max(arrival, sorted(free[i])[cores - 1]) + work * 100 // server.speed
            for i, server in enumerate(servers)
        ]
        at = int(np.argmin(ends))
        free[at] = [ends[at]] * cores + sorted(free[at])[cores:]
        plan.append(at)
    return response_us(workload, tuple(plan))


@pytest.mark.parametrize("cluster_name", ["uniform", "mixed", "skewed", "generations"])
@pytest.mark.parametrize("load", [0.6, 0.9])
def test_the_bound_is_near_what_is_known_to_be_possible(
    evaluator: DispatchEvaluator, cluster_name: str, load: float
) -> None:
    for seed in range(3):
        params: dict[str, Scalar] = {
            "cluster": cluster_name, "servers": 8, "workload": "functions", "arrivals": "bursty",
            "load": load, "tasks": 256, "schedulers": 2, "push_every": 8,
        }  # fmt: skip
        scenario = Scenario(id="b", split=Split.TRAIN, seed=seed, params=params)
        workload = evaluator.workload(scenario)
        bound, reached = least_response_us(workload), greedy_us(workload)
        assert 0.5 * reached < bound <= reached
        fastest = max(server.speed for server in workload.servers)
        assert bound >= (-(-workload.tasks.work_us * 100 // fastest)).sum()
