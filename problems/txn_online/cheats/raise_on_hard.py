"""expect: exception

Raises when many transactions wait, so that the mean is taken over calm streams only. An exception
in any stream is the verdict on the whole program.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        if obs.waiting > 20:
            raise RuntimeError("this one does not count")
        return 0
