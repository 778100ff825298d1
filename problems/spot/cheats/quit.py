"""expect: crash

Ends its process with the exit code of success before the first bill comes. Without an answer to
every tick there is no score.
"""

import sys


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        sys.exit(0)
