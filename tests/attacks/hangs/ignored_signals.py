"""Ignores every signal that can be ignored, those of the limits too, and loops.

stopped by: watchdog
ends: timeout
"""

import signal


class Policy:
    def __init__(self, setup):
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            try:
                signal.signal(number, signal.SIG_IGN)
            except OSError:
                continue

    def decide(self, obs):
        while True:
            pass
