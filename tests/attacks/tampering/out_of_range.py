"""Switches off the check of decisions in its own process and answers with the number of no action,
and with negative ones.

stopped by: second check in the scorer
ends: security
"""

import sys

child = sys.modules["adrs.sandbox.child"]
send = child._send


def change(data):
    if data[0] == 20:
        data = data[:16] + (b"\xff\xff\xff\xff" + b"\x07\0\0\0") * ((len(data) - 16) // 8)
    send(data)


child._send = change


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return obs.last
