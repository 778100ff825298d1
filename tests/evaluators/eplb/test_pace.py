from collections.abc import Callable
from itertools import count

import numpy as np
import pytest

from adrs.core.evaluation import Verdict
from adrs.core.problem import Limits
from adrs.errors import EvaluatorError
from adrs.evaluators.eplb.interface import INTERFACE
from adrs.evaluators.eplb.pace import Pace, Stopwatch
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


@pytest.mark.parametrize(
    ("used_s", "octaves"),
    [(100.0, 0.0), (50.0, 1.0), (49.0, 1.0), (42.0, 1.25), (101.0, -0.25), (5.0, 4.0), (0.1, 4.0)],
)
def test_speed_is_the_halvings_of_the_greedys_time_in_quarters_up_to_a_cap(
    used_s: float, octaves: float
) -> None:
    session = opened()
    watch = Stopwatch(session, ticking())
    watch.keep(workload(LARGE), 0)
    session.used_s = used_s
    assert watch.octaves() == octaves


def test_the_time_before_the_first_call_counts() -> None:
    session = opened()
    session.used_s = 50.0
    watch = Stopwatch(session, ticking())
    watch.keep(workload(LARGE), 0)
    assert watch.octaves() == 1.0


def test_speed_is_the_ratio_of_sums_over_all_instances() -> None:
    session = opened()
    watch = Stopwatch(session, ticking())
    for slot in range(4):
        watch.keep(workload(LARGE), slot)
        session.used_s = 100.0  # all of it in the first one
    assert watch.octaves() == 2.0


def test_a_greedy_that_was_disturbed_does_not_count() -> None:
    readings = iter([0.0, 9.0, 10.0, 11.0, 20.0, 27.0])
    session = opened()
    watch = Stopwatch(session, lambda: next(readings))
    watch.keep(workload(LARGE), 0)
    session.used_s = 25.0
    assert watch.octaves() == 2.0


def test_a_host_that_tells_no_time_is_named() -> None:
    session = opened()
    watch = Stopwatch(session, ticking())
    watch.keep(workload(LARGE), 0)
    session.used_s = 0.0
    with pytest.raises(EvaluatorError, match="CPU time is 0 s, so its speed cannot be measured"):
        watch.octaves()
