"""What the in-process sandbox of the tests counts as a candidate's time."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from adrs.core.interface import Array, ElementType, PlannerInterface
from adrs.core.problem import Limits
from adrs.sandbox.protocol import Argument, Job
from adrs.testing.sandbox import InlineSandbox

COUNTS = PlannerInterface(
    entry="plan",
    arguments=(Array(name="count", element=ElementType.INT, ndim=0, doc="how many"),),
    result=(Array(name="found", element=ElementType.INT, ndim=1, doc="what was found"),),
)
LIMITS = Limits(cpu_s=5.0, wall_s=20.0, memory_mb=256)
IDLE = "import time\ndef plan(count):\n    time.sleep(0.2)\n    return [count]\n"
LITTERED = """
import gc
def plan(count):
    seen = []
    gc.callbacks.append(lambda phase, info: seen.append(phase))
    try:
        litter = [[n] for n in range(count)]
    finally:
        gc.callbacks.pop()
    return [len(seen)]
"""


def planned(source: str, count: int) -> tuple[float, NDArray[np.generic]]:
    session = InlineSandbox().open(Job(source=source, interface=COUNTS, limits=LIMITS))
    before_s = session.cpu_s
    arguments: list[Argument] = [count]
    (found,) = session.plan(0, arguments)
    return session.cpu_s - before_s, found


@contextmanager
def busy_thread() -> Iterator[None]:
    stop = threading.Event()

    def burn() -> None:
        while not stop.is_set():
            pass

    thread = threading.Thread(target=burn)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_other_threads_are_not_the_candidates_time() -> None:
    with busy_thread():
        cpu_s, _ = planned(IDLE, 1)
    assert cpu_s < 0.1


def test_nothing_is_collected_while_a_candidate_runs() -> None:
    assert gc.isenabled()
    _, found = planned(LITTERED, 100_000)
    assert found.tolist() == [0]
    assert gc.isenabled()
