"""Answers with an object that runs code in whoever unpickles it.

stopped by: nothing is unpickled
ends: invalid
"""

import os


class Bomb:
    def __reduce__(self):
        return os.kill, (os.getppid(), 10)

    __reduce_ex__ = __reduce__
    __getstate__ = __reduce__


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return Bomb()
