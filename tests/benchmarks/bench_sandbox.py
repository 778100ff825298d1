"""What the sandbox costs: start, decision one by one, decision in lockstep.

Run by hand on a quiet machine: `python tests/benchmarks/bench_sandbox.py`. Everything is compared
with the same program in-process; CPU time is of scorer and candidate together.
"""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from adrs.core.interface import Field, FieldType, OnlineInterface
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Limits
from adrs.sandbox.frames import record_dtype
from adrs.sandbox.protocol import Job, Sandbox, Session
from adrs.sandbox.zygote_sandbox import ZygoteSandbox
from adrs.testing.sandbox import InlineSandbox, InlineSession

FIELDS = 30
STARTS = 100
ROUNDS = 7
SINGLE = 4_000
BATCH = 64
BATCHES = 300
PROGRAM = """
class Policy:
    def __init__(self, setup):
        self.servers = setup.servers

    def decide(self, observation):
        return 0 if observation.f0 < 0.5 else 1
"""
INTERFACE = OnlineInterface(
    entry="Policy",
    setup=(Field(name="servers", type=FieldType.INT, doc=""),),
    observation=tuple(Field(name=f"f{i}", type=FieldType.FLOAT, doc="") for i in range(FIELDS)),
    actions=("left", "right"),
)
JOB = Job(source=PROGRAM, interface=INTERFACE, limits=Limits(cpu_s=600.0, wall_s=600.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Medians over rounds, in microseconds a decision."""

    wall_us: float
    cpu_us: float


def observations(count: int) -> NDArray[np.void]:
    """Return `count` observations with random contents."""
    rows = np.random.default_rng(0).random((count, FIELDS))
    records: NDArray[np.void] = np.zeros(count, record_dtype(INTERFACE.observation))
    for i in range(FIELDS):
        records[f"f{i}"] = rows[:, i]
    return records


def begun(sandbox: Sandbox, scenarios: int) -> Session:
    """Return a session with its policies made."""
    session = sandbox.open(JOB)
    session.begin(np.zeros(scenarios, record_dtype(INTERFACE.setup)))
    return session


def start_ms(sandbox: Sandbox) -> tuple[float, float, float]:
    """Return milliseconds from opening to the first decision (median, p10) and of closing."""
    slots, rows = np.zeros(1, np.int32), observations(1)
    starts, ends = [], []
    for _ in range(STARTS):
        before = time.perf_counter()
        session = begun(sandbox, 1)
        session.decide(slots, rows)
        ready = time.perf_counter()
        session.close()
        starts.append(ready - before)
        ends.append(time.perf_counter() - ready)
    p10 = statistics.quantiles(starts, n=10)[0]
    return 1e3 * statistics.median(starts), 1e3 * p10, 1e3 * statistics.median(ends)


def per_decision(session: Session, decisions: int, step: Callable[[], None]) -> Cost:
    """Return what one of the `decisions` that `step` makes costs."""
    walls, cpus = [], []
    # In-process, the program's CPU time is part of this process's already.
    inline = isinstance(session, InlineSession)
    for _ in range(ROUNDS):
        candidate, own, wall = session.cpu_s, time.process_time(), time.perf_counter()
        step()
        walls.append(time.perf_counter() - wall)
        cpu = time.process_time() - own
        cpus.append(cpu if inline else cpu + session.cpu_s - candidate)
    scale = 1e6 / decisions
    return Cost(wall_us=scale * statistics.median(walls), cpu_us=scale * statistics.median(cpus))


def one_by_one(session: Session) -> Cost:
    """Measure decisions asked one at a time."""
    slots, rows = np.zeros(1, np.int32), observations(1)

    def step() -> None:
        for _ in range(SINGLE):
            session.decide(slots, rows)

    return per_decision(session, SINGLE, step)


def lockstep(session: Session) -> Cost:
    """Measure decisions asked for many scenarios at a time."""
    slots, rows = np.arange(BATCH, dtype=np.int32), observations(BATCH)

    def step() -> None:
        for _ in range(BATCHES):
            session.decide(slots, rows)

    return per_decision(session, BATCH * BATCHES, step)


def bare_loop() -> Cost:
    """Measure the same policy called directly, without any protocol."""
    namespace: dict[str, object] = {}
    exec(PROGRAM, namespace)
    policy_type = namespace["Policy"]
    assert isinstance(policy_type, type)
    policy = policy_type(SimpleNamespace(servers=0))
    row = SimpleNamespace(**{f"f{i}": float(i) for i in range(FIELDS)})
    start, own = time.perf_counter(), time.process_time()
    for _ in range(SINGLE):
        policy.decide(row)
    scale = 1e6 / SINGLE
    return Cost(
        wall_us=scale * (time.perf_counter() - start), cpu_us=scale * (time.process_time() - own)
    )


def report(name: str, sandbox: Sandbox) -> None:
    """Print one sandbox's figures."""
    start, p10, close = start_ms(sandbox)
    session = begun(sandbox, 1)
    single = one_by_one(session)
    session.close()
    session = begun(sandbox, BATCH)
    batched = lockstep(session)
    session.close()
    print(f"{name:<8} start {start:6.2f} ms (p10 {p10:.2f})  close {close:5.2f} ms")
    print(f"  one by one      {single.wall_us:7.2f} us wall  {single.cpu_us:7.2f} us CPU")
    print(
        f"  lockstep of {BATCH}  {batched.wall_us:7.2f} us wall  {batched.cpu_us:7.2f} us CPU  "
        f"{1e6 / batched.wall_us:,.0f} decisions/s"
    )


def main() -> None:
    """Measure every sandbox this host offers, on one processor."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"bare method call  {bare_loop().wall_us:.2f} us")
    report("inline", InlineSandbox())
    for level in (IsolationLevel.L2, IsolationLevel.L3):
        with ZygoteSandbox(level) as sandbox:
            report(level.name, sandbox)


if __name__ == "__main__":
    main()
