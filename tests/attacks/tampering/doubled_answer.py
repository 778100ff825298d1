"""Sends each answer twice in one piece, so that the second would be taken for the next one.

stopped by: one message for one question
ends: security
"""

import sys

child = sys.modules["adrs.sandbox.child"]
send = child._send
child._send = lambda data: send(data * 2)


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return obs.last
