"""expect: crash

Ends its process with the exit code of success before any task has finished. Without an answer for
every task there is no score.
"""

import sys


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        sys.exit(0)
