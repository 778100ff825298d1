"""Announces an answer of four gigabytes, so that the scorer makes room for it.

stopped by: size check before anything is read
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
        os.write(4, struct.pack("<4I", 20, number(), 8, 2**32 - 1))
        return obs.last
