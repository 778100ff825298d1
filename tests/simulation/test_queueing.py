"""The reference queues against exact recursions, identities and closed forms.

The closed forms are long-run means. Two standard means of reducing variance keep the runs short:
`matched` scales draws so that the sample has exactly the nominal mean (moment matching), and the
M/M/k waits are set in proportion to those of one server of k times the speed, fed with the same
jobs, whose mean is known (a control variate).
"""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from adrs.simulation import distributions, queueing
from adrs.simulation.streams import stream

MEAN_NS = 1_000_000

Jobs = tuple[NDArray[np.int64], NDArray[np.int64]]
Services = Callable[[np.random.Generator, int], NDArray[np.int64]]


def exponential(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    return distributions.exponential(rng, count=count, mean=MEAN_NS)


def constant(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    return distributions.constant(count=count, value=MEAN_NS)


def bursty(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    return distributions.hyperexponential(rng, count=count, mean=MEAN_NS, cv2=4.0)


def gamma(cv2: float) -> Services:
    return lambda rng, count: distributions.gamma(rng, count=count, mean=MEAN_NS, cv=cv2**0.5)


SERVICES: dict[float, Services] = {0: constant, 1: exponential, 4: bursty}


def matched(values: NDArray[np.int64], mean: float) -> NDArray[np.int64]:
    scaled: NDArray[np.int64] = np.rint(values * (mean / values.mean())).astype(np.int64)
    return scaled


def instance(seed: int, count: int, rate: float, services: Services = exponential) -> Jobs:
    """Return arrival times and services of a sample of exactly `rate` jobs per mean service."""
    gap = MEAN_NS / rate
    gaps = distributions.exponential(stream(seed, "arrivals"), count=count, mean=gap)
    drawn = services(stream(seed, "services"), count)
    return np.cumsum(matched(gaps, gap)), matched(drawn, MEAN_NS)


def lindley_waits(
    arrivals: NDArray[np.int64], services: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the waits before one server: W[n] = U[n] − min U[..n] (Lindley, 1952)."""
    steps = services[:-1] - np.diff(arrivals)
    walk = np.concatenate((np.zeros(1), np.cumsum(steps)))
    return walk - np.minimum.accumulate(walk)


def kiefer_wolfowitz_waits(
    arrivals: NDArray[np.int64], services: NDArray[np.int64], servers: int
) -> list[int]:
    """Return the waits before k servers from the vector of their free times."""
    free = [0] * servers
    waits = []
    for arrival, service in zip(arrivals, services, strict=True):
        start = max(arrival, free[0])
        waits.append(start - arrival)
        free = sorted([*free[1:], start + service])
    return waits


def erlang_c(servers: int, rho: float) -> float:
    """Return the probability of waiting in M/M/k (Erlang, 1917)."""
    load = servers * rho
    full = load**servers / math.factorial(servers) / (1 - rho)
    return full / (full + sum(load**i / math.factorial(i) for i in range(servers)))


def supermarket_sojourn(rate: float, choices: int) -> float:
    """Return Σ λ^((dⁱ−d)/(d−1)) over i ≥ 1 (Mitzenmacher, 2001), 1/(1−λ) for d = 1."""
    if choices == 1:
        return 1 / (1 - rate)
    return math.fsum(
        rate ** ((choices**i - choices) / (choices - 1)) for i in range(1, 200 // choices)
    )


# Exact: small instances against independent recursions and identities.

JOBS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 30)), min_size=1, max_size=40).map(
    lambda rows: (np.cumsum([g for g, _ in rows]), np.array([s for _, s in rows]))
)
SERVERS = st.integers(1, 5)


def disciplines(
    arrivals: NDArray[np.int64], services: NDArray[np.int64], servers: int
) -> Iterator[tuple[queueing.QueueRun, int]]:
    """Run every discipline on the same jobs; yields each run with its number of servers."""
    looks = stream(len(arrivals), "looks").integers(0, servers, size=(len(arrivals), 2))
    yield queueing.run_fcfs(arrivals, services, servers=servers), servers
    yield queueing.run_supermarket(arrivals, services, looks, servers=servers), servers
    yield queueing.run_srpt(arrivals, services), 1
    yield queueing.run_processor_sharing(arrivals, services), 1


def jobs_over_time(run: queueing.QueueRun) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the lengths of the intervals between events and the jobs present in each."""
    times = np.concatenate((run.arrivals_ns, run.departures_ns))
    changes = np.concatenate((np.ones(len(run.arrivals_ns)), -np.ones(len(run.departures_ns))))
    order = np.argsort(times, kind="stable")
    return np.diff(times[order]), np.cumsum(changes[order])[:-1].astype(np.int64)


@given(jobs=JOBS, servers=SERVERS)
def test_fcfs_waits_are_those_of_the_free_time_recursion(jobs: Jobs, servers: int) -> None:
    run = queueing.run_fcfs(*jobs, servers=servers)
    assert run.waits_ns.tolist() == kiefer_wolfowitz_waits(*jobs, servers)


def test_one_server_waits_are_those_of_lindley() -> None:
    arrivals, services = instance(3, 20_000, 0.9)
    run = queueing.run_fcfs(arrivals, services, servers=1)
    assert (run.waits_ns == lindley_waits(arrivals, services.astype(np.float64))).all()


@given(jobs=JOBS, servers=SERVERS)
def test_every_job_is_served_once_and_leaves_after_its_service(jobs: Jobs, servers: int) -> None:
    arrivals, services = jobs
    for run, _ in disciplines(arrivals, services, servers):
        assert len(run.departures_ns) == len(arrivals)
        assert (run.starts_ns >= arrivals).all()
        assert (run.departures_ns >= run.starts_ns + services).all()


@given(jobs=JOBS, servers=SERVERS)
def test_littles_law_holds_exactly(jobs: Jobs, servers: int) -> None:
    for run, _ in disciplines(*jobs, servers):
        lengths, present = jobs_over_time(run)
        assert run.job_area_ns == int(run.sojourns_ns.sum()) == int((lengths * present).sum())


@given(jobs=JOBS, servers=SERVERS)
def test_no_work_is_lost_or_made(jobs: Jobs, servers: int) -> None:
    arrivals, services = jobs
    *ints, (shared, _) = disciplines(arrivals, services, servers)
    for run, _ in ints:
        assert run.busy_area_ns == services.sum()
    assert 0 <= shared.busy_area_ns - services.sum() <= len(services)


@given(jobs=JOBS, servers=SERVERS)
def test_no_server_idles_while_a_job_waits(jobs: Jobs, servers: int) -> None:
    fcfs, _, srpt, shared = disciplines(*jobs, servers)
    for run, used in (fcfs, srpt, shared):
        lengths, present = jobs_over_time(run)
        assert run.busy_area_ns == int((lengths * np.minimum(present, used)).sum())


@given(jobs=JOBS, servers=SERVERS, looks=st.integers(1, 3), seed=st.integers(0, 9))
def test_supermarket_is_a_row_of_queues_that_never_idle(
    jobs: Jobs, servers: int, looks: int, seed: int
) -> None:
    choices = stream(seed, "looks").integers(0, servers, size=(len(jobs[0]), looks))
    run = queueing.run_supermarket(*jobs, choices, servers=servers)
    departures = [[0] for _ in range(servers)]
    starts = []
    for arrival, service, seen in zip(*jobs, choices.tolist(), strict=True):
        at = min(seen, key=lambda server: sum(d > arrival for d in departures[server]))
        starts.append(max(arrival, departures[at][-1]))
        departures[at].append(starts[-1] + service)
    assert run.starts_ns.tolist() == starts


@given(jobs=JOBS)
def test_srpt_has_the_smallest_mean_sojourn_of_one_server(jobs: Jobs) -> None:
    best = queueing.run_srpt(*jobs).sojourns_ns.sum()
    assert best <= queueing.run_fcfs(*jobs, servers=1).sojourns_ns.sum()
    assert best <= queueing.run_processor_sharing(*jobs).sojourns_ns.sum()


@given(jobs=JOBS, servers=SERVERS)
def test_runs_are_deterministic(jobs: Jobs, servers: int) -> None:
    first, again = (list(disciplines(*jobs, servers)) for _ in range(2))
    for (one, _), (other, _) in zip(first, again, strict=True):
        assert one.departures_ns.tolist() == other.departures_ns.tolist()
        assert one.starts_ns.tolist() == other.starts_ns.tolist()


def test_processor_sharing_by_hand() -> None:
    # Alone until 2, half speed each until 6, then the second alone again.
    run = queueing.run_processor_sharing(np.array([0, 2]), np.array([4, 4]))
    assert run.departures_ns.tolist() == [6, 8]


def test_supermarket_joins_the_first_of_the_shortest_queues() -> None:
    choices = np.array([[1, 0], [1, 2], [2, 1], [2, 0]])
    run = queueing.run_supermarket(
        np.zeros(4, dtype=np.int64), np.array([5, 7, 9, 11]), choices, servers=3
    )
    # Servers 1, 2, then 2 and 1 tie (2 is looked at first), then 0, which is empty.
    assert run.departures_ns.tolist() == [5, 7, 16, 11]


@pytest.mark.parametrize(
    "call",
    [
        lambda: queueing.run_fcfs(np.array([1]), np.array([1]), servers=0),
        lambda: queueing.run_fcfs(np.array([1]), np.array([1, 2]), servers=1),
        lambda: queueing.run_srpt(np.array([1]), np.array([-1])),
        lambda: queueing.run_supermarket(np.array([1]), np.array([1]), np.array([[3]]), servers=3),
        lambda: queueing.run_supermarket(np.array([1]), np.array([1]), np.array([0]), servers=1),
    ],
)
def test_bad_instances_are_refused(call: Callable[..., object]) -> None:
    with pytest.raises(ValueError):
        call()


# Closed forms, in units of the mean service.


def test_mm1_has_its_mean_sojourn_wait_and_queue() -> None:
    arrivals, services = instance(1, 1_000_000, 0.7)
    run = queueing.run_fcfs(arrivals, services, servers=1)
    assert run.sojourns_ns.mean() / MEAN_NS == pytest.approx(1 / 0.3, rel=0.02)
    assert run.waits_ns.mean() / MEAN_NS == pytest.approx(0.7 / 0.3, rel=0.02)
    in_system = run.job_area_ns / int(run.departures_ns.max())
    assert in_system == pytest.approx(0.7 / 0.3, rel=0.02)


@pytest.mark.parametrize(
    ("servers", "rho", "count", "waiting", "wait"),
    [
        (4, 0.7, 300_000, 0.4287, 0.3572),
        (8, 0.9, 300_000, 0.7015, 0.8769),
        (16, 0.9, 400_000, 0.5913, 0.3696),
    ],
)
def test_mmk_has_its_probability_and_mean_of_waiting(
    servers: int, rho: float, count: int, waiting: float, wait: float
) -> None:
    assert erlang_c(servers, rho) == pytest.approx(waiting, abs=5e-5)
    assert waiting / (servers * (1 - rho)) == pytest.approx(wait, abs=1e-4)
    arrivals, services = instance(1, count, servers * rho)
    run = queueing.run_fcfs(arrivals, services, servers=servers)
    fast = lindley_waits(arrivals, services / servers).mean() / MEAN_NS
    control = rho / (1 - rho) / servers / fast
    assert run.waits_ns.mean() / MEAN_NS * control == pytest.approx(wait, rel=0.03)
    assert (run.waits_ns > 0).mean() == pytest.approx(waiting, rel=0.03)


@pytest.mark.parametrize(("cv2", "count"), [(0, 200_000), (1, 400_000), (4, 600_000)])
def test_mg1_has_the_wait_of_pollaczek_and_khinchine(cv2: float, count: int) -> None:
    arrivals, services = instance(1, count, 0.7, SERVICES[cv2])
    run = queueing.run_fcfs(arrivals, services, servers=1)
    expected = 0.7 * (1 + cv2) / 2 / 0.3
    assert run.waits_ns.mean() / MEAN_NS == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("cv2", [0, 1, 4])
def test_processor_sharing_does_not_depend_on_the_services_variance(cv2: float) -> None:
    arrivals, services = instance(1, 250_000, 0.7, SERVICES[cv2])
    run = queueing.run_processor_sharing(arrivals, services)
    assert run.sojourns_ns.mean() / MEAN_NS == pytest.approx(1 / 0.3, rel=0.03)


@pytest.mark.parametrize(("cv2", "rho"), [(0, 0.7), (0.5, 0.7), (4, 0.9)])
def test_mgk_waits_as_lee_and_longton_say(cv2: float, rho: float) -> None:
    # The formula knows two moments, and the wait depends on more of them (Gupta et al., 2010):
    # at rho 0.7, hyperexponential services of cv² 4 wait some 20 % less than it says.
    arrivals, services = instance(1, 250_000, 4 * rho, gamma(cv2) if cv2 else constant)
    run = queueing.run_fcfs(arrivals, services, servers=4)
    expected = (1 + cv2) / 2 * erlang_c(4, rho) / (4 * (1 - rho))
    assert run.waits_ns.mean() / MEAN_NS == pytest.approx(expected, rel=0.10)


@pytest.mark.parametrize(
    ("rate", "looks", "servers", "count", "expected", "band"),
    [
        (0.7, 1, 10, 250_000, 3.333, 0.02),
        (0.7, 2, 300, 100_000, 1.614, 0.02),
        (0.7, 3, 300, 100_000, 1.357, 0.02),
        (0.9, 1, 10, 500_000, 10.0, 0.05),  # one look: M/M/1 queues, which settle slowly
        (0.9, 2, 300, 200_000, 2.614, 0.02),
        (0.9, 3, 300, 200_000, 2.028, 0.02),
        (0.99, 2, 300, 300_000, 5.43, 0.10),  # so near saturation, 300 are not infinitely many
        (0.99, 3, 300, 300_000, 3.86, 0.10),
    ],
)
def test_supermarket_has_the_mean_field_sojourn(
    rate: float, looks: int, servers: int, count: int, expected: float, band: float
) -> None:
    assert supermarket_sojourn(rate, looks) == pytest.approx(expected, abs=0.005)
    arrivals, services = instance(1, count, rate * servers)
    choices = stream(1, "choices").integers(0, servers, size=(count, looks))
    run = queueing.run_supermarket(arrivals, services, choices, servers=servers)
    settled = queueing.settled(run.sojourns_ns).mean() / MEAN_NS
    assert settled == pytest.approx(expected, rel=band)
