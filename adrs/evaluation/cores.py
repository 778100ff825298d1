"""The core that a scorer keeps to: one that the fewest scorers of this machine have claimed.

A scorer and its candidate take turns, some hundred times an evaluation. On one core the turn passes
by a switch; across two, the other one must be woken each time, and an evaluation takes two to three
times as long. A claim is the name of an abstract socket, so the kernel gives it up with the process
that holds it, and scorers of several runs side by side keep out of each other's way.
"""

import os
import socket
import sys

_CLAIMS_PER_CORE = 64


def available_cores() -> list[int]:
    """Return the numbers of the cores that this process may use."""
    if sys.platform == "linux":
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def keep_to_one_core() -> socket.socket | None:
    """Keep this process, and what it starts from now on, to the least claimed core it may use.

    Returns:
        The claim, given up when it is closed; None where processes cannot be kept to a core, or
        every claim is taken. Then this process goes where it went before.
    """
    if sys.platform != "linux":
        return None
    cores = available_cores()
    for place in range(_CLAIMS_PER_CORE):
        for core in cores:
            claim = _claim(f"\0adrs-scorer-{core}-{place}")
            if claim is not None:
                os.sched_setaffinity(0, {core})
                return claim
    return None


def _claim(name: str) -> socket.socket | None:
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(name)
    except OSError:  # it is another's
        claim.close()
        return None
    return claim
