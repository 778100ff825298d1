"""Answers with a frame of a kind that does not exist.

stopped by: frame check
ends: security
"""

import os
import struct
import sys


def number():
    return sys._getframe(3).f_locals["self"]._seq


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        os.write(4, struct.pack("<4I", 99, number(), 8, 0))
        return obs.last
