"""The command line for tests, loaded once: a process that forks for every command.

What a command does is what `python -m adrs` does, but for the second of imports before it, of
which a suite of hundreds of commands would spend most of its time. Each has a process, a working
directory and an environment of its own.

Started with one end of a socket pair, it reads an order and the descriptors for its output,
answers with a process id, and with the exit status once there is one.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

_ORDER_BYTES = 1 << 17
_LOADED = (
    "adrs.cli.app", "adrs.cli.bench", "adrs.cli.compare", "adrs.cli.diff", "adrs.cli.evaluate",
    "adrs.cli.export", "adrs.cli.leaderboard", "adrs.cli.prompt", "adrs.cli.report",
    "adrs.cli.run", "adrs.cli.runs", "adrs.cli.sitting", "openai",
)  # fmt: skip


class WarmAdrs:
    """Runs commands as `subprocess.run` would; a context manager.

    Args:
        number: which of the processor's cores commands find: one, so that a run starts one scorer
            where nobody says otherwise, and beside it a second worker of a suite has its own.
    """

    def __init__(self, number: int = 0) -> None:
        cores = sorted(os.sched_getaffinity(0))
        self._cpu = cores[number % len(cores)]

    def __enter__(self) -> Self:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
                pass_fds=(theirs.fileno(),),
            )
        return self

    def __exit__(self, *exc: object) -> None:
        self._socket.close()
        self._process.wait()

    def __call__(
        self,
        *arguments: str | Path,
        cwd: Path | str = ".",
        env: Mapping[str, str] | None = None,
        timeout: float = 240.0,
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end.

        Raises:
            TimeoutError: it takes longer; it has been killed.
        """
        words = [str(argument) for argument in arguments]
        order = {
            "arguments": words,
            "cwd": str(Path(cwd).absolute()),
            "cpu": self._cpu,
            "env": dict(os.environ if env is None else env),
        }
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            ends = [out.fileno(), err.fileno()]
            socket.send_fds(self._socket, [json.dumps(order).encode()], ends)
            code = self._ended(int(self._socket.recv(64)), timeout)
            texts = [(file.seek(0), file.read())[1] for file in (out, err)]
        return subprocess.CompletedProcess(["adrs", *words], code, *texts)

    def _ended(self, pid: int, timeout: float) -> int:
        self._socket.settimeout(timeout)
        try:
            return int(self._socket.recv(64))
        except TimeoutError:
            os.kill(pid, 9)
            self._socket.settimeout(None)
            self._socket.recv(64)
            raise
        finally:
            self._socket.settimeout(None)


def _next_command(orders: socket.socket) -> Sequence[str]:
    """Serve orders; return in a process of its own for each, with its arguments."""
    while True:
        message, ends, _, _ = socket.recv_fds(orders, _ORDER_BYTES, 2)
        if not message:
            sys.exit()
        pid = os.fork()
        if not pid:
            orders.close()
            return _become(json.loads(message), ends)
        for end in ends:
            os.close(end)
        orders.send(str(pid).encode())
        orders.send(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())


def _become(order: dict[str, Any], ends: Sequence[int]) -> Sequence[str]:
    os.chdir(order["cwd"])
    os.sched_setaffinity(0, {order["cpu"]})
    os.environ.clear()
    os.environ.update(order["env"])
    for number, end in enumerate(ends, start=1):
        os.dup2(end, number)
        os.close(end)
    arguments: Sequence[str] = order["arguments"]
    return arguments


if __name__ == "__main__":
    import gc
    import importlib

    for name in _LOADED:
        importlib.import_module(name)
    gc.freeze()
    words = _next_command(socket.socket(fileno=int(sys.argv[1])))
    sys.argv = ["adrs", *words]
    sys.modules["adrs.cli.app"].main()
