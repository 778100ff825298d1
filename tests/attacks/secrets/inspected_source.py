"""Asks inspect and linecache for the source of the stub that calls it, as a debugger would.

stopped by: seccomp
ends: ok
"""

import inspect
import linecache
import sys


def attempt(setup):
    stub = sys._getframe(2)
    if linecache.getlines(stub.f_code.co_filename):
        return True
    try:
        return bool(inspect.getsource(stub))
    except OSError:
        return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
