"""Raises an exception with a text of fifty megabytes, made anew each time it is asked for.

stopped by: cut text, memory limit
ends: exception, memory
"""


class Long(Exception):
    def __str__(self):
        return "\x07" * 50_000_000


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        raise Long
