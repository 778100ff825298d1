"""Reports a failure with a verdict of its own making: the code of none, which an unchecked table
would turn into an error of the scorer.

stopped by: check of the code
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
        os.write(4, struct.pack("<4Ii", 22, number(), 2**31, 4, -1))
        os._exit(0)
