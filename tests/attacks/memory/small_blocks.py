"""Takes a megabyte at a time and lets nothing go: no single request is out of the ordinary.

stopped by: RLIMIT_AS
ends: memory
"""


class Policy:
    kept = []

    def __init__(self, setup):
        pass

    def decide(self, obs):
        while True:
            self.kept.append(bytearray(b"x" * 2**20))
