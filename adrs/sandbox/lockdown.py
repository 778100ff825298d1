"""What a forked child does to itself before it reads a single byte of a candidate."""

import fcntl
import os
import resource
from dataclasses import dataclass

from adrs.core.isolation import IsolationLevel
from adrs.sandbox import kernel
from adrs.sandbox.landlock import deny
from adrs.sandbox.syscalls import Architecture

REQUEST_FD = 3
REPLY_FD = 4
_OPEN_FILES = 16
_CPU_MARGIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockdown:
    """What is the same for every child of a zygote.

    Attributes:
        level: L2 and L3 put up every wall, L1 leaves out the filter, L0 all but the process.
        architecture: whose system calls are filtered.
        denied: what Landlock is to deny (`landlock.everything`), empty for nothing.
        filter: the seccomp program, for `REQUEST_FD` and `REPLY_FD`.
    """

    level: IsolationLevel
    architecture: Architecture
    denied: bytes
    filter: kernel.FilterProgram


def lock_down(lockdown: Lockdown, *, address_space_bytes: int, cpu_s: int) -> None:
    """Take everything from this process but two pipe ends, memory and time; for good.

    The two are `REQUEST_FD`, to read from, and `REPLY_FD`, to write to. Below L2 less is taken.

    Args:
        lockdown: what is the same for every child.
        address_space_bytes: the whole process's limit.
        cpu_s: CPU seconds it may use; at twice as many the kernel ends it should nothing else.

    Raises:
        OSError, ValueError: a layer could not be put up; the process must not go on.
    """
    architecture, level = lockdown.architecture, lockdown.level
    os.setsid()
    kernel.die_with_parent()
    if level >= IsolationLevel.L1:
        _limit_resources(address_space_bytes, cpu_s)
        kernel.drop_capabilities(architecture)
        kernel.die_with_parent()  # the change of capabilities cleared it
        kernel.set_dumpable(False)
        kernel.forbid_new_privileges()
        if lockdown.denied:
            deny(architecture, lockdown.denied)
    if level >= IsolationLevel.L2:
        kernel.install_filter(architecture, lockdown.filter)


def keep_only(architecture: Architecture, request_fd: int, reply_fd: int) -> None:
    """Move the two to `REQUEST_FD` and `REPLY_FD` and close every other file but 0, 1 and 2."""
    # By way of numbers above both, as either may sit on the other's place.
    above = REPLY_FD + 1
    spare_request, spare_reply = (
        fcntl.fcntl(fd, fcntl.F_DUPFD, above) for fd in (request_fd, reply_fd)
    )
    os.dup2(spare_request, REQUEST_FD)
    os.dup2(spare_reply, REPLY_FD)
    kernel.close_all_from(architecture, REPLY_FD + 1)


def _limit_resources(address_space_bytes: int, cpu_s: int) -> None:
    # The watchdog measures CPU time exactly and comes first. The kernel counts this one by timer
    # ticks, which on a busy core charge a process for more than it used.
    limits = (
        (resource.RLIMIT_AS, address_space_bytes, address_space_bytes),
        (resource.RLIMIT_CPU, _CPU_MARGIN * cpu_s, _CPU_MARGIN * cpu_s + 1),
        (resource.RLIMIT_NPROC, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
    )
    for name, soft, hard in limits:
        ceiling = resource.getrlimit(name)[1]
        if ceiling == resource.RLIM_INFINITY:
            resource.setrlimit(name, (soft, hard))
        else:
            resource.setrlimit(name, (min(soft, ceiling), min(hard, ceiling)))
