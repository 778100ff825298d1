"""A limit on CPU time that is the same on every host: a multiple of what the greedy needs there.

After each plan the greedy places one layer of the same instance, timed in this process, so that
both meet the same clock rate and the same neighbours; its time for the whole instance is that
times the layers. Both times are summed over the instances before they are compared: the ratio of
the sums repeats within a few per cent where that of one instance does not.
"""

import time
from collections.abc import Callable

from adrs.core.evaluation import Verdict
from adrs.sandbox.protocol import PolicyFailed, Session

from .greedy import place_layer
from .simulator import Workload

_LEAST_SLOTS = 4096  # a smaller instance has the time of this many: a call alone takes some


class Pace:
    """Compares the CPU time of a session with the greedy's.

    Args:
        session: whose time counts, from now on.
        share: the time it may use, over the greedy's; 0 for no limit.
        clock: CPU seconds of this thread.
    """

    def __init__(
        self, session: Session, share: float, clock: Callable[[], float] = time.thread_time
    ) -> None:
        self._session = session
        self._share = share
        self._clock = clock
        self._start_s = session.cpu_s if share else 0.0
        self._greedy_s = 0.0

    def keep(self, workload: Workload, slot: int) -> None:
        """Allow the time for one more instance, whose number chooses the layer that is timed."""
        if not self._share:
            return
        shape = workload.shape
        load = workload.past[:, slot % shape.layers].sum(axis=0).tolist()
        start_s = self._clock()
        place_layer(load, shape)
        layer_s = self._clock() - start_s
        self._greedy_s += layer_s * max(shape.layers, _LEAST_SLOTS / shape.slots)

    def check(self) -> None:
        """Compare the sums.

        Raises:
            PolicyFailed: TIMEOUT, the session used more. The text holds no measured time, so that
                it is the same in every run.
        """
        if self._share and self._session.cpu_s - self._start_s > self._share * self._greedy_s:
            text = f"used more than {self._share:g} times the CPU time of the published greedy"
            raise PolicyFailed(Verdict.TIMEOUT, text, None)
