"""Writes a 1 over the last bit in the observation it is given, with ctypes past the tuple's
protection, and answers 1: if the scorer scored against the object that it handed out, every answer
would be right.

stopped by: copies on the wire
ends: ok
"""

import ctypes

FIRST_ITEM = 24  # of a tuple, behind reference count, type and length
WORD = 8
KEPT = []


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        one = ctypes.py_object(1)
        ctypes.pythonapi.Py_IncRef(one)
        address = id(obs) + FIRST_ITEM + WORD * obs._fields.index("last")
        ctypes.memmove(address, ctypes.byref(one), WORD)
        KEPT.append(obs)  # and what was written shall stay
        return obs.last
