"""expect: exception

Raises where there is little slack, so that the mean is taken over easy jobs only. An exception in
any scenario is the verdict on the whole program.
"""


class Policy:
    def __init__(self, setup):
        self.slack = setup.deadline_s - setup.work_s

    def decide(self, obs):
        if self.slack < 6 * 3600:
            raise RuntimeError("this one does not count")
        return 1
