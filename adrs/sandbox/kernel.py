"""The few kernel calls that the standard library does not offer, through ctypes."""

import ctypes
import os
import signal
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
_CAPABILITY_VERSION_3 = 0x20080522


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


@cache
def _libc() -> ctypes.PyDLL:
    # PyDLL keeps the interpreter's lock over the call, as a fork needs.
    libc = ctypes.PyDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def _checked(what: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _call(
    architecture: Architecture, name: str, *arguments: int | ctypes.Array[ctypes.c_char]
) -> int:
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(name, _libc().syscall(ctypes.c_long(architecture.numbers[name]), *words))


def _prctl(name: str, option: int, value: int) -> None:
    words = [ctypes.c_ulong(word) for word in (value, 0, 0, 0)]
    _checked(name, _libc().prctl(ctypes.c_int(option), *words))


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
    header = ctypes.create_string_buffer(_CAPABILITY_VERSION_3.to_bytes(4, "little") + bytes(4), 8)
    _call(architecture, "capset", header, ctypes.create_string_buffer(24))


def close_all_from(architecture: Architecture, first: int) -> None:
    """Close every file descriptor from `first` on."""
    try:
        _call(architecture, "close_range", first, 0xFFFFFFFF, 0)
    except OSError:  # a kernel before 5.9, or a container's filter
        os.closerange(first, os.sysconf("SC_OPEN_MAX"))


def install_filter(architecture: Architecture, instructions: bytes) -> None:
    """Install a seccomp filter for good."""
    program = _FilterProgram(len(instructions) // 8, instructions)
    number = ctypes.c_long(architecture.numbers["seccomp"])
    flags = ctypes.c_ulong(0)
    mode = ctypes.c_ulong(_SECCOMP_SET_MODE_FILTER)
    _checked("seccomp", _libc().syscall(number, mode, flags, ctypes.byref(program)))


def landlock_create(architecture: Architecture, attributes: bytes, flags: int) -> int:
    """Call landlock_create_ruleset; without attributes and with flag 1 it returns the ABI."""
    buffer = ctypes.create_string_buffer(attributes, len(attributes)) if attributes else 0
    return _call(architecture, "landlock_create_ruleset", buffer, len(attributes), flags)


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
    here = ctypes.create_string_buffer(b".")
    _call(architecture, "pivot_root", here, here)
    _call(architecture, "umount2", here, 2)  # MNT_DETACH


def fork(architecture: Architecture, *, pid_namespace: bool) -> tuple[int, int]:
    """Fork this single-threaded process, into an own PID namespace if asked.

    Returns:
        The child's process id (0 in the child) and a pidfd of it (-1 in the child).
    """
    flags = _CLONE_PIDFD | signal.SIGCHLD | (CLONE_NEWPID if pid_namespace else 0)
    pidfd = ctypes.c_int(-1)
    words = [ctypes.c_long(architecture.numbers["clone"]), ctypes.c_ulong(flags)]
    null = ctypes.c_void_p(None)
    # Looked up here: in the child, every page that a first look-up writes to would be copied.
    in_child = ctypes.pythonapi.PyOS_AfterFork_Child
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = _libc().syscall(*words, null, ctypes.byref(pidfd), null, null)
    if pid == 0:
        in_child()
        return 0, -1
    number = ctypes.get_errno()
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(number, f"clone: {os.strerror(number)}")
    return pid, pidfd.value
