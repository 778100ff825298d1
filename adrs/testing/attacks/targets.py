"""What there is to steal, to reach and to hurt while attacks run, and who was reached.

Everything here would be open to an ordinary process of the same user, so that an attack fails
because of the sandbox and not because of what it aims at.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from adrs.testing.attacks.game import Surroundings

KEY_VARIABLE = "ADRS_SIEGE_KEY"
_HARNESS = "import sys; sys.stdin.read()"
_ENOUGH = 65_536
_BACKLOG = 1024  # nobody accepts while an attack runs, and none shall wait for that


class Targets:
    """Keys, held-out data, listeners and a harness; a context manager.

    Make them before the sandbox starts, as a real scorer's secrets are there before it. They
    belong to this process, which handles SIGUSR1 as long as they are there; enter them in its main
    thread.

    Attributes:
        nonce: the number in the name of everything that is there to reach.
        folder: `heldout.csv` (for everybody to read), `key.txt` (for this user only), `drop/` (for
            everybody to write), `listen.sock` and `dgram.sock`.
    """

    def __init__(self) -> None:
        self.nonce = secrets.choice(range(10**9, 2**31))
        self.folder = Path(f"/tmp/adrs-siege-{self.nonce}")  # noqa: S108  (attackers know the path)
        self._undo = ExitStack()
        self._signals = 0
        self._listeners: dict[str, socket.socket] = {}
        self._receivers: dict[str, socket.socket] = {}
        self._harness: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            self._undo = undo
            self._set_key()
            self._lay_out_files()
            self._listen()
            self._handle_signal()
            self._start_harness()
            undo.callback(self._end_harness)
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._undo.close()

    @property
    def harness_pid(self) -> int:
        """Process id of the stand-in for the harness, which has the key in its environment."""
        assert self._harness is not None
        return self._harness.pid

    def surroundings(self, zygote_pid: int) -> Surroundings:
        """Return what attackers are told; this process is the scorer."""
        return Surroundings(
            scorer_pid=os.getpid(),
            harness_pid=self.harness_pid,
            zygote_pid=zygote_pid,
            tcp_port=self._listeners["tcp"].getsockname()[1],
            udp_port=self._receivers["udp"].getsockname()[1],
            nonce=self.nonce,
        )

    def reached(self) -> list[str]:
        """Name every target that was reached since the last call."""
        found = []
        for name, listener in self._listeners.items():
            found += [f"{name}: a connection was made"] * self._accepted(listener)
        for name, receiver in self._receivers.items():
            found += [f"{name}: {size} bytes were received" for size in self._received(receiver)]
        if self._signals:
            found.append(f"SIGUSR1 reached the scorer {self._signals} times")
            self._signals = 0
        return found

    def _accepted(self, listener: socket.socket) -> int:
        count = 0
        while True:
            try:
                connection, _ = listener.accept()
            except BlockingIOError:
                return count
            connection.close()
            count += 1

    def _received(self, receiver: socket.socket) -> list[int]:
        sizes: list[int] = []
        while True:
            try:
                sizes.append(len(receiver.recv(_ENOUGH)))
            except BlockingIOError:
                return sizes

    def _set_key(self) -> None:
        before = os.environ.get(KEY_VARIABLE)
        if before is None:
            os.environ[KEY_VARIABLE] = secrets.token_hex(16)
            self._undo.callback(os.environ.pop, KEY_VARIABLE, None)

    def _lay_out_files(self) -> None:
        self.folder.mkdir(mode=0o755)
        self._undo.callback(self._remove_files)
        self.folder.chmod(0o755)
        self._write("heldout.csv", f"scenario,seed\nheldout/0000,{secrets.randbits(64)}\n", 0o644)
        self._write("key.txt", secrets.token_hex(16) + "\n", 0o600)
        drop = self.folder / "drop"
        drop.mkdir()
        drop.chmod(0o777)
        # A descriptor that is handed down, should whoever starts the sandbox close none.
        key = (self.folder / "key.txt").open("rb")
        self._undo.callback(key.close)
        os.set_inheritable(key.fileno(), True)

    def _write(self, name: str, text: str, mode: int) -> None:
        path = self.folder / name
        path.touch(mode=mode)
        path.chmod(mode)
        path.write_text(text, encoding="utf-8")

    def _remove_files(self) -> None:
        self._clear_drop()
        for path in sorted(self.folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        self.folder.rmdir()

    def restore(self) -> None:
        """Remove what was left in `drop/`, and put another harness in the place of a harmed one."""
        self._clear_drop()
        self._end_harness()
        self._start_harness()

    def _clear_drop(self) -> None:
        for path in sorted((self.folder / "drop").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()

    def _listen(self) -> None:
        stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
        listen, dgram = str(self.folder / "listen.sock"), str(self.folder / "dgram.sock")
        abstract = f"\0adrs-siege-{self.nonce}"
        for name, family, kind, address in (
            ("tcp", socket.AF_INET, stream, ("127.0.0.1", 0)),
            ("unix socket", socket.AF_UNIX, stream, listen),
            ("abstract unix socket", socket.AF_UNIX, stream, abstract),
            ("udp", socket.AF_INET, datagram, ("127.0.0.1", 0)),
            ("unix datagram socket", socket.AF_UNIX, datagram, dgram),
        ):
            end = self._undo.enter_context(socket.socket(family, kind))
            end.setblocking(False)
            end.bind(address)
            if kind == stream:
                end.listen(_BACKLOG)
                self._listeners[name] = end
            else:
                self._receivers[name] = end
        for path in (listen, dgram):
            Path(path).chmod(0o777)

    def _handle_signal(self) -> None:
        def note(number: int, frame: FrameType | None) -> None:
            del number, frame
            self._signals += 1

        before = signal.signal(signal.SIGUSR1, note)
        self._undo.callback(signal.signal, signal.SIGUSR1, before)

    def _start_harness(self) -> None:
        self._harness = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _HARNESS],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _end_harness(self) -> None:
        assert self._harness is not None
        assert self._harness.stdin is not None
        self._harness.stdin.close()
        self._harness.kill()
        self._harness.wait()
