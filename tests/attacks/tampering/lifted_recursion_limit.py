"""Lifts the limit of recursion and overflows the stack of C in the middle of an answer.

stopped by: own process
ends: crash, memory, exception
"""

import sys


class Policy:
    def __init__(self, setup):
        sys.setrecursionlimit(2**31 - 1)

    def decide(self, obs):
        nested = []
        for _ in range(200_000):
            nested = [nested]
        return len(repr(nested))
