"""Loops, and catches whatever could end the loop: an exception thrown in from outside is no end.

stopped by: watchdog
ends: timeout
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        while True:
            try:
                while True:
                    pass
            except BaseException:
                continue
