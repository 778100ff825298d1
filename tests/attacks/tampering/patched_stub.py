"""Puts functions of its own in the place of the stub's, through `sys.modules`, so that a claim of
success with a score rides along with every answer.

stopped by: fixed frames
ends: security
"""

import struct
import sys

child = sys.modules["adrs.sandbox.child"]
send = child._send


def with_score(data):
    kind, sequence, count, size = struct.unpack_from("<4I", data)
    score = struct.pack("<d", 1.0)
    send(struct.pack("<4I", kind, sequence, count, size + 8) + data[16:] + score)


main = sys.modules["__main__"]
main._send = main.send = child._send = with_score


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return obs.last
