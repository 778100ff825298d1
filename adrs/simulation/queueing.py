"""Reference queues on the kernel, whose long-run means are known in closed form.

They are the anchors of the kernel and examples of its use: services belong to jobs and not to
servers, every draw is made before the run, and what is measured (areas under the number of jobs and
of busy servers) is accumulated exactly, in ints.
"""

import math
from collections import deque
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from adrs.simulation.kernel import Kernel

_IDLE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRun:
    """What became of every job; arrays have shape [jobs], in the order of arrival.

    Attributes:
        arrivals_ns: when the job came.
        starts_ns: when it was first served.
        departures_ns: when it left.
        job_area_ns: integral over time of the number of jobs in the system.
        busy_area_ns: integral over time of the number of busy servers.
    """

    arrivals_ns: NDArray[np.int64]
    starts_ns: NDArray[np.int64]
    departures_ns: NDArray[np.int64]
    job_area_ns: int
    busy_area_ns: int

    @property
    def waits_ns(self) -> NDArray[np.int64]:
        """Time from arrival to the first service."""
        return self.starts_ns - self.arrivals_ns

    @property
    def sojourns_ns(self) -> NDArray[np.int64]:
        """Time from arrival to departure."""
        return self.departures_ns - self.arrivals_ns


def settled(values: NDArray[np.int64], *, discard: float = 0.2) -> NDArray[np.int64]:
    """Return the values of the jobs after the first `discard` share, which see a filling system."""
    return values[int(len(values) * discard) :]


def run_fcfs(
    arrivals_ns: NDArray[np.int64], services_ns: NDArray[np.int64], *, servers: int
) -> QueueRun:
    """Run one queue before `servers` equal servers, first come first served, until it is empty.

    With Poisson arrivals this is M/M/k, M/D/k or M/G/k, as the services are.

    Args:
        arrivals_ns: ascending, shape [jobs].
        services_ns: at least 0, shape [jobs].
        servers: at least 1.

    Raises:
        ValueError: a shape or a range is wrong.
    """
    if servers < 1:
        raise ValueError(f"servers must be at least 1, got {servers}")
    return _Fcfs(arrivals_ns, services_ns, servers).run()


def run_processor_sharing(
    arrivals_ns: NDArray[np.int64], services_ns: NDArray[np.int64]
) -> QueueRun:
    """Run one server that is shared evenly by all present jobs, until it is empty.

    Departures are rounded up to whole nanoseconds.

    Args:
        arrivals_ns: ascending, shape [jobs].
        services_ns: at least 0, shape [jobs].

    Raises:
        ValueError: a shape or a range is wrong.
    """
    return _ProcessorSharing(arrivals_ns, services_ns, 1).run()


def run_srpt(arrivals_ns: NDArray[np.int64], services_ns: NDArray[np.int64]) -> QueueRun:
    """Run one server on the job of shortest remaining time, preempting, until it is empty.

    No policy has a smaller mean sojourn on one server (Schrage, 1968).

    Args:
        arrivals_ns: ascending, shape [jobs].
        services_ns: at least 0, shape [jobs].

    Raises:
        ValueError: a shape or a range is wrong.
    """
    return _Srpt(arrivals_ns, services_ns, 1).run()


def run_supermarket(
    arrivals_ns: NDArray[np.int64],
    services_ns: NDArray[np.int64],
    choices: NDArray[np.int64],
    *,
    servers: int,
) -> QueueRun:
    """Run servers with a queue each; a job joins the shortest of the queues it looks at.

    Mitzenmacher (2001): power of d choices. Equal queues: the first one looked at.

    Args:
        arrivals_ns: ascending, shape [jobs].
        services_ns: at least 0, shape [jobs].
        choices: the servers a job looks at, shape [jobs, d], each in 0..servers-1.
        servers: at least 1.

    Raises:
        ValueError: a shape or a range is wrong.
    """
    if choices.ndim != 2 or len(choices) != len(arrivals_ns) or choices.shape[1] < 1:
        raise ValueError(f"choices must have shape [jobs, d], got {choices.shape}")
    if choices.size and not 0 <= int(choices.min()) <= int(choices.max()) < servers:
        raise ValueError(f"choices must lie in 0..{servers - 1}")
    return _Supermarket(arrivals_ns, services_ns, servers, choices).run()


class _Station:
    """Books that every discipline keeps: per-job times and the two areas."""

    def __init__(
        self, arrivals_ns: NDArray[np.int64], services_ns: NDArray[np.int64], servers: int
    ) -> None:
        if arrivals_ns.ndim != 1 or arrivals_ns.shape != services_ns.shape:
            raise ValueError(
                f"need one service per arrival, got shapes {arrivals_ns.shape} and "
                f"{services_ns.shape}"
            )
        if services_ns.size and int(services_ns.min()) < 0:
            raise ValueError("services must be at least 0 ns")
        arrivals: list[int] = arrivals_ns.tolist()
        self.arrivals_ns = arrivals_ns
        self.services: list[int] = services_ns.tolist()
        self.starts = [0] * len(arrivals)
        self.departures = [0] * len(arrivals)
        self.kernel = Kernel(
            (self.complete,), slots=servers, arrivals_ns=arrivals, on_arrival=self.arrive
        )
        self.jobs = 0
        self.busy = 0
        self.job_area_ns = 0
        self.busy_area_ns = 0
        self._booked_ns = 0

    def arrive(self, now_ns: int, job: int) -> None:
        raise NotImplementedError

    def complete(self, now_ns: int, server: int) -> None:
        raise NotImplementedError

    def book(self, now_ns: int) -> None:
        """Add the areas up to now; called before `jobs` or `busy` changes."""
        elapsed = now_ns - self._booked_ns
        self._booked_ns = now_ns
        self.job_area_ns += self.jobs * elapsed
        self.busy_area_ns += self.busy * elapsed

    def run(self) -> QueueRun:
        self.kernel.run()
        return QueueRun(
            arrivals_ns=self.arrivals_ns,
            starts_ns=np.array(self.starts, dtype=np.int64),
            departures_ns=np.array(self.departures, dtype=np.int64),
            job_area_ns=self.job_area_ns,
            busy_area_ns=self.busy_area_ns,
        )


class _Fcfs(_Station):
    def __init__(
        self, arrivals_ns: NDArray[np.int64], services_ns: NDArray[np.int64], servers: int
    ) -> None:
        super().__init__(arrivals_ns, services_ns, servers)
        self.free = list(range(servers - 1, -1, -1))
        self.serving = [_IDLE] * servers
        self.waiting: deque[int] = deque()

    def arrive(self, now_ns: int, job: int) -> None:
        self.book(now_ns)
        self.jobs += 1
        if self.free:
            self.busy += 1
            self._start(now_ns, self.free.pop(), job)
        else:
            self.waiting.append(job)

    def complete(self, now_ns: int, server: int) -> None:
        self.book(now_ns)
        self.jobs -= 1
        self.departures[self.serving[server]] = now_ns
        if self.waiting:
            self._start(now_ns, server, self.waiting.popleft())
        else:
            self.busy -= 1
            self.free.append(server)

    def _start(self, now_ns: int, server: int, job: int) -> None:
        self.starts[job] = now_ns
        self.serving[server] = job
        self.kernel.schedule(server, now_ns + self.services[job], 0)


class _Supermarket(_Station):
    def __init__(
        self,
        arrivals_ns: NDArray[np.int64],
        services_ns: NDArray[np.int64],
        servers: int,
        choices: NDArray[np.int64],
    ) -> None:
        super().__init__(arrivals_ns, services_ns, servers)
        self.choices: list[list[int]] = choices.tolist()
        self.lengths = [0] * servers
        self.queues: list[deque[int]] = [deque() for _ in range(servers)]

    def arrive(self, now_ns: int, job: int) -> None:
        self.book(now_ns)
        self.jobs += 1
        server = min(self.choices[job], key=self.lengths.__getitem__)
        self.queues[server].append(job)
        self.lengths[server] += 1
        if self.lengths[server] == 1:
            self.busy += 1
            self._start(now_ns, server)

    def complete(self, now_ns: int, server: int) -> None:
        self.book(now_ns)
        self.jobs -= 1
        self.departures[self.queues[server].popleft()] = now_ns
        self.lengths[server] -= 1
        if self.lengths[server]:
            self._start(now_ns, server)
        else:
            self.busy -= 1

    def _start(self, now_ns: int, server: int) -> None:
        job = self.queues[server][0]
        self.starts[job] = now_ns
        self.kernel.schedule(server, now_ns + self.services[job], 0)


class _Srpt(_Station):
    def __init__(
        self, arrivals_ns: NDArray[np.int64], services_ns: NDArray[np.int64], servers: int
    ) -> None:
        super().__init__(arrivals_ns, services_ns, servers)
        self.waiting: list[tuple[int, int]] = []
        self.started = [False] * len(self.services)
        self.job = _IDLE
        self.due_ns = 0

    def arrive(self, now_ns: int, job: int) -> None:
        self.book(now_ns)
        self.jobs += 1
        heappush(self.waiting, (self.services[job], job))
        if self.job != _IDLE and self.services[job] < self.due_ns - now_ns:
            heappush(self.waiting, (self.due_ns - now_ns, self.job))
            self._next(now_ns)
        elif self.job == _IDLE:
            self.busy = 1
            self._next(now_ns)

    def complete(self, now_ns: int, server: int) -> None:
        del server  # there is one
        self.book(now_ns)
        self.jobs -= 1
        self.departures[self.job] = now_ns
        self.job = _IDLE
        if self.waiting:
            self._next(now_ns)
        else:
            self.busy = 0

    def _next(self, now_ns: int) -> None:
        remaining_ns, self.job = heappop(self.waiting)
        if not self.started[self.job]:
            self.started[self.job] = True
            self.starts[self.job] = now_ns
        self.due_ns = now_ns + remaining_ns
        self.kernel.schedule(0, self.due_ns, 0)


class _ProcessorSharing(_Station):
    """Counts attained service: every present job attains it at the rate 1/jobs.

    A job leaves when it has attained its service since it came, so the next to leave is the one of
    the smallest attained-service mark; an arrival or departure only moves the time of that event.
    """

    def __init__(
        self, arrivals_ns: NDArray[np.int64], services_ns: NDArray[np.int64], servers: int
    ) -> None:
        super().__init__(arrivals_ns, services_ns, servers)
        self.attained_ns = 0.0
        self.updated_ns = 0
        self.marks: list[tuple[float, int]] = []

    def arrive(self, now_ns: int, job: int) -> None:
        self._attain(now_ns)
        self.jobs += 1
        self.busy = 1
        self.starts[job] = now_ns
        heappush(self.marks, (self.attained_ns + self.services[job], job))
        self._schedule(now_ns)

    def complete(self, now_ns: int, server: int) -> None:
        del server  # there is one
        self._attain(now_ns)
        self.jobs -= 1
        mark, job = heappop(self.marks)
        self.departures[job] = now_ns
        # Rounding the event up to a nanosecond must not give the others more than their share.
        self.attained_ns = mark
        if self.marks:
            self._schedule(now_ns)
        else:
            self.busy = 0
            self.attained_ns = 0.0

    def _attain(self, now_ns: int) -> None:
        self.book(now_ns)
        if self.jobs:
            self.attained_ns += (now_ns - self.updated_ns) / self.jobs
        self.updated_ns = now_ns

    def _schedule(self, now_ns: int) -> None:
        left_ns = max(0.0, self.marks[0][0] - self.attained_ns) * self.jobs
        self.kernel.schedule(0, now_ns + math.ceil(left_ns), 0)
