"""Makes a scenario's workload: the cluster, its schedulers, and the tasks that will come."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adrs.core.scenario import Scenario
from adrs.core.seeds import derive_seed
from adrs.evaluation.parameters import Parameters
from adrs.simulation.streams import stream

from .interface import FIXED, SAMPLES
from .servers import CLUSTERS, Server, cluster_of
from .tasks import MIXES, Pattern, Tasks, draw_tasks

_US_PER_MS = 1000
_MOST_TASKS = 100_000
_MOST_SCHEDULERS = 64
_SEED_BITS = 63
_LEAST_LOAD = 1e-6
_NAMES = (
    "cluster",
    "servers",
    "workload",
    "arrivals",
    "load",
    "tasks",
    "schedulers",
    "push_every",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One cluster and the hidden tasks that will come to it; arrays are read-only.

    Attributes:
        servers: the servers.
        schedulers: how many schedulers there are.
        push_every: placements from one push to the next; 0 for no pushes.
        tasks: the tasks, in the order of their arrival.
        scheduler: shape [tasks], which scheduler each comes to.
        samples: shape [tasks, SAMPLES], random servers, different as far as servers suffice.
        seeds: one per scheduler, for its own random numbers.
        audited: the scheduler that is asked twice; see `simulator`.
        heads: shape [tasks, FIXED], the columns of an observation that follow from its task.
    """

    servers: tuple[Server, ...]
    schedulers: int
    push_every: int
    tasks: Tasks
    scheduler: NDArray[np.int64]
    samples: NDArray[np.int64]
    seeds: tuple[int, ...]
    audited: int
    heads: NDArray[np.int64]


def workload(scenario: Scenario, *, width: int) -> Workload:
    """Generate the workload of a scenario.

    Scenario parameters, all required: `cluster` (a name of `CLUSTERS`), `servers` (up to `width`),
    `workload` (a name of `MIXES`), `arrivals` (a `Pattern`), `load` (above 0, relative to the
    cluster's cores and speeds), `tasks`, `schedulers` and `push_every` (0 for no pushes).

    Raises:
        ProblemError: a parameter is missing, unknown or out of range; the text names it.
    """
    read = Parameters.of_scenario(scenario, _NAMES)
    count = read.whole("servers", least=1, most=width)
    servers = cluster_of(read.choice("cluster", CLUSTERS), count)
    tasks = draw_tasks(
        MIXES[read.choice("workload", MIXES)],
        read.member("arrivals", Pattern),
        seed=scenario.seed,
        count=read.whole("tasks", least=1, most=_MOST_TASKS),
        load=read.number("load", least=_LEAST_LOAD, most=100.0),
        capacity=sum(server.cores * server.speed for server in servers) / 100,
    )
    return build_workload(
        servers=servers,
        tasks=tasks,
        schedulers=read.whole("schedulers", least=1, most=_MOST_SCHEDULERS),
        push_every=read.whole("push_every", most=_MOST_TASKS),
        seed=scenario.seed,
    )


def build_workload(
    *,
    servers: tuple[Server, ...],
    tasks: Tasks,
    schedulers: int,
    push_every: int,
    seed: int,
) -> Workload:
    """Return the workload of given tasks; which scheduler they come to is drawn from `seed`."""
    count = len(tasks)
    scheduler = stream(seed, "schedulers").integers(0, schedulers, count)
    samples = _samples(stream(seed, "samples"), count, len(servers))
    times_ms = (tasks.arrival_us // _US_PER_MS, tasks.estimate_us // _US_PER_MS)
    heads = np.zeros((count, FIXED), dtype=np.int64)
    heads[:, :4] = np.stack((times_ms[0], tasks.cores, tasks.memory_gb, times_ms[1]), axis=1)
    heads[:, 4:] = samples
    for array in (scheduler, samples, heads):
        array.setflags(write=False)
    seeds = (derive_seed("dispatch", "scheduler", seed, i) for i in range(schedulers))
    return Workload(
        servers=servers,
        schedulers=schedulers,
        push_every=push_every,
        tasks=tasks,
        scheduler=scheduler,
        samples=samples,
        seeds=tuple(one % 2**_SEED_BITS for one in seeds),
        audited=int(stream(seed, "audit").integers(schedulers)),
        heads=heads,
    )


def _samples(rng: np.random.Generator, count: int, servers: int) -> NDArray[np.int64]:
    """Return random servers per task, shape [count, SAMPLES]; fewer servers come repeatedly."""
    order = rng.random((count, servers)).argsort(axis=1, kind="stable")
    return np.asarray(order[:, np.arange(SAMPLES) % servers], dtype=np.int64)
