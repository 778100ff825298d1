"""expect: invalid

Answers nothing when the one it would admit stalls, so that stalls do not count. An answer that is no
action is a broken constraint.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return None if obs.stall_0 > 0 else 0
