"""expect: timeout

Loops for ever when many transactions wait, so that those streams are given up. CPU time is limited,
and a timeout is the verdict on the whole program.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        while obs.waiting > 20:
            pass
        return 0
