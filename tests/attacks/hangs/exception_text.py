"""Raises an exception whose text never ends, so that it is the stub that hangs in reporting it.

stopped by: watchdog
ends: timeout
"""


class Endless(Exception):
    def __str__(self):
        while True:
            pass


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        raise Endless
