"""A run is worked on by one process at a time: two would both pay, and stop each other."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adrs.archive.protocol import Archive
from adrs.core.run import RunRecord
from adrs.errors import UsageError


@contextmanager
def held(archive: Archive, run: str | None) -> Iterator[RunRecord]:
    """Keep every other sitting away from a run; yields the run as it then is.

    What holds it is a lock on a file beside the archive, which ends with the process however that
    ends. Where the archive is no file, or its file system has no locks, nobody is kept away.

    Args:
        archive: where the run is.
        run: its name; None for the newest.

    Raises:
        UsageError: there is no such run, or it is being worked on.
    """
    name = archive.run(run).name
    lock = _locked(archive.place, name)
    try:
        yield archive.run(name)
    finally:
        if lock is not None:
            path, descriptor = lock
            with suppress(OSError):
                path.unlink()  # while it is locked: who waits for this very file looks again
            os.close(descriptor)


def _locked(place: str, run: str) -> tuple[Path, int] | None:
    """Lock the file of a run; None where that cannot be done."""
    if not os.path.isfile(place):  # noqa: PTH113 - a URL may be longer than a path may
        return None
    path = Path(f"{Path(place).resolve()}-{run}.lock")
    while True:
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
        except OSError:
            return None  # what cannot be written is told of by the archive
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            os.close(descriptor)
            if isinstance(exc, BlockingIOError):
                raise _refusal(place, run) from None
            return None  # a file system without locks
        if _is_at(path, descriptor):
            return path, descriptor
        os.close(descriptor)  # who had it has taken it away meanwhile


def _refusal(place: str, run: str) -> UsageError:
    return UsageError(
        f"run {run} in {place} is being worked on: let that end, or stop it first. `adrs runs` "
        "lists the others."
    )


def _is_at(path: Path, descriptor: int) -> bool:
    with suppress(OSError):
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    return False
