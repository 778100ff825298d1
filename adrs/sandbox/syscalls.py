"""System call numbers by architecture, and which of them a locked candidate may make.

Numbers are from the kernel's own tables: arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h (aarch64).
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from adrs.errors import SandboxUnavailableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """One processor's system call interface.

    Attributes:
        name: as `uname -m` prints it.
        audit: its AUDIT_ARCH constant, which the filter compares first.
        x32: whether numbers with bit 30 set enter a second, 32-bit interface.
        numbers: number by name, of every call this package makes, allows or kills for.
    """

    name: str
    audit: int
    x32: bool
    numbers: Mapping[str, int]


# What a policy needs once the interpreter is warm, beside the calls whose arguments are looked at:
# memory, time, signals of its own, its own identity.
ALLOWED = (
    "brk", "munmap", "mremap", "madvise", "gettimeofday", "time", "nanosleep", "sched_yield",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall",
    "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getrusage",
    "membarrier", "rseq", "close", "exit", "exit_group",
)  # fmt: skip

# Calls that no honest program makes by accident: making one ends the process, as an attack.
KILLING = (
    "ptrace", "process_vm_readv", "process_vm_writev", "execve", "execveat", "unshare", "setns",
    "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsmount",
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "add_key", "request_key", "keyctl", "init_module", "finit_module",
    "delete_module", "kexec_load", "open_by_handle_at", "name_to_handle_at", "memfd_create",
    "pidfd_getfd", "process_madvise", "kcmp", "seccomp", "personality", "reboot", "swapon",
)  # fmt: skip

X86_64 = Architecture(
    name="x86_64",
    audit=0xC000003E,
    x32=True,
    numbers={
        "read": 0, "write": 1, "close": 3, "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12,
        "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "sched_yield": 24,
        "mremap": 25, "madvise": 28, "nanosleep": 35, "getpid": 39, "clone": 56, "execve": 59,
        "exit": 60, "gettimeofday": 96, "getrusage": 98, "ptrace": 101, "getuid": 102,
        "getgid": 104, "geteuid": 107, "getegid": 108, "getppid": 110, "capset": 126,
        "sigaltstack": 131, "personality": 135, "pivot_root": 155, "chroot": 161, "mount": 165,
        "umount2": 166, "swapon": 167, "reboot": 169, "init_module": 175, "delete_module": 176,
        "gettid": 186, "time": 201, "futex": 202, "sched_getaffinity": 204,
        "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229,
        "clock_nanosleep": 230, "exit_group": 231, "kexec_load": 246, "add_key": 248,
        "request_key": 249, "keyctl": 250, "unshare": 272, "perf_event_open": 298,
        "name_to_handle_at": 303, "open_by_handle_at": 304, "setns": 308,
        "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "finit_module": 313,
        "seccomp": 317, "memfd_create": 319, "bpf": 321, "execveat": 322, "userfaultfd": 323,
        "membarrier": 324, "rseq": 334, "io_uring_setup": 425, "io_uring_enter": 426,
        "io_uring_register": 427, "open_tree": 428, "move_mount": 429, "fsopen": 430,
        "fsmount": 432, "clone3": 435, "close_range": 436, "pidfd_getfd": 438,
        "process_madvise": 440, "landlock_create_ruleset": 444, "landlock_restrict_self": 446,
    },
)  # fmt: skip

AARCH64 = Architecture(
    name="aarch64",
    audit=0xC00000B7,
    x32=False,
    numbers={
        "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "close": 57, "read": 63,
        "write": 64, "capset": 91, "personality": 92, "exit": 93, "exit_group": 94,
        "unshare": 97, "futex": 98, "nanosleep": 101, "kexec_load": 104, "init_module": 105,
        "delete_module": 106, "clock_gettime": 113, "clock_getres": 114,
        "clock_nanosleep": 115, "ptrace": 117, "sched_getaffinity": 123, "sched_yield": 124,
        "restart_syscall": 128, "sigaltstack": 132, "rt_sigaction": 134,
        "rt_sigprocmask": 135, "rt_sigreturn": 139, "reboot": 142, "getrusage": 165,
        "gettimeofday": 169, "getpid": 172, "getppid": 173, "getuid": 174, "geteuid": 175,
        "getgid": 176, "getegid": 177, "gettid": 178, "brk": 214, "munmap": 215,
        "mremap": 216, "add_key": 217, "request_key": 218, "keyctl": 219, "clone": 220,
        "execve": 221, "mmap": 222, "swapon": 224, "mprotect": 226, "madvise": 233,
        "perf_event_open": 241, "name_to_handle_at": 264, "open_by_handle_at": 265,
        "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272,
        "finit_module": 273, "seccomp": 277, "memfd_create": 279, "bpf": 280, "execveat": 281,
        "userfaultfd": 282, "membarrier": 283, "rseq": 293, "io_uring_setup": 425,
        "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
        "fsopen": 430, "fsmount": 432, "clone3": 435, "close_range": 436, "pidfd_getfd": 438,
        "process_madvise": 440, "landlock_create_ruleset": 444, "landlock_restrict_self": 446,
    },
)  # fmt: skip


def this_architecture() -> Architecture:
    """Return this host's architecture.

    Raises:
        SandboxUnavailableError: it is not Linux on 64-bit x86 or ARM.
    """
    if not sys.platform.startswith("linux"):
        raise SandboxUnavailableError(
            f"the sandbox needs Linux, found {sys.platform}. Run adrs in a Linux container or a "
            "virtual machine (Docker, Lima, WSL2)."
        )
    machine = os.uname().machine
    for architecture in (X86_64, AARCH64):
        if architecture.name == machine and sys.maxsize > 2**32:
            return architecture
    raise SandboxUnavailableError(
        f"the sandbox knows the system calls of x86_64 and aarch64 only, found {machine}"
    )
