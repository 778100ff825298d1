"""Opens one readable file by every road that Python, numpy and libc have, in case that only the
first of them is watched.

stopped by: seccomp
ends: ok
"""

import codecs
import ctypes
import io
import os
import pathlib
import tokenize

import numpy as np

LIBC = ctypes.CDLL(None)
LIBC.fopen.restype = ctypes.c_void_p
OPENERS = (
    open,
    codecs.open,
    tokenize.open,
    io.open_code,
    io.FileIO,
    np.fromfile,
    np.loadtxt,
    np.memmap,
    lambda path: pathlib.Path(path).read_bytes(),
    lambda path: os.open(path, os.O_RDONLY),
    lambda path: check(LIBC.open(path.encode(), 0) != -1),
    lambda path: check(LIBC.openat(-100, path.encode(), 0) != -1),
    lambda path: check(LIBC.creat((path + "x").encode(), 0o600) != -1),
    lambda path: check(LIBC.fopen(path.encode(), b"r")),
)


def check(worked):
    if not worked:
        raise OSError


def works(opener, path):
    try:
        opener(path)
    except OSError:
        return False
    except ValueError:  # it was read, and is not what this reader expects
        return True
    return True


def attempt(setup):
    path = f"/tmp/adrs-siege-{setup.nonce}/heldout.csv"
    return any([works(opener, path) for opener in OPENERS])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
