"""A scorer's process as the harness holds it; light to import, so that one can start at once."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from adrs.core.isolation import IsolationLevel
from adrs.errors import ScorerError
from adrs.sandbox.interpreter import DETERMINED, LOADER_PATH

PASSED_ENVIRONMENT = ("PATH", "PYTHONPATH", LOADER_PATH, "TMPDIR", "LANG")
_PATIENCE_S = 1.0


@dataclass(frozen=True, slots=True)
class ScorerProcess:
    """A scorer that was started; it makes its sandbox ready while it waits to be told its task.

    Attributes:
        level: the isolation level of its sandbox.
        process: the process.
        connection: where it is told what to do, and answers.
    """

    level: IsolationLevel
    process: subprocess.Popen[bytes]
    connection: Connection

    def close(self) -> None:
        """Hang up, which ends it and what it started; see `wait`."""
        self.connection.close()

    def kill(self) -> int:
        """End it at once and return its exit status."""
        self.connection.close()
        self.process.kill()
        return self.process.wait()

    def wait(self) -> None:
        """Wait until it has ended; after a second it is killed."""
        try:
            self.process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()


def start_scorer(level: IsolationLevel) -> ScorerProcess:
    """Start a scorer with a sandbox of that isolation level; it finds itself a core.

    Raises:
        ScorerError: this host lets no more processes start, or files open.
    """
    try:
        ours, theirs = socket.socketpair()
        with theirs, ours:
            process = _launched(theirs.fileno(), level)
            return ScorerProcess(level, process, Connection(ours.detach()))
    except OSError as exc:
        raise ScorerError(f"cannot start a scorer by {sys.executable!r}: {exc}.") from exc


def _launched(fd: int, level: IsolationLevel) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        # -P: what lies in the working directory is never imported in place of adrs.
        [sys.executable, "-P", "-m", "adrs.evaluation.scorer", str(fd), level.name],
        env=_clean_environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(fd,),
        # The terminal's Ctrl-C is for the harness alone: it decides what to finish.
        start_new_session=True,
    )


@contextmanager
def head_start() -> Iterator[ScorerProcess | None]:
    """Start the scorer that a run will need first while what the run itself needs is loaded.

    Its sandbox is of the best level, which most hosts offer; where another one is wanted, it is
    left unused. None where there is no such sandbox at all. At the end of the block it is ended.
    """
    if sys.platform != "linux":
        yield None
        return
    first = start_scorer(max(IsolationLevel))
    try:
        yield first
    finally:
        first.kill()


def _clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    kept = {name: environment[name] for name in PASSED_ENVIRONMENT if name in environment}
    return {**kept, **DETERMINED}
