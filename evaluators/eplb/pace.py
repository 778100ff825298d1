"""CPU time against the published greedy's: as a limit, the same on every host, and as a score.

After each plan the greedy places layers of the same instance, timed in this process, so that both
meet the same clock rate and the same neighbours; its time for the whole instance is that of a layer
times the layers. Both times are summed over the instances before they are compared: the ratio of
the sums repeats within a few per cent where that of one instance does not, and work that is moved
from one instance to another is still counted.
"""

import math
import time
from collections.abc import Callable

from adrs.core.evaluation import Verdict
from adrs.errors import EvaluatorError
from adrs.sandbox.protocol import PolicyFailed, Session

from .greedy import place_layer
from .simulator import Workload

STEP = 0.25  # octaves: on a busy host a median of three has a standard deviation of 0.03 to 0.05
CAP = 4.0  # octaves; faster is not better
_LEAST_SLOTS = 4096  # a smaller instance has the time of this many: a call alone takes some
_TRIES = 3  # layers, of which the quickest counts: the first one meets the candidate's cache

Clock = Callable[[], float]


def greedy_s(workload: Workload, layer: int, clock: Clock) -> float:
    """Return the CPU seconds that the greedy takes for an instance, from one layer of it.

    Args:
        workload: the instance.
        layer: which layer is placed, counted on from the first one after the last.
        clock: CPU seconds of this thread.
    """
    shape = workload.shape
    load = workload.past[:, layer % shape.layers].sum(axis=0).tolist()
    start_s = clock()
    place_layer(load, shape)
    return (clock() - start_s) * max(shape.layers, _LEAST_SLOTS / shape.slots)


class Pace:
    """Compares the CPU time of a session with the greedy's.

    Args:
        session: whose time counts, from now on.
        share: the time it may use, over the greedy's; 0 for no limit.
        clock: CPU seconds of this thread.
    """

    def __init__(self, session: Session, share: float, clock: Clock = time.thread_time) -> None:
        self._session = session
        self._share = share
        self._clock = clock
        self._start_s = session.cpu_s if share else 0.0
        self._greedy_s = 0.0

    def keep(self, workload: Workload, slot: int) -> None:
        """Allow the time for one more instance, whose number chooses the layer that is timed."""
        if self._share:
            self._greedy_s += greedy_s(workload, slot, self._clock)

    def check(self) -> None:
        """Compare the sums.

        Raises:
            PolicyFailed: TIMEOUT, the session used more. The text holds no measured time, so that
                it is the same in every run.
        """
        if self._share and self._session.cpu_s - self._start_s > self._share * self._greedy_s:
            text = f"used more than {self._share:g} times the CPU time of the published greedy"
            raise PolicyFailed(Verdict.TIMEOUT, text, None)


class Stopwatch:
    """Measures how much faster than the greedy a session is.

    The session's time counts from the start of its process: compiling and what is done at import
    are work too.

    Args:
        session: whose time is measured.
        clock: CPU seconds of this thread.
    """

    def __init__(self, session: Session, clock: Clock = time.thread_time) -> None:
        self._session = session
        self._clock = clock
        self._greedy_s = 0.0

    def keep(self, workload: Workload, slot: int) -> None:
        """Take in one more instance, whose number chooses the layers that are timed."""
        first = slot * _TRIES
        self._greedy_s += min(
            greedy_s(workload, layer, self._clock) for layer in range(first, first + _TRIES)
        )

    def octaves(self) -> float:
        """Return how often the greedy's time can be halved before it is the session's.

        It is rounded down to a multiple of `STEP`, and at most `CAP`.

        Raises:
            EvaluatorError: the host does not tell the session's time.
        """
        used_s = self._session.cpu_s
        if used_s <= 0.0:
            raise EvaluatorError(
                f"eplb: a candidate's CPU time is {used_s:g} s, so its speed cannot be measured on "
                "this host. Score balance instead."
            )
        exact = math.log2(self._greedy_s / used_s)
        return min(CAP, math.floor(exact / STEP) * STEP)
