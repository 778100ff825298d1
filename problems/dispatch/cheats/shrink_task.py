"""expect: honest
twin: random

Gives the cluster other servers, and the task no needs, in copies of what it was told, as candidates
could change the models of a published placement evaluator before they were scored. The scorer has its
own.
"""


class Policy:
    def __init__(self, setup):
        self.setup = setup._replace(servers=32, message_ms=0.0, speed_0=10**9)

    def decide(self, obs):
        obs = obs._replace(cores=0, memory_gb=0, estimate_ms=0, now_ms=10**12)
        return obs.sample_0
