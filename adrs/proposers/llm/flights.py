"""One call at a time for equal requests, so that the second one finds the first one's answer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Flights:
    """Locks by request digest. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._flying: set[str] = set()

    @contextmanager
    def alone(self, digest: str) -> Iterator[None]:
        """Hold the only flight of a digest; waits while another one has it."""
        with self._changed:
            self._changed.wait_for(lambda: digest not in self._flying)
            self._flying.add(digest)
        try:
            yield
        finally:
            with self._changed:
                self._flying.discard(digest)
                self._changed.notify_all()
