"""The seccomp filter, run instruction by instruction as the kernel would, for both processors."""

import errno
import struct

import pytest

from adrs.sandbox.bpf import ALLOW, KILL_PROCESS, build_filter
from adrs.sandbox.syscalls import AARCH64, ALLOWED, KILLING, X86_64, Architecture

READ_FD, WRITE_FD = 3, 4
REFUSE = 0x00050000 | errno.EPERM
LOOKED_INTO = {
    "read", "write", "mmap", "mprotect", "futex", "clock_gettime", "clock_getres",
    "clock_nanosleep", "sched_getaffinity",
}  # fmt: skip
PROT_READ, PROT_WRITE, PROT_EXEC = 1, 2, 4
ARCHITECTURES = pytest.mark.parametrize(
    "architecture", [X86_64, AARCH64], ids=lambda architecture: architecture.name
)


def verdict(
    architecture: Architecture, number: int, *arguments: int, audit: int | None = None
) -> int:
    """Return what the filter answers to a call."""
    words = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("<iIQ6Q", number, audit or architecture.audit, 0, *words)
    code = build_filter(architecture, read_fd=READ_FD, write_fd=WRITE_FD)
    return run([*struct.iter_unpack("<HBBI", code)], data)


def run(program: list[tuple[int, int, int, int]], data: bytes) -> int:
    """Interpret classic BPF: loads, jumps and returns (linux/bpf_common.h)."""
    accumulator = position = 0
    while True:
        code, jump_true, jump_false, operand = program[position]
        position += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif code == 0x06:
            return operand
        elif code == 0x54:
            accumulator &= operand
        else:
            holds = {
                0x15: accumulator == operand,
                0x35: accumulator >= operand,
                0x45: bool(accumulator & operand),
            }[code]
            position += jump_true if holds else jump_false


@ARCHITECTURES
def test_only_its_own_pipe_ends_are_read_and_written(architecture: Architecture) -> None:
    read, write = architecture.numbers["read"], architecture.numbers["write"]
    for fd in range(8):
        assert verdict(architecture, read, fd) == (ALLOW if fd == READ_FD else REFUSE)
        assert verdict(architecture, write, fd) == (ALLOW if fd == WRITE_FD else REFUSE)


@ARCHITECTURES
@pytest.mark.parametrize("name", ["mmap", "mprotect"])
def test_memory_is_never_executable(architecture: Architecture, name: str) -> None:
    number = architecture.numbers[name]
    for protection in range(8):
        expected = REFUSE if protection & PROT_EXEC else ALLOW
        assert verdict(architecture, number, 0, 4096, protection) == expected


@ARCHITECTURES
@pytest.mark.parametrize("name", ["clock_gettime", "clock_getres", "clock_nanosleep"])
def test_clocks_of_processes_are_refused(architecture: Architecture, name: str) -> None:
    number = architecture.numbers[name]
    for clock in range(16):
        assert verdict(architecture, number, clock) == ALLOW
    for pid in (1, 4321):
        assert verdict(architecture, number, (~pid << 3 | 2) & 0xFFFFFFFF) == REFUSE


@ARCHITECTURES
def test_affinity_of_others_is_refused(architecture: Architecture) -> None:
    number = architecture.numbers["sched_getaffinity"]
    assert verdict(architecture, number, 0) == ALLOW
    assert verdict(architecture, number, 1) == REFUSE


@ARCHITECTURES
def test_only_plain_private_futexes_are_allowed(architecture: Architecture) -> None:
    plain, private, realtime = {0, 1, 3, 4, 5, 9, 10}, 128, 256
    for operation in range(16):
        number = architecture.numbers["futex"]
        assert verdict(architecture, number, 0, operation) == REFUSE
        expected = ALLOW if operation in plain else REFUSE
        for flags in (private, private | realtime):
            assert verdict(architecture, number, 0, operation | flags) == expected


@ARCHITECTURES
def test_every_number_has_the_verdict_of_its_list(architecture: Architecture) -> None:
    numbers = architecture.numbers
    names = {number: name for name, number in numbers.items()}
    assert len(names) == len(numbers)
    for number in range(600):
        name = names.get(number, "")
        if name in LOOKED_INTO:
            continue
        expected = ALLOW if name in ALLOWED else KILL_PROCESS if name in KILLING else REFUSE
        if name == "clone3":
            expected = 0x00050000 | errno.ENOSYS
        assert verdict(architecture, number) == expected, name or number


@ARCHITECTURES
def test_other_interfaces_kill(architecture: Architecture) -> None:
    read = architecture.numbers["read"]
    other = AARCH64 if architecture is X86_64 else X86_64
    for audit in (other.audit, 0x40000003, 0x40000028):
        assert verdict(architecture, read, READ_FD, audit=audit) == KILL_PROCESS


def test_second_interface_of_x86_kills() -> None:
    assert verdict(X86_64, 0x40000000, READ_FD) == KILL_PROCESS
    assert verdict(X86_64, 0x40000000 | X86_64.numbers["getpid"]) == KILL_PROCESS
    assert verdict(X86_64, -1) == KILL_PROCESS


def test_lists_are_apart_and_known() -> None:
    assert not set(ALLOWED) & set(KILLING)
    assert set(ALLOWED) | set(KILLING) <= set(X86_64.numbers)
    # 64-bit ARM never had the oldest way to read the clock.
    assert (set(ALLOWED) | set(KILLING)) - set(AARCH64.numbers) == {"time"}
