"""Takes a lock twice.

stopped by: watchdog
ends: timeout
"""

import threading


class Policy:
    lock = threading.Lock()

    def __init__(self, setup):
        pass

    def decide(self, obs):
        self.lock.acquire()
        return obs.last
