"""Asks harmless questions about process ids, of which each is answered differently where there is
such a process and where there is none.

stopped by: seccomp, PID namespace
ends: ok
"""

import os
import resource

QUESTIONS = (
    os.getpgid,
    os.getsid,
    os.sched_getscheduler,
    os.sched_getparam,
    os.sched_rr_get_interval,
    lambda pid: os.kill(pid, 0),
    lambda pid: os.getpriority(os.PRIO_PROCESS, pid),
    lambda pid: resource.prlimit(pid, resource.RLIMIT_CPU),
    lambda pid: os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG),
)
ABSENT = 4_190_000


def answer(question, pid):
    try:
        question(pid)
    except OSError as exc:
        return exc.errno
    return 0


def attempt(setup):
    return any([answer(q, setup.scorer_pid) != answer(q, ABSENT) for q in QUESTIONS])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
