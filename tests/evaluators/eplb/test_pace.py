from collections.abc import Callable
from itertools import count

import numpy as np
import pytest

from adrs.core.evaluation import Verdict
from adrs.core.problem import Limits
from adrs.evaluators.eplb.interface import INTERFACE
from adrs.evaluators.eplb.pace import Pace
from adrs.evaluators.eplb.simulator import Shape, Workload
from adrs.sandbox.protocol import Job, PolicyFailed
from adrs.testing.sandbox import InlineSession

LARGE = Shape(layers=100, experts=64, slots=64, gpus=8, nodes=2, groups=1)
SMALL = Shape(layers=2, experts=32, slots=32, gpus=8, nodes=2, groups=1)


class TimedSession(InlineSession):
    """A session whose clock a test moves."""

    used_s = 7.0

    @property
    def cpu_s(self) -> float:
        return self.used_s


def opened() -> TimedSession:
    source = "def rebalance(*arguments):\n    return []\n"
    return TimedSession(Job(source=source, interface=INTERFACE, limits=Limits()))


def workload(shape: Shape) -> Workload:
    size = (shape.layers, shape.experts)
    return Workload(
        shape=shape,
        past=np.ones((3, *size), dtype=np.int64),
        future=np.ones(size, dtype=np.int64),
        current=np.zeros((shape.layers, shape.slots), dtype=np.int64),
    )


def ticking() -> Callable[[], float]:
    """Return a clock by which every layer takes the greedy one second."""
    ticks = count()
    return lambda: float(next(ticks))


def test_as_much_as_the_share_of_the_greedys_time_is_allowed() -> None:
    session = opened()
    pace = Pace(session, 0.25, ticking())
    pace.keep(workload(LARGE), 3)
    session.used_s += 25.0
    pace.check()
    session.used_s += 0.001
    with pytest.raises(PolicyFailed) as failure:
        pace.check()
    assert failure.value.verdict is Verdict.TIMEOUT
    assert failure.value.detail == "used more than 0.25 times the CPU time of the published greedy"
    assert failure.value.slot is None


def test_instances_are_allowed_for_together() -> None:
    session = opened()
    pace = Pace(session, 1.0, ticking())
    for slot in range(3):
        pace.keep(workload(LARGE), slot)
    session.used_s += 299.0
    pace.check()
    session.used_s += 2.0
    with pytest.raises(PolicyFailed):
        pace.check()


def test_a_small_model_has_the_time_of_a_larger_one() -> None:
    session = opened()
    pace = Pace(session, 1.0, ticking())
    pace.keep(workload(SMALL), 0)
    session.used_s += 4096 / 32
    pace.check()
    session.used_s += 0.001
    with pytest.raises(PolicyFailed):
        pace.check()


def test_what_was_used_before_does_not_count() -> None:
    session = opened()
    session.used_s = 1e6
    pace = Pace(session, 1.0, ticking())
    pace.keep(workload(LARGE), 0)
    pace.check()


def test_without_a_share_there_is_no_limit_and_no_clock_is_read() -> None:
    session = opened()

    def clock() -> float:
        raise AssertionError("read")

    pace = Pace(session, 0.0, clock)
    pace.keep(workload(LARGE), 0)
    session.used_s = 1e9
    pace.check()
