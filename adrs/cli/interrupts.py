"""Ctrl-C: once to finish what is in flight, twice to stop now."""

import signal
import threading
from types import FrameType, TracebackType


class StopOnInterrupt:
    """A stop request that the first Ctrl-C (or SIGTERM) makes; the second one interrupts.

    A context manager: outside it the signals do what they did before.

    Attributes:
        event: set with the request, for threads that wait.
    """

    def __init__(self) -> None:
        self.event = threading.Event()

    @property
    def requested(self) -> bool:
        """True once a stop was asked for."""
        return self.event.is_set()

    def __enter__(self) -> "StopOnInterrupt":
        signals = (signal.SIGINT, signal.SIGTERM)
        self._before = {s: signal.signal(s, self._take) for s in signals}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.event.set()
