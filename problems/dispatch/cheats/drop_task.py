"""expect: invalid

Answers nothing for tasks that would run long, so that they do not count, as models that were left out
did not count in a published placement evaluator. An answer that is no action is a broken constraint,
never a task less.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        if obs.estimate_ms > 400:
            return None
        return obs.sample_0
