"""Raises the stub's own error with the verdict `ok`, and with a text that is no text.

stopped by: failures have no good verdict
ends: crash
"""

import sys

from adrs.core.evaluation import Verdict


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        raise sys.modules["adrs.sandbox.policy"].CandidateError(Verdict.OK, [1.0] * 9, -1)
