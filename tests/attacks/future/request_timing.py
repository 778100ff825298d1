"""Measures how long the scorer takes from an answer to the next question, and looks for a
difference between bits to come. The scorer's work must not depend on what is hidden: it does the
same for every bit.

stopped by: constant work
ends: ok, nondeterministic
"""

import ctypes
import statistics

MONOTONIC = 1
libc = ctypes.CDLL(None)


def now_ns():
    """Read the kernel's clock in the process's own memory, whatever `time` says."""
    parts = (ctypes.c_long * 2)()
    libc.clock_gettime(MONOTONIC, parts)
    return parts[0] * 1_000_000_000 + parts[1]


class Policy:
    def __init__(self, setup):
        self.answered = None
        self.asked = []
        self.gaps = {0: [], 1: []}

    def decide(self, obs):
        now = now_ns()
        if self.asked:
            self.gaps[obs.last].append(self.asked[-1])
        gap = now - self.answered if self.answered else 0
        self.asked.append(gap)
        guess = self.guess(gap)
        self.answered = now_ns()
        return obs.last if guess is None else guess

    def guess(self, gap):
        zeros, ones = self.gaps[0], self.gaps[1]
        if min(len(zeros), len(ones)) < 8:
            return None
        low, high = statistics.median(zeros), statistics.median(ones)
        noise = statistics.median(abs(g - low) for g in zeros) + 1
        if abs(low - high) < 4 * noise:
            return None
        return int(abs(gap - high) < abs(gap - low))
