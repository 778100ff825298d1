"""Nests a million iterators in each other and asks the outermost: C code that calls C code, where
the interpreter counts no depth, until the stack is at its end.

stopped by: RLIMIT_STACK
ends: crash
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        numbers = iter([obs.last])
        for _ in range(300_000):
            numbers = map(abs, numbers)
        return next(numbers)
