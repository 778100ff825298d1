"""expect: timeout

Loops for ever where there is little slack, so that those jobs are given up. CPU time is limited, and
a timeout is the verdict on the whole program.
"""


class Policy:
    def __init__(self, setup):
        self.slack = setup.deadline_s - setup.work_s

    def decide(self, obs):
        while self.slack < 6 * 3600:
            pass
        return 1
