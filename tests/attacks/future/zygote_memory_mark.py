"""Writes a mark with ctypes into objects that were there before the fork, past every protection of
the language, and looks for the marks of an earlier evaluation. Memory must be copied on write.

stopped by: private memory of a fork
ends: ok
"""

import ctypes
import string
import sys

import numpy as np

MARK = b"\xa5\x5a"


def addresses():
    text = string.ascii_letters
    yield id(text) + sys.getsizeof(text) - 3
    name = np.__name__
    yield id(name) + sys.getsizeof(name) - 3
    code = string.capwords.__code__.co_code
    yield id(code) + sys.getsizeof(code) - 3


FOUND = False
for address in addresses():
    FOUND = FOUND or ctypes.string_at(address, 2) == MARK
    ctypes.memmove(address, MARK, 2)


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 2 if FOUND else obs.last
