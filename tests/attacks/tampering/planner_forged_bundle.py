"""Writes its plan to the channel itself: an array of the right type and more items than memory has.

stopped by: sizes before contents
ends: security
"""

import os
import struct
import sys


def number():
    return sys._getframe(3).f_locals["self"]._seq


def plan(steps, hints, *surroundings):
    body = struct.pack("<IIQ", 0, 1, 2**61) + bytes(8)
    os.write(4, struct.pack("<4I", 21, number(), 1, len(body)) + body)
    os._exit(0)
