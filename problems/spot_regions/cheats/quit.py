"""expect: crash

Ends its process as if all were well once the job runs. Without an answer to every tick there is no
score.
"""

import os


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        if obs.running:
            os._exit(0)
        return 1
