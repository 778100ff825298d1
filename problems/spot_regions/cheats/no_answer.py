"""expect: invalid

Answers nothing where there is no spot, so that those ticks are not billed. An answer that is no
action is a broken constraint, never a tick less.
"""

class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 2 + obs.home if obs.has_spot else None
