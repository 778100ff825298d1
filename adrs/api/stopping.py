"""A request to stop, for the engine and for the threads that wait for models."""

import threading
import time

from adrs.core.arguments import expect

TICK_S = 0.2  # how long the other event may go unnoticed


def check_listeners(events: object, stop: object) -> None:
    """See that what a run is to tell of itself to, and to be stopped with, will do.

    Raises:
        UsageError: it will not.
    """
    expect(callable(events), "events", events, "a function that takes an event")
    can_stop = stop is None or callable(getattr(stop, "is_set", None))
    expect(can_stop, "stop", stop, "a threading.Event")


class Stop(threading.Event):
    """A request that is made here or with another event, which is never set from here.

    A run that breaks off sets it for its own threads, and leaves the caller's event as it is.

    Args:
        other: the caller's event.
    """

    def __init__(self, other: threading.Event | None = None) -> None:
        super().__init__()
        self._other = other

    @property
    def requested(self) -> bool:
        """True once a stop was asked for."""
        return self.is_set()

    def is_set(self) -> bool:
        """Tell whether a stop was asked for, here or there."""
        return super().is_set() or (self._other is not None and self._other.is_set())

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for a stop, so many seconds at most; tell whether it was asked for."""
        end_s = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left_s = TICK_S if end_s is None else min(end_s - time.monotonic(), TICK_S)
            if left_s <= 0:
                break
            super().wait(left_s)
        return self.is_set()
