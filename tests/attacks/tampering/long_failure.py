"""Reports a failure with a text of a megabyte, for whoever keeps, prints or prompts with it.

stopped by: size check
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
        text = b"\x1b[31m" * 200_000
        os.write(4, struct.pack("<4Ii", 22, number(), 2, 4 + len(text), -1) + text)
        return obs.last
