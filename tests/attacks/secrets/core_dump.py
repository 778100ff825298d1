"""Asks for core dumps, moves to a folder that it may write to, and crashes: the dump would take the
memory of the process out of the sandbox.

stopped by: seccomp, RLIMIT_CORE
ends: crash
"""

import ctypes
import os
import resource


class Policy:
    def __init__(self, setup):
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))
        except (OSError, ValueError):
            pass
        try:
            os.chdir(f"/tmp/adrs-siege-{setup.nonce}/drop")
        except OSError:
            pass

    def decide(self, obs):
        return ctypes.string_at(0)[0]
