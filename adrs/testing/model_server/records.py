"""What a server did, request by request."""

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One chat request that is over.

    Times are the system's monotonic clock (`time.monotonic`), in seconds.

    Attributes:
        model: the model asked for.
        digest: hash of the request's body; bodies that are the same JSON have the same.
        repeat: how many times this request had come, from 1.
        fault: name of the fault that hit it, empty for none.
        status: the HTTP status that was sent; 0 when the client had left or none was to be sent.
        delivered: whether the whole response was handed to the socket before the client left.
        arrived_s: when the whole request was there.
        ended_s: when the response was out, or the connection was dropped or lost.
    """

    model: str
    digest: str
    repeat: int
    fault: str
    status: int
    delivered: bool
    arrived_s: float
    ended_s: float

    @property
    def answered(self) -> bool:
        """True when the client was given a model's answer, whole."""
        return self.delivered and self.status == 200


class Records:
    """All requests that are over, in the order of their ends. Thread-safe."""

    def __init__(self) -> None:
        self._all: list[Served] = []
        self._changed = threading.Condition()

    def add(self, served: Served) -> None:
        """Append one."""
        with self._changed:
            self._all.append(served)
            self._changed.notify_all()

    def snapshot(self) -> tuple[Served, ...]:
        """Return all so far."""
        with self._changed:
            return tuple(self._all)

    def at_least(self, count: int, *, timeout_s: float) -> tuple[Served, ...]:
        """Wait until there are `count`, and return all.

        Raises:
            TimeoutError: there were fewer after `timeout_s` seconds.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._all) >= count, timeout_s):
                raise TimeoutError(
                    f"{len(self._all)} requests were over after {timeout_s:g} s, not {count}."
                )
            return tuple(self._all)
