"""Blocks all signals in the kernel's mask and loops, so that none is ever delivered.

stopped by: watchdog
ends: timeout
"""

import signal


class Policy:
    def __init__(self, setup):
        signal.pthread_sigmask(signal.SIG_SETMASK, signal.valid_signals())

    def decide(self, obs):
        while True:
            pass
