"""Switches kernel features of its own process: dispatch of calls to itself, speculation, the time
stamp counter, the layout of its memory.

stopped by: seccomp
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_TSC, PR_SET_MM, PR_GET_SPECULATION_CTRL, PR_SET_SYSCALL_USER_DISPATCH = 26, 35, 52, 59
PR_SET_NAME, PR_SET_TIMERSLACK, PR_SET_VMA = 15, 29, 0x53564D41
OPTIONS = (PR_SET_NAME, PR_SET_TSC, PR_SET_TIMERSLACK, PR_SET_MM, PR_GET_SPECULATION_CTRL,
           PR_SET_SYSCALL_USER_DISPATCH, PR_SET_VMA)  # fmt: skip


def attempt(setup):
    name = ctypes.create_string_buffer(b"kworker/0:1")
    return any([LIBC.prctl(option, name, 0, 0, 0) != -1 for option in OPTIONS])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
