"""Speed of the simulation kernel and of two queues on it, per CPU second; run by hand.

python tests/benchmarks/bench_simulation.py [REPEATS]
"""

import sys
from collections.abc import Callable
from statistics import median
from time import process_time

import numpy as np

from adrs.simulation import arrivals, distributions, queueing
from adrs.simulation.kernel import Kernel
from adrs.simulation.streams import stream

REPEATS = 5
EVENTS = 300_000
JOBS = 200_000
SERVERS = 16
LOAD = 0.7
MEAN_NS = 1_000_000


def bare_events(slots: int) -> Callable[[], None]:
    """Return a run in which every slot's event schedules the slot again, and nothing else."""
    delays = distributions.exponential(stream(1, "delays"), count=EVENTS, mean=MEAN_NS).tolist()

    def run() -> None:
        left = iter(delays)

        def fire(now_ns: int, slot: int) -> None:
            delay_ns = next(left, None)
            if delay_ns is not None:
                kernel.schedule(slot, now_ns + delay_ns, 0)

        kernel = Kernel((fire,), slots=slots)
        for slot in range(slots):
            fire(0, slot)
        kernel.run()

    return run


def one_queue() -> Callable[[], None]:
    """Return a run of M/M/1: two events a job."""
    rng = stream(1, "arrivals")
    times = arrivals.poisson(rng, count=JOBS, mean_gap_ns=MEAN_NS / LOAD)
    services = distributions.exponential(stream(1, "services"), count=JOBS, mean=MEAN_NS)
    return lambda: _discard(queueing.run_fcfs(times, services, servers=1))


def two_choices() -> Callable[[], None]:
    """Return a run in which every job joins the shorter of two queues out of sixteen."""
    rng = stream(1, "arrivals")
    times = arrivals.poisson(rng, count=JOBS, mean_gap_ns=MEAN_NS / LOAD / SERVERS)
    services = distributions.exponential(stream(1, "services"), count=JOBS, mean=MEAN_NS)
    looks = stream(1, "choices").integers(0, SERVERS, size=(JOBS, 2), dtype=np.int64)
    return lambda: _discard(queueing.run_supermarket(times, services, looks, servers=SERVERS))


def _discard(_run: queueing.QueueRun) -> None:
    """Keep the result out of the measurement's way."""


def per_second(run: Callable[[], None], count: int, repeats: int) -> float:
    """Return `count` per CPU second of one run, the median over repeats."""
    spent = []
    for _ in range(repeats):
        start = process_time()
        run()
        spent.append(process_time() - start)
    return count / median(spent)


def main() -> None:
    """Measure and print one line each."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else REPEATS
    cases = (
        ("kernel, 1 slot", bare_events(1), EVENTS, "events"),
        ("kernel, 16 slots", bare_events(16), EVENTS, "events"),
        ("kernel, 1000 slots", bare_events(1000), EVENTS, "events"),
        ("M/M/1", one_queue(), JOBS, "jobs"),
        (f"2 choices of {SERVERS}", two_choices(), JOBS, "decisions"),
    )
    for name, run, count, unit in cases:
        speed = per_second(run, count, repeats)
        sys.stdout.write(f"{name:<20} {speed / 1e6:6.2f} M {unit}/CPU-s\n")


if __name__ == "__main__":
    main()
