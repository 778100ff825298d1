"""Has the interpreter write to the reply channel whenever a signal arrives, and sends itself one.

stopped by: seccomp
ends: ok
"""

import signal


def attempt():
    try:
        signal.set_wakeup_fd(4, warn_on_full_buffer=False)
    except (OSError, ValueError):
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt()

    def decide(self, obs):
        return 2 if self.got_through else obs.last
