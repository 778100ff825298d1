"""The seccomp filter: an allow-list of system calls as a classic BPF program.

The filter is the wall that carries the load: without open, socket, clone and execve a process
reaches nothing, whatever else the kernel lets through. See seccomp(2) and linux/filter.h.
"""

import errno
import struct
from collections.abc import Sequence

from adrs.sandbox.syscalls import ALLOWED, KILLING, Architecture

_INSTRUCTION = struct.Struct("<HBBI")
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_AND = 0x54
_NUMBER_AT, _ARCH_AT, _ARGS_AT = 0, 4, 16
_X32_BIT = 0x40000000
_PROT_EXEC = 4
_FUTEX_PRIVATE = 128
# WAIT, WAKE, REQUEUE, CMP_REQUEUE, WAKE_OP, WAIT_BITSET, WAKE_BITSET: what locks are made of. The
# operations with priority inheritance would tell which threads there are on the host.
_FUTEX_OPERATIONS = (0, 1, 3, 4, 5, 9, 10)
_CLOCKS = 16  # numbers from here on are clocks of processes, others' among them
_ARGUMENT_BYTES = 8

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000


def build_filter(architecture: Architecture, *, read_fd: int, write_fd: int) -> bytes:
    """Return the filter as an array of `struct sock_filter`.

    Allowed are: read from `read_fd`, write to `write_fd`, mmap and mprotect without PROT_EXEC, the
    host's clocks, the own process's affinity, plain private futexes, and the calls of `ALLOWED`.
    The calls of `KILLING`, and any call through another interface than the architecture's own,
    kill the process with SIGSYS. clone3 fails with ENOSYS, so that libc falls back to clone;
    everything else fails with EPERM.
    """
    numbers = architecture.numbers
    code = [
        _op(_LOAD, _ARCH_AT),
        _op(_JUMP_EQUAL, architecture.audit, 1, 0),
        _op(_RETURN, KILL_PROCESS),
        _op(_LOAD, _NUMBER_AT),
    ]
    if architecture.x32:
        code += [_op(_JUMP_AT_LEAST, _X32_BIT, 0, 1), _op(_RETURN, KILL_PROCESS)]
    # The two calls of the message loop come first: every instruction costs time on each of them.
    code += _if_number(numbers["read"], _allow_if_first_argument(read_fd))
    code += _if_number(numbers["write"], _allow_if_first_argument(write_fd))
    for name in ("mmap", "mprotect"):
        code += _if_number(numbers[name], _refuse_executable())
    code += _if_number(numbers["futex"], _allow_plain_futex())
    for name in ("clock_gettime", "clock_getres", "clock_nanosleep"):
        code += _if_number(numbers[name], _allow_below(_CLOCKS))
    code += _if_number(numbers["sched_getaffinity"], _allow_if_first_argument(0))
    for name in ALLOWED:
        if name in numbers:
            code += _if_number(numbers[name], [_op(_RETURN, ALLOW)])
    for name in KILLING:
        code += _if_number(numbers[name], [_op(_RETURN, KILL_PROCESS)])
    code += _if_number(numbers["clone3"], [_op(_RETURN, _ERRNO | errno.ENOSYS)])
    code.append(_op(_RETURN, _ERRNO | errno.EPERM))
    return b"".join(code)


def _op(code: int, operand: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
    return _INSTRUCTION.pack(code, jump_true, jump_false, operand)


def _if_number(number: int, then: Sequence[bytes]) -> list[bytes]:
    """Skip `then` unless the loaded call number is `number`; `then` must end in a return."""
    return [_op(_JUMP_EQUAL, number, 0, len(then)), *then]


def _allow_if_first_argument(value: int) -> list[bytes]:
    # The kernel takes a file descriptor from the low half of the register only.
    return [
        _op(_LOAD, _ARGS_AT),
        _op(_JUMP_EQUAL, value, 0, 1),
        _op(_RETURN, ALLOW),
        _op(_RETURN, _ERRNO | errno.EPERM),
    ]


def _allow_below(limit: int) -> list[bytes]:
    return [
        _op(_LOAD, _ARGS_AT),
        _op(_JUMP_AT_LEAST, limit, 0, 1),
        _op(_RETURN, _ERRNO | errno.EPERM),
        _op(_RETURN, ALLOW),
    ]


def _allow_plain_futex() -> list[bytes]:
    code = [
        _op(_LOAD, _ARGS_AT + _ARGUMENT_BYTES),
        _op(_JUMP_ANY_BIT, _FUTEX_PRIVATE, 1, 0),
        _op(_RETURN, _ERRNO | errno.EPERM),
        _op(_AND, _FUTEX_PRIVATE - 1),
    ]
    for operation in _FUTEX_OPERATIONS:
        code += [_op(_JUMP_EQUAL, operation, 0, 1), _op(_RETURN, ALLOW)]
    return [*code, _op(_RETURN, _ERRNO | errno.EPERM)]


def _refuse_executable() -> list[bytes]:
    return [
        _op(_LOAD, _ARGS_AT + 2 * _ARGUMENT_BYTES),
        _op(_JUMP_ANY_BIT, _PROT_EXEC, 0, 1),
        _op(_RETURN, _ERRNO | errno.EPERM),
        _op(_RETURN, ALLOW),
    ]
