"""Returns an object that never finishes turning into a number.

stopped by: watchdog
ends: timeout
"""


class Endless:
    def __index__(self):
        while True:
            pass


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return Endless()
