"""The servers' queues: against a literal simulation, the shared kernel, and closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from adrs.evaluators.dispatch.cluster import Cluster
from adrs.simulation import distributions, queueing
from adrs.simulation.streams import stream

MEAN_US = 1_000_000
Job = tuple[int, int, int, int, int]  # gap, server, cores, memory, time
JOBS = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.integers(0, 2),
        st.integers(1, 3),
        st.integers(0, 4),
        st.integers(1, 30),
    ),
    min_size=1,
    max_size=30,
)
CAPACITY = ([3, 4, 5], [4, 6, 9])


def literal_starts(jobs: list[Job], server: int) -> dict[int, int]:
    """Start the jobs of one server as time goes by, step by step, first come first served."""
    waiting, now = [], 0
    for number, (gap, where, *rest) in enumerate(jobs):
        now += gap
        if where == server:
            waiting.append((number, now, *rest))
    running: list[tuple[int, int, int]] = []
    starts = {}
    time = 0
    while waiting:
        running = [job for job in running if job[0] > time]
        number, ready, cores, memory, length = waiting[0]
        fits = (
            sum(c for _, c, _ in running) + cores <= CAPACITY[0][server]
            and sum(m for _, _, m in running) + memory <= CAPACITY[1][server]
        )
        if ready <= time and fits:
            starts[number] = time
            running.append((time + length, cores, memory))
            del waiting[0]
        else:
            time += 1
    return starts


def place_all(jobs: list[Job]) -> tuple[Cluster, list[int]]:
    cluster, now, starts = Cluster(*CAPACITY), 0, []
    for gap, server, cores, memory, time in jobs:
        now += gap
        starts.append(cluster.place(server, cores, memory, now, time, 2 * time))
    return cluster, starts


@settings(max_examples=150, deadline=None)
@given(jobs=JOBS)
def test_tasks_start_as_in_a_simulation_step_by_step(jobs: list[Job]) -> None:
    _, starts = place_all(jobs)
    expected: dict[int, int] = {}
    for server in range(3):
        expected |= literal_starts(jobs, server)
    assert starts == [expected[number] for number in range(len(jobs))]


@settings(max_examples=100, deadline=None)
@given(jobs=JOBS, later=st.integers(0, 60))
def test_reports_tell_of_the_tasks_that_are_not_done(jobs: list[Job], later: int) -> None:
    cluster, starts = place_all(jobs)
    now = sum(job[0] for job in jobs) + later
    cluster.advance(now)
    for server in range(3):
        left = [
            job for job, start in zip(jobs, starts, strict=True)
            if job[1] == server and start + job[4] > now
        ]  # fmt: skip
        assert cluster.tasks[server] == len(left)
        assert cluster.held_cores[server] == sum(job[2] for job in left)
        assert cluster.held_memory[server] == sum(job[3] for job in left)
        assert cluster.held_us[server] == sum(2 * job[4] for job in left)


def exponential(seed: int, name: str, count: int, mean: float) -> NDArray[np.int64]:
    """Draws of exactly the mean asked for (moment matching)."""
    drawn = distributions.exponential(stream(seed, name), count=count, mean=mean, minimum=1)
    scaled: NDArray[np.int64] = np.rint(drawn * (mean / drawn.mean())).astype(np.int64)
    return scaled


def queue(seed: int, count: int, rate: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Arrivals at `rate` per mean service, and services, microseconds."""
    arrivals = np.cumsum(exponential(seed, "arrivals", count, MEAN_US / rate))
    return arrivals, exponential(seed, "services", count, MEAN_US)


def supermarket(
    arrivals: NDArray[np.int64], services: NDArray[np.int64], choices: NDArray[np.int64], n: int
) -> NDArray[np.int64]:
    """Sojourns when each task goes to the shortest of the queues it looks at, as they are now."""
    cluster = Cluster([1] * n, [1] * n)
    tasks, sojourns = cluster.tasks, []
    rows = zip(arrivals.tolist(), services.tolist(), choices.tolist(), strict=True)
    for arrival, service, seen in rows:
        cluster.advance(arrival)
        server = min(seen, key=tasks.__getitem__)
        start = cluster.place(server, 1, 1, arrival, service, service)
        sojourns.append(start + service - arrival)
    return np.array(sojourns)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 999), servers=st.integers(1, 6), looks=st.integers(1, 3))
def test_single_cores_are_the_supermarket_of_the_shared_kernel(
    seed: int, servers: int, looks: int
) -> None:
    arrivals, services = queue(seed, 200, 0.9 * servers)
    choices = stream(seed, "choices").integers(0, servers, size=(200, looks))
    kernel = queueing.run_supermarket(arrivals, services, choices, servers=servers)
    ours = supermarket(arrivals, services, choices, servers)
    assert ours.tolist() == kernel.sojourns_ns.tolist()


@pytest.mark.parametrize(
    ("rate", "looks", "servers", "count", "expected", "band"),
    [
        (0.7, 1, 10, 250_000, 3.333, 0.02),
        (0.9, 1, 20, 500_000, 10.0, 0.05),  # one look: M/M/1 queues, which settle slowly
        (0.7, 2, 300, 100_000, 1.614, 0.02),
        (0.7, 3, 300, 100_000, 1.357, 0.02),
        (0.9, 2, 300, 200_000, 2.614, 0.02),
        (0.9, 3, 300, 200_000, 2.028, 0.02),
        (0.99, 2, 1000, 800_000, 5.43, 0.02),  # so near saturation, 300 are not infinitely many
        (0.99, 3, 600, 480_000, 3.86, 0.02),
    ],
)
def test_the_mean_sojourn_is_that_of_the_supermarket_model(
    rate: float, looks: int, servers: int, count: int, expected: float, band: float
) -> None:
    """T = sum over i >= 1 of rate^((d^i - d) / (d - 1)); the first 20 % of the jobs left out.

    Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS 2001.
    """
    powers = range(1, 200 // looks)
    closed = 1 / (1 - rate)
    if looks > 1:
        closed = math.fsum(rate ** ((looks**i - looks) / (looks - 1)) for i in powers)
    assert closed == pytest.approx(expected, abs=0.005)
    arrivals, services = queue(1, count, rate * servers)
    choices = stream(1, "choices").integers(0, servers, size=(count, looks))
    settled = supermarket(arrivals, services, choices, servers)[count // 5 :]
    assert settled.mean() / MEAN_US == pytest.approx(expected, rel=band)


@pytest.mark.parametrize(
    ("cores", "rho", "waiting", "wait"),
    [(4, 0.7, 0.4287, 0.3572), (8, 0.9, 0.7015, 0.8769), (16, 0.9, 0.5913, 0.3696)],
)
def test_a_server_of_k_cores_is_an_mmk_queue(
    cores: int, rho: float, waiting: float, wait: float
) -> None:
    """Probability and mean of waiting, within 3 % (Erlang C, 1917); 300,000 jobs.

    The mean is set in proportion to the known one of a single server of k times the speed that is
    fed with the same jobs (a control variate), as the runs are short for a load of 0.9.
    """
    arrivals, services = queue(2, 300_000, cores * rho)
    cluster, waits = Cluster([cores], [cores]), []
    for arrival, service in zip(arrivals.tolist(), services.tolist(), strict=True):
        waits.append(cluster.place(0, 1, 1, arrival, service, service) - arrival)
    steps = services[:-1] / cores - np.diff(arrivals)
    walk = np.concatenate((np.zeros(1), np.cumsum(steps)))
    fast = (walk - np.minimum.accumulate(walk)).mean() / MEAN_US
    control = rho / (1 - rho) / cores / fast
    assert np.mean(waits) / MEAN_US * control == pytest.approx(wait, rel=0.03)
    assert np.mean(np.array(waits) > 0) == pytest.approx(waiting, rel=0.03)
