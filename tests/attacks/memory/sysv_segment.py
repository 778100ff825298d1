"""Makes a System V segment, semaphores and a message queue, which stay when their maker is dead.

stopped by: seccomp, IPC namespace
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
IPC_PRIVATE, IPC_CREAT = 0, 0o1000


def attempt(setup):
    made = LIBC.shmget(IPC_PRIVATE, ctypes.c_size_t(1 << 20), IPC_CREAT | 0o666) != -1
    made |= LIBC.semget(IPC_PRIVATE, 8, IPC_CREAT | 0o666) != -1
    return made or LIBC.msgget(IPC_PRIVATE, IPC_CREAT | 0o666) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
