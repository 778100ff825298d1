"""expect: honest
twin: first_come

Only ever waits, so that no transaction runs and the makespan stays 0. When nothing can happen any
more, waiting admits the transaction that has waited longest, so all are served in the end, late.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 8
