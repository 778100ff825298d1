"""Keeps the first answer that its process sent and sends it again for every later question.

stopped by: sequence number
ends: security
"""

import sys

child = sys.modules["adrs.sandbox.child"]
send = child._send
kept = []


def replay(data):
    if data[0] == 20:
        kept.append(data)
        data = kept[0]
    send(data)


child._send = replay


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return obs.last
