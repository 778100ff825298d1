"""Has faulthandler start its watchdog thread, a thread that C code starts on a program's behalf.

stopped by: seccomp
ends: ok
"""

import faulthandler


def attempt(setup):
    try:
        faulthandler.dump_traceback_later(1, file=4, exit=True)
    except (RuntimeError, OSError):
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
