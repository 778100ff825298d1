"""What the user is told while models are asked."""

import threading
from collections.abc import Callable


class Notices:
    """Tells the user lines, some of them only once. Thread-safe.

    Args:
        on_notice: takes one line; called from whichever thread met it.
    """

    def __init__(self, on_notice: Callable[[str], None]) -> None:
        self._on_notice = on_notice
        self._lock = threading.Lock()
        self._told: set[str] = set()

    def tell(self, text: str) -> None:
        """Tell a line."""
        self._on_notice(text)

    def tell_once(self, text: str) -> None:
        """Tell a line the first time; lines are told apart by what comes before a semicolon."""
        key = text.partition(";")[0]
        with self._lock:
            if key in self._told:
                return
            self._told.add(key)
        self._on_notice(text)
