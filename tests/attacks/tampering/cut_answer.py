"""Sends the first half of an answer and ends its process.

stopped by: end of the channel is no answer
ends: crash
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
        os.write(4, struct.pack("<4I", 20, number(), 8, 32)[:10])
        os._exit(0)
