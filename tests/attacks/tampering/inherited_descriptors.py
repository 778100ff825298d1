"""Writes a forged answer to, and reads from, every descriptor but its own two, in case the zygote's
control socket or a scorer's file is among them.

stopped by: closed descriptors, seccomp
ends: ok
"""

import os
import struct

FORGED = struct.pack("<4I", 18, 0, 0, 0)


def works(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        return False
    return True


def attempt():
    found = [
        number
        for number in range(1024)
        if number not in (3, 4)
        and any([works(os.write, number, FORGED), works(os.read, number, 1)])
    ]
    return found or works(os.write, 3, FORGED) or works(os.read, 4, 1)


class Policy:
    def __init__(self, setup):
        self.got_through = attempt()

    def decide(self, obs):
        return 2 if self.got_through else obs.last
