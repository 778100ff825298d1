"""Reports its own failure as that of a scenario that was never asked.

stopped by: check of the scenario
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
        os.write(4, struct.pack("<4Ii", 22, number(), 2, 4, 999))
        os._exit(0)
