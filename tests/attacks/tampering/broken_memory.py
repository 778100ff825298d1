"""Reads from null, in a handler for the fault that reads from null again.

stopped by: own process
ends: crash
"""

import ctypes
import signal


def again(number, frame):
    ctypes.string_at(0)


class Policy:
    def __init__(self, setup):
        signal.signal(signal.SIGSEGV, signal.SIG_DFL)
        signal.signal(signal.SIGSEGV, again)
        signal.signal(signal.SIGSEGV, signal.SIG_DFL)

    def decide(self, obs):
        ctypes.string_at(8)
        return obs.last
