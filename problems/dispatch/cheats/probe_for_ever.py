"""expect: honest
twin: random

Probes, and probes again, and never places a task, so that none can take long. A second probe for a
task places it on its first sample, and every message is charged.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 33
