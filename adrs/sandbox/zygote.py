"""The warm process that candidates are forked from: modules loaded, doors closed, no secrets.

It is started with an environment of four fixed variables and holds nothing but the interpreter,
numpy and this package. It answers its scorer on one socket and ends when the scorer is gone.
"""

import gc
import io
import os
import resource
import signal
import socket
import sys
import warnings
from pathlib import Path

from adrs.core.isolation import IsolationLevel
from adrs.sandbox import kernel
from adrs.sandbox.bpf import build_filter
from adrs.sandbox.child import ChildLimits, Desk, run_child
from adrs.sandbox.control import REAPED, REQUEST, SPAWNED, Command, Hello, ZygoteConfig
from adrs.sandbox.determinism import (
    replace_clocks,
    replace_entropy,
    seed_global_generators,
)
from adrs.sandbox.interfaces import interface_from_json
from adrs.sandbox.landlock import everything, landlock_abi
from adrs.sandbox.lockdown import REPLY_FD, REQUEST_FD, Lockdown
from adrs.sandbox.modules import forbid_further_imports, preload
from adrs.sandbox.namespaces import drop_root, enter_namespaces
from adrs.sandbox.syscalls import Architecture, this_architecture

_MIB = 1024 * 1024


class _Nowhere(io.TextIOBase):
    """Standard output and error of candidates: takes everything, keeps nothing."""

    def write(self, text: str, /) -> int:
        return len(text)

    def writable(self) -> bool:
        return True


def main(config_json: str) -> None:
    """Be a zygote: warm up, close the doors, serve."""
    config = ZygoteConfig.from_json(config_json)
    control = socket.socket(fileno=config.control_fd)
    preload()
    architecture = this_architecture()
    _assert_one_thread()
    null_fd = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    memory_fd = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    hello = _close_doors(architecture, config)
    if hello.namespaces_refused:
        control.send(hello.to_bytes())
        return
    lockdown = Lockdown(
        architecture=architecture,
        level=config.level,
        denied=everything(hello.landlock_abi) if hello.landlock_abi else b"",
        filter=kernel.FilterProgram.of(
            build_filter(architecture, read_fd=REQUEST_FD, write_fd=REPLY_FD)
        ),
    )
    _settle(config, null_fd)
    control.send(hello.to_bytes())
    _Zygote(control, lockdown, memory_fd, pid_namespaces=hello.namespaces).serve()


def _assert_one_thread() -> None:
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise RuntimeError(f"the zygote has {threads} threads; forks of it would not be safe")


def _close_doors(architecture: Architecture, config: ZygoteConfig) -> Hello:
    unprivileged = drop_root()
    refused = ""
    namespaces = config.level is IsolationLevel.L3
    if namespaces:
        try:
            enter_namespaces(architecture)
        except OSError as exc:
            refused = str(exc)
    return Hello(
        namespaces=namespaces and not refused,
        namespaces_refused=refused,
        landlock_abi=landlock_abi(architecture),
        unprivileged=unprivileged,
    )


def _settle(config: ZygoteConfig, null_fd: int) -> None:
    """Do what must come after the change of user, and leave nothing to find for a fork."""
    if config.die_with_thread:
        kernel.die_with_parent()
    if os.getppid() != config.parent_pid:
        raise RuntimeError("the scorer is gone")
    kernel.set_dumpable(False)
    kernel.forbid_new_privileges()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    replace_entropy()
    replace_clocks()
    seed_global_generators()
    forbid_further_imports()
    warnings.simplefilter("ignore")
    sys.stdin = sys.__stdin__ = io.StringIO()  # type: ignore[misc,assignment]  # read as empty
    sys.stdout = sys.__stdout__ = _Nowhere()  # type: ignore[misc,assignment]
    sys.stderr = sys.__stderr__ = _Nowhere()  # type: ignore[misc,assignment]
    sys.argv = sys.orig_argv = ["policy"]
    os.environ.pop("LC_CTYPE", None)  # the interpreter's own addition (PEP 538)
    for standard_fd in range(3):
        os.dup2(null_fd, standard_fd)
    os.close(null_fd)
    gc.collect()
    gc.freeze()


class _Zygote:
    """Forks and reaps on request."""

    def __init__(
        self,
        control: socket.socket,
        lockdown: Lockdown,
        memory_fd: int,
        *,
        pid_namespaces: bool,
    ) -> None:
        self._control = control
        self._lockdown = lockdown
        self._memory_fd = memory_fd
        self._pid_namespaces = pid_namespaces
        self._desk: Desk | None = None

    def serve(self) -> None:
        """Answer the scorer until it hangs up."""
        while message := self._control.recv(REQUEST.size):
            command, first, second = REQUEST.unpack(message)
            if command == Command.INTERFACE:
                self._prepare(self._control.recv(first))
            elif command == Command.SPAWN and self._desk is not None:
                self._spawn(self._desk, memory_mb=first, cpu_s=second)
            else:
                self._control.send(_reap(first))

    def _prepare(self, interface: bytes) -> None:
        self._desk = Desk(interface_from_json(interface.decode()))
        gc.freeze()

    def _spawn(self, desk: Desk, *, memory_mb: int, cpu_s: int) -> None:
        request_fd, request_end = os.pipe()
        reply_end, reply_fd = os.pipe()
        limits = ChildLimits(
            request_fd=request_fd,
            reply_fd=reply_fd,
            address_space_bytes=self._own_address_space() + memory_mb * _MIB,
            cpu_s=cpu_s,
        )
        fds = [request_end, reply_end]
        try:
            pid, pidfd = kernel.fork(
                self._lockdown.architecture, pid_namespace=self._pid_namespaces
            )
            if pid == 0:
                run_child(self._lockdown, limits, desk)
            fds.append(pidfd)
            socket.send_fds(self._control, [SPAWNED.pack(0, pid)], fds)
        except OSError as exc:
            self._control.send(SPAWNED.pack(exc.errno or 1, 0))
        finally:
            for fd in (*fds, request_fd, reply_fd):
                os.close(fd)

    def _own_address_space(self) -> int:
        pages = os.pread(self._memory_fd, 64, 0).split()[0]
        return int(pages) * resource.getpagesize()


def _reap(pid: int) -> bytes:
    try:
        os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
    except OSError as exc:
        return REAPED.pack(exc.errno or 1, 0, 0.0)
    return REAPED.pack(0, status, usage.ru_utime + usage.ru_stime)
