"""Sends the answers to all questions at the first one, numbered as if questions were counted. Their
numbers cannot be foreseen, so no early answer is taken for a late one.

stopped by: unforeseeable sequence numbers
ends: security
"""

import os
import struct


class Policy:
    slots = 0

    def __init__(self, setup):
        Policy.slots += 1
        self.steps = setup.steps

    def decide(self, obs):
        n = Policy.slots
        for step in range(self.steps):
            os.write(4, struct.pack(f"<4I{n}i", 20, 2 + step, n, 4 * n, *[1] * n))
        return obs.last
