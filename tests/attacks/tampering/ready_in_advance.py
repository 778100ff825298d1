"""Says READY, and that all policies are made, while it is still being compiled.

stopped by: one message for one question
ends: security
"""

import os
import struct

os.write(4, struct.pack("<4I", 18, 0, 0, 0) + struct.pack("<4I", 19, 1, 0, 0))


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return obs.last
