"""The few kernel calls that the standard library does not offer, through ctypes."""

import ctypes
import os
import signal
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from adrs.sandbox.syscalls import Architecture

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
_CLONE_PIDFD = 0x00001000

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER = 1
_ASK_PERSONALITY = 0xFFFFFFFF
_ADDR_NO_RANDOMIZE = 0x0040000
_SYSCALL_ARGUMENTS = 5  # as many as any of the calls here takes
_CAPABILITY_HEADER = struct.pack("=Ii", 0x20080522, 0)  # version 3, of this process


class FilterProgram(ctypes.Structure):
    """A seccomp filter as the kernel takes it (struct sock_fprog)."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    @classmethod
    def of(cls, instructions: bytes) -> "FilterProgram":
        """Return the filter with these instructions, an array of `struct sock_filter`."""
        return cls(len(instructions) // 8, instructions)


@cache
def _libc() -> ctypes.PyDLL:
    # PyDLL keeps the interpreter's lock over the call, as a fork needs.
    libc = ctypes.PyDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    libc.syscall.argtypes = (ctypes.c_long,) + (ctypes.c_void_p,) * _SYSCALL_ARGUMENTS
    libc.prctl.argtypes = (ctypes.c_int,) + (ctypes.c_ulong,) * 4
    return libc


def _checked(what: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _call(architecture: Architecture, name: str, *arguments: int | bytes) -> int:
    # Bytes go as they are, as what the kernel only reads. A ctypes buffer would be of a type of its
    # own length, which every fork would have to make anew.
    unused = (0,) * (_SYSCALL_ARGUMENTS - len(arguments))
    return _checked(name, _libc().syscall(architecture.numbers[name], *arguments, *unused))


def _prctl(name: str, option: int, value: int) -> None:
    _checked(name, _libc().prctl(option, value, 0, 0, 0))


def die_with_parent() -> None:
    """Ask to be killed when the thread that started this process ends.

    A later change of user or capabilities clears it again.
    """
    _prctl("PR_SET_PDEATHSIG", _PR_SET_PDEATHSIG, signal.SIGKILL)


def set_dumpable(dumpable: bool) -> None:
    """Let, or not, processes of the same user trace this one and open its files in /proc."""
    _prctl("PR_SET_DUMPABLE", _PR_SET_DUMPABLE, int(dumpable))


def forbid_new_privileges() -> None:
    """Set no_new_privs, which Landlock and seccomp demand of an unprivileged process."""
    _prctl("PR_SET_NO_NEW_PRIVS", _PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities(architecture: Architecture) -> None:
    """Give up every capability, those in an own user namespace included."""
    _call(architecture, "capset", _CAPABILITY_HEADER, bytes(24))


def close_all_from(architecture: Architecture, first: int) -> None:
    """Close every file descriptor from `first` on."""
    try:
        _call(architecture, "close_range", first, 0xFFFFFFFF, 0)
    except OSError:  # a kernel before 5.9, or a container's filter
        os.closerange(first, os.sysconf("SC_OPEN_MAX"))


def install_filter(architecture: Architecture, program: FilterProgram) -> None:
    """Install a seccomp filter for good."""
    _call(architecture, "seccomp", _SECCOMP_SET_MODE_FILTER, 0, ctypes.addressof(program))


def landlock_create(architecture: Architecture, attributes: bytes, flags: int) -> int:
    """Call landlock_create_ruleset; without attributes and with flag 1 it returns the ABI."""
    return _call(architecture, "landlock_create_ruleset", attributes or 0, len(attributes), flags)


def landlock_restrict(architecture: Architecture, ruleset_fd: int) -> None:
    """Enter the ruleset for good."""
    _call(architecture, "landlock_restrict_self", ruleset_fd, 0)


@contextmanager
def fixed_addresses() -> Iterator[None]:
    """Let programs that this thread starts have the same memory layout every time.

    A candidate that iterates over a set of plain objects then sees the same order in every zygote.
    Where a container's filter does not allow it, layouts stay random.
    """
    libc = _libc()
    before = libc.personality(ctypes.c_ulong(_ASK_PERSONALITY))
    if before < 0 or libc.personality(ctypes.c_ulong(before | _ADDR_NO_RANDOMIZE)) < 0:
        yield
        return
    try:
        yield
    finally:
        libc.personality(ctypes.c_ulong(before))


def unshare(flags: int) -> None:
    """Move this process into new namespaces."""
    _checked("unshare", _libc().unshare(ctypes.c_int(flags)))


def mount(kind: str, target: str, flags: int, options: str) -> None:
    """Mount a file system of `kind` on `target`, or change how one is mounted."""
    _checked(
        "mount",
        _libc().mount(
            kind.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode()
        ),
    )


def pivot_root_here(architecture: Architecture) -> None:
    """Make the working directory the root, and detach the old one."""
    _call(architecture, "pivot_root", b".", b".")
    _call(architecture, "umount2", b".", 2)  # MNT_DETACH


def fork(architecture: Architecture, *, pid_namespace: bool) -> tuple[int, int]:
    """Fork this single-threaded process, into an own PID namespace if asked.

    Returns:
        The child's process id (0 in the child) and a pidfd of it (-1 in the child).
    """
    flags = _CLONE_PIDFD | signal.SIGCHLD | (CLONE_NEWPID if pid_namespace else 0)
    pidfd = ctypes.c_int(-1)
    number = architecture.numbers["clone"]
    # Looked up here: in the child, every page that a first look-up writes to would be copied.
    in_child = ctypes.pythonapi.PyOS_AfterFork_Child
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = _libc().syscall(number, flags, 0, ctypes.byref(pidfd), 0, 0)
    if pid == 0:
        in_child()
        return 0, -1
    error = ctypes.get_errno()
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(error, f"clone: {os.strerror(error)}")
    return pid, pidfd.value
