"""Waiting for what another process does."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

PATIENCE_S = 120.0


def wait_for_trials(archive: Path, count: int) -> None:
    """Wait until an archive, which need not be there yet, holds so many trials."""

    def enough() -> bool:
        try:
            with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as database:
                (found,) = database.execute("select count(*) from trials").fetchone()
        except sqlite3.OperationalError:
            return False
        return bool(found >= count)

    assert eventually(enough)


def eventually(condition: Callable[[], bool]) -> bool:
    """Tell whether something comes true in time."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.005)
    return False
