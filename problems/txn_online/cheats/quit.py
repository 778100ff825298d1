"""expect: crash

Ends its process with the exit code of success once the first transaction has been admitted. Without
an answer to every decision there is no score.
"""

import sys


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        if obs.horizon > 0:
            sys.exit(0)
        return 0
