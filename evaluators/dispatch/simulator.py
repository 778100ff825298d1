"""Plays a batch of independent clusters in lockstep: one decision of each per round.

Tasks are decided on in the order of their arrival. A scheduler sees the load of every server as it
was last told: at the last push, which comes to all schedulers when `push_every` more tasks have
been placed, or, for single servers, when it probed them. Probing takes a round trip and then the
same task is asked again; a second probe for one task places it on its first sample instead.

Every scheduler has a policy object of its own. A candidate's objects share one process, so nothing
keeps them apart but a rule, and the rule is checked: in every cluster all that one scheduler was
shown is shown once more to a fresh object in a fresh process, alone and in the end. An answer that
differs rests on something that the scheduler was not told.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from adrs.evaluation.protocol import RenewableSession
from adrs.sandbox.protocol import PolicyFailed, Session

from .cluster import Cluster
from .generator import Workload
from .interface import FIXED, HEAD, HELD, Head, observation_dtype, setup_dtype
from .scoring import Ledger, Terms, push_messages

UNTOLD = (
    "a scheduler that was asked again, alone and with the same observations, decided otherwise: "
    "keep state in self only and draw random numbers from a generator made of setup.seed"
)
WHOLE_SPEED = 100
_US_PER_MS = 1000


def simulate(
    workloads: Sequence[Workload], session: RenewableSession, terms: Terms, *, width: int
) -> tuple[Ledger, ...]:
    """Drive one policy object per scheduler and return what happened in each cluster.

    Raises:
        PolicyFailed: from the session, with the cluster's slot instead of the scheduler's.
    """
    lockstep = _Lockstep(workloads, terms, width)
    try:
        session.begin(lockstep.setups())
        lockstep.run(session)
    except PolicyFailed as failure:
        if failure.slot is None:
            raise
        where = lockstep.cluster_of(failure.slot)
        raise PolicyFailed(failure.verdict, failure.detail, where) from failure
    lockstep.audit(session)
    return lockstep.ledgers()


class _Lockstep:
    """All clusters of a batch; their schedulers are numbered through.

    `_views` has one row per scheduler: an observation with the task's own columns left open.
    """

    def __init__(self, workloads: Sequence[Workload], terms: Terms, width: int) -> None:
        self._workloads = workloads
        self._terms = terms
        self._width = width
        self._bases = np.cumsum([0, *(w.schedulers for w in workloads)])
        self._views = np.zeros((self._bases[-1], HEAD + len(HELD) * width), dtype=np.int64)
        placed = list(zip(workloads, self._bases.tolist(), strict=False))
        self._plays = [
            _Play(w, self._views[base : base + w.schedulers], terms, width) for w, base in placed
        ]
        ends = np.cumsum([len(w.tasks) for w in workloads])
        self._ends, self._starts = ends, np.concatenate(([0], ends[:-1]))
        self._heads = np.concatenate([w.heads for w in workloads])
        slots = np.concatenate([w.scheduler + base for w, base in placed])
        self._slots = slots.astype(np.int32)
        self._dtype = observation_dtype(width)
        self._audits = _Audits([base + w.audited for w, base in placed])

    def setups(self) -> NDArray[np.void]:
        """Return the setups of all schedulers."""
        rows = [
            _setup_row(w, scheduler, self._terms, self._width)
            for w in self._workloads
            for scheduler in range(w.schedulers)
        ]
        return np.array(rows, dtype=setup_dtype(self._width))

    def cluster_of(self, slot: int) -> int:
        """Return the cluster that a slot of the session belongs to."""
        return int(np.searchsorted(self._bases, slot, side="right")) - 1

    def run(self, session: Session) -> None:
        """Play every cluster until its last task is placed, or a rule is broken."""
        plays = self._plays
        at = self._starts.copy()
        while plays:
            slots = self._slots.take(at)
            rows = self._views.take(slots, axis=0)
            rows[:, :FIXED] = self._heads.take(at, axis=0)
            decisions = session.decide(slots, rows.view(self._dtype)[:, 0]).tolist()
            self._audits.record(slots, rows, decisions)
            at += [play.take(d) for play, d in zip(plays, decisions, strict=True)]
            going = at < self._ends
            if not going.all():
                plays = [play for play, goes in zip(plays, going.tolist(), strict=True) if goes]
                at, self._ends = at[going], self._ends[going]

    def audit(self, session: RenewableSession) -> None:
        """Ask fresh objects of the audited schedulers, and mark the clusters where they differ.

        They are made when all is played: nobody can tell before which scheduler is audited. Their
        process is new: in the old one a program could look up what it answered before.
        """
        session.renew()
        session.begin(self.setups()[self._audits.slots])
        for cluster in self._audits.differing(session, self._dtype):
            self._plays[cluster].violation = self._plays[cluster].violation or UNTOLD

    def ledgers(self) -> tuple[Ledger, ...]:
        """Return what happened in each cluster."""
        return tuple(play.ledger() for play in self._plays)


class _Audits:
    """What one scheduler of each cluster was shown, and what it answered.

    Attributes:
        slots: the audited schedulers' slots, one per cluster.
    """

    def __init__(self, slots: list[int]) -> None:
        self.slots = slots
        self._cluster_of = {slot: cluster for cluster, slot in enumerate(slots)}
        self._rows: list[list[NDArray[np.int64]]] = [[] for _ in slots]
        self._answers: list[list[int]] = [[] for _ in slots]

    def record(
        self, slots: NDArray[np.int32], rows: NDArray[np.int64], decisions: list[int]
    ) -> None:
        """Keep what concerns an audited scheduler."""
        for i, slot in enumerate(slots.tolist()):
            cluster = self._cluster_of.get(slot)
            if cluster is not None:
                self._rows[cluster].append(rows[i])
                self._answers[cluster].append(decisions[i])

    def differing(self, session: Session, dtype: np.dtype[np.void]) -> list[int]:
        """Ask again, cluster i at slot i; return the clusters with another answer."""
        differing: list[int] = []
        for turn in range(max(map(len, self._rows))):
            asked = [i for i, rows in enumerate(self._rows) if turn < len(rows)]
            rows = np.stack([self._rows[i][turn] for i in asked])
            answers = session.decide(np.array(asked, np.int32), rows.view(dtype)[:, 0]).tolist()
            pairs = zip(asked, answers, strict=True)
            differing += [i for i, answer in pairs if answer != self._answers[i][turn]]
        return differing


class _Play:
    """One cluster under the decisions of its schedulers.

    Attributes:
        violation: which rule was broken; empty as long as none was.
    """

    def __init__(
        self, workload: Workload, views: NDArray[np.int64], terms: Terms, width: int
    ) -> None:
        tasks = workload.tasks
        self.violation = ""
        self._workload = workload
        self._views = views
        self._terms = terms
        self._width = width
        self._cluster = Cluster(
            [server.cores for server in workload.servers],
            [server.memory_gb for server in workload.servers],
        )
        self._speeds = [server.speed for server in workload.servers]
        columns = (tasks.arrival_us, tasks.cores, tasks.memory_gb, tasks.work_us, tasks.estimate_us)
        self._tasks = list(zip(*(column.tolist() for column in columns), strict=True))
        self._samples: list[list[int]] = workload.samples.tolist()
        self._task = 0
        self._probed = 0
        self._probed_tasks = 0
        self._probes = 0
        self._response_us: list[int] = []
        self._wait_us: list[int] = []

    def take(self, action: int) -> int:
        """Do what was decided for the present task; return how many tasks to go on by."""
        if action < len(self._speeds):
            return self._place(action)
        if action < self._width:
            self.violation = (
                f"placed a task on server {action}; the cluster has {len(self._speeds)} servers, "
                "numbered from 0"
            )
            return len(self._tasks)
        if self._probed:
            return self._place(self._samples[self._task][0])
        self._probe(action - self._width + 1)
        return 0

    def _place(self, server: int) -> int:
        arrival_us, cores, memory, work_us, estimate_us = self._tasks[self._task]
        speed = self._speeds[server]
        time_us = -(-work_us * WHOLE_SPEED // speed)
        ready_us = arrival_us
        if self._probed:
            ready_us += self._terms.round_trip_us
            self._forget_probe()
        start_us = self._cluster.place(
            server, cores, memory, ready_us, time_us, estimate_us * WHOLE_SPEED // speed
        )
        self._wait_us.append(start_us - arrival_us)
        self._response_us.append(start_us + time_us - arrival_us)
        self._task += 1
        push_every = self._workload.push_every
        if push_every and self._task % push_every == 0:
            self._push(arrival_us)
        return 1

    def _probe(self, count: int) -> None:
        self._probed = count
        self._probes += count
        self._probed_tasks += 1
        view = self._views[self._workload.scheduler[self._task]]
        view[Head.PROBED] = count
        cluster = self._cluster
        cluster.advance(self._tasks[self._task][0])
        for server in self._samples[self._task][:count]:
            told = (
                cluster.tasks[server],
                cluster.held_cores[server],
                cluster.held_memory[server],
                cluster.held_us[server] // _US_PER_MS,
            )
            view[HEAD + server :: self._width] = told

    def _forget_probe(self) -> None:
        self._probed = 0
        self._views[self._workload.scheduler[self._task], Head.PROBED] = 0

    def _push(self, now_us: int) -> None:
        cluster, views = self._cluster, self._views
        cluster.advance(now_us)
        blocks = (
            cluster.tasks,
            cluster.held_cores,
            cluster.held_memory,
            [held_us // _US_PER_MS for held_us in cluster.held_us],
        )
        for number, block in enumerate(blocks):
            first = HEAD + number * self._width
            views[:, first : first + len(block)] = block
        views[:, Head.PUSHES] += 1
        views[:, Head.PUSHED_MS] = now_us // _US_PER_MS

    def ledger(self) -> Ledger:
        """Return what happened."""
        pushes = push_messages(
            tasks=self._task,
            push_every=self._workload.push_every,
            schedulers=self._workload.schedulers,
        )
        arrivals_us = [task[0] for task in self._tasks]
        finishes_us = map(int.__add__, arrivals_us, self._response_us)
        return Ledger(
            span_us=max(finishes_us, default=0) - arrivals_us[0],
            response_us=self._response_us,
            wait_us=self._wait_us,
            messages=self._task + self._probes + pushes,
            probed_tasks=self._probed_tasks,
            violation=self.violation,
        )


def _setup_row(
    workload: Workload, scheduler: int, terms: Terms, width: int
) -> tuple[int | float, ...]:
    servers = workload.servers
    blank = [0] * (width - len(servers))
    return (
        len(servers),
        workload.schedulers,
        workload.push_every,
        workload.seeds[scheduler],
        terms.round_trip_us / _US_PER_MS,
        terms.message_us / _US_PER_MS,
        *(server.cores for server in servers),
        *blank,
        *(server.memory_gb for server in servers),
        *blank,
        *(server.speed for server in servers),
        *blank,
    )
