"""Holds a constant expression whose value fills megabytes: a compiler that folds it hangs before
the first line runs, and one that does not leaves it to the import.

stopped by: watchdog
ends: timeout
"""

HUGE = 7**7**9


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return HUGE % 2
