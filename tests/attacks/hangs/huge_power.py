"""Raises an integer to a power that takes hours, in one operation that no signal handler of Python
interrupts.

stopped by: watchdog
ends: timeout
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return pow(3, 10**8 + obs.step) % 2
