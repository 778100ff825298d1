"""Writes to the reply pipe until it is full and blocks there.

stopped by: protocol
ends: security, timeout
"""

import os


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        while True:
            os.write(4, bytes(65536))
