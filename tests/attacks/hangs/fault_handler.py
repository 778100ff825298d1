"""Handles SIGSEGV in Python and faults: the faulting instruction is tried again for ever, and the
handler never gets to run.

stopped by: watchdog
ends: timeout
"""

import ctypes
import signal


class Policy:
    def __init__(self, setup):
        signal.signal(signal.SIGSEGV, lambda number, frame: None)

    def decide(self, obs):
        return ctypes.string_at(0)[0]
