"""The scorer's handles: on a zygote, and on the candidate processes that it forks."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import adrs
from adrs.core.interface import Interface
from adrs.core.isolation import IsolationLevel
from adrs.errors import SandboxUnavailableError
from adrs.sandbox import kernel
from adrs.sandbox.control import (
    HELLO_BYTES,
    REAPED,
    REQUEST,
    SPAWNED,
    Command,
    Hello,
    ZygoteConfig,
)
from adrs.sandbox.interfaces import interface_to_json
from adrs.sandbox.interpreter import DETERMINED, least_environment

# -I and -E would switch PYTHONHASHSEED off.
_OPTIONS = ("-S", "-s", "-P")
# No module may run a hook after a fork: random would seed itself anew, and every page that a hook
# writes to would be copied for every candidate.
_BOOT = """
import os, sys
os.register_at_fork = lambda **hooks: None
sys.path += sys.argv[2:]
from adrs.sandbox.zygote import main
main(sys.argv[1])
"""
_START_TIMEOUT_S = 60.0
_END_TIMEOUT_S = 10.0
_CPU_CLOCK = 2


class ZygoteDied(Exception):
    """The zygote is gone; a new one may be started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a candidate's process ended: its wait status, and all CPU seconds it used."""

    status: int
    cpu_s: float

    @property
    def signal(self) -> int:
        """Number of the signal that killed it, 0 for none."""
        return os.WTERMSIG(self.status) if os.WIFSIGNALED(self.status) else 0


class CandidateProcess:
    """One forked process; owns the pipe ends and the pidfd."""

    def __init__(self, zygote: "ZygoteProcess", pid: int, fds: list[int]) -> None:
        self.request_fd, self.reply_fd, self._pidfd = fds
        self._zygote = zygote
        self._pid = pid
        # The kernel's encoding of a process's CPU clock: posix-timers.h, CPUCLOCK_SCHED.
        self._clock = (~pid << 3) | _CPU_CLOCK

    def cpu_s(self) -> float:
        """Return the CPU seconds used so far; 0 once it is reaped."""
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return 0.0

    def kill(self) -> None:
        """Kill it; does nothing when it is dead."""
        try:
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        except ProcessLookupError:
            return

    def ended_within(self, seconds: float) -> bool:
        """Tell whether it ends by itself in the given time."""
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def end(self) -> Ending | None:
        """Kill and reap it and close its descriptors; None when the zygote died before it."""
        self.kill()
        try:
            return self._zygote.reap(self._pid)
        except ZygoteDied:
            return None
        finally:
            for fd in (self.request_fd, self.reply_fd, self._pidfd):
                os.close(fd)


class ZygoteProcess:
    """A running zygote and the socket to it."""

    def __init__(
        self, process: subprocess.Popen[bytes], control: socket.socket, hello: Hello
    ) -> None:
        self._process = process
        self._control = control
        self._interface: Interface | None = None
        self.hello = hello

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def spawn(self, interface: Interface, *, memory_mb: int, cpu_s: int) -> CandidateProcess:
        """Fork a process for a candidate with the given interface.

        Raises:
            ZygoteDied: it is gone.
            SandboxUnavailableError: this host lets it fork no more.
        """
        if interface != self._interface:
            self._tell(interface)
        message, fds = self._ask(REQUEST.pack(Command.SPAWN, memory_mb, cpu_s), SPAWNED.size)
        number, pid = SPAWNED.unpack(message)
        if number:
            raise SandboxUnavailableError(f"cannot start a candidate: {os.strerror(number)}")
        return CandidateProcess(self, pid, fds)

    def reap(self, pid: int) -> Ending:
        """Kill and reap a process that it forked.

        Raises:
            ZygoteDied: it is gone, and the process with it.
        """
        message, _ = self._ask(REQUEST.pack(Command.REAP, pid, 0), REAPED.size)
        number, status, cpu_s = REAPED.unpack(message)
        if number:
            raise ZygoteDied
        return Ending(status=status, cpu_s=cpu_s)

    def _tell(self, interface: Interface) -> None:
        text = interface_to_json(interface).encode()
        try:
            self._control.send(REQUEST.pack(Command.INTERFACE, len(text), 0))
            self._control.send(text)
        except OSError as exc:
            raise ZygoteDied from exc
        self._interface = interface

    def _ask(self, request: bytes, size: int) -> tuple[bytes, list[int]]:
        try:
            self._control.send(request)
            message, fds, _, _ = socket.recv_fds(self._control, size, 3)
        except OSError as exc:
            raise ZygoteDied from exc
        if len(message) != size:
            raise ZygoteDied
        return message, fds

    def close(self) -> None:
        """End it and everything that it forked; safe to call twice."""
        self._control.close()
        _end(self._process)


def start_zygote(level: IsolationLevel) -> ZygoteProcess:
    """Start a zygote and wait until it is warm.

    Args:
        level: what it is to set up; at L3 it enters namespaces, see `Hello.namespaces_refused`.

    Raises:
        SandboxUnavailableError: it could not be started; the text says why.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        config = ZygoteConfig(
            control_fd=theirs.fileno(),
            parent_pid=os.getpid(),
            die_with_thread=threading.current_thread() is threading.main_thread(),
            level=level,
        )
        process = _launch(config, ours)
    hello = _hello(process, ours)
    assert process.stderr is not None
    process.stderr.close()
    return ZygoteProcess(process, ours, hello)


def _launch(config: ZygoteConfig, ours: socket.socket) -> subprocess.Popen[bytes]:
    # An editable install is found by a hook that -S leaves out, so the folders are named.
    folders = [str(Path(module.__path__[0]).parent) for module in (np, adrs)]
    command = [sys.executable, *_OPTIONS, "-c", _BOOT, config.to_json(), *folders]
    try:
        with kernel.fixed_addresses():
            return subprocess.Popen(
                command,
                env={**least_environment(), **DETERMINED},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(config.control_fd,),
                start_new_session=True,  # the terminal's Ctrl-C is for the harness alone
            )
    except OSError as exc:
        ours.close()
        raise SandboxUnavailableError(f"cannot start {sys.executable}: {exc}") from exc


def _hello(process: subprocess.Popen[bytes], ours: socket.socket) -> Hello:
    ours.settimeout(_START_TIMEOUT_S)
    try:
        message = ours.recv(HELLO_BYTES)
    except OSError:
        message = b""
    if message:
        ours.settimeout(None)
        return Hello.from_bytes(message)
    ours.close()
    process.kill()
    assert process.stderr is not None
    with process.stderr:
        complaint = process.stderr.read().decode("utf-8", "replace").strip()
    _end(process)
    reason = complaint.splitlines()[-1] if complaint else "it said nothing"
    raise SandboxUnavailableError(f"the sandbox's zygote did not start: {reason}")


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
