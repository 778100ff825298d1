"""Loops in a destructor, where exceptions are ignored.

stopped by: watchdog
ends: timeout
"""


class Endless:
    def __del__(self):
        while True:
            pass


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        Endless()
        return obs.last
