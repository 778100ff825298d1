"""expect: invalid

Answers nothing where the job is behind, so that the hard ticks do not count. An answer that is no
action is a broken constraint, never a tick less.
"""


class Policy:
    def __init__(self, setup):
        self.pace = setup.work_s / setup.deadline_s

    def decide(self, obs):
        if obs.done_s < obs.now_s * self.pace:
            return None
        return 1
