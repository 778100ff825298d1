"""Starts a thread by the threading module, to think on while the scorer believes that it waits.

stopped by: seccomp, RLIMIT_NPROC
ends: ok
"""

import threading


class Policy:
    def __init__(self, setup):
        self.ran = []

    def decide(self, obs):
        try:
            thread = threading.Thread(target=self.ran.append, args=(obs.last,), daemon=True)
            thread.start()
            thread.join()
        except RuntimeError:
            pass
        return 2 if self.ran else obs.last
