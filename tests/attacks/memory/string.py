"""Doubles a string until it cannot be doubled.

stopped by: RLIMIT_AS
ends: memory
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        text = "é" * 1000
        while True:
            text += text
