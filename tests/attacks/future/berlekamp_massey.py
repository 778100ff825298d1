"""Inverts any generator that is linear over two elements (shift registers, low bits of congruential
generators, xorshift): finds the shortest linear recurrence behind the bits and behind their changes
with the algorithm of Berlekamp and Massey, and runs it on.

stopped by: nonlinear generator
ends: ok
"""

CHECK_EVERY = 10


def recurrence(bits):
    """Return the taps of the shortest recurrence and its length."""
    taps, old, length, shift = 1, 1, 0, 1
    for n in range(len(bits)):
        discrepancy = bits[n]
        for i in range(1, length + 1):
            discrepancy ^= (taps >> i & 1) & bits[n - i]
        if not discrepancy:
            shift += 1
        elif 2 * length <= n:
            taps, old = taps ^ (old << shift), taps
            length, shift = n + 1 - length, 1
        else:
            taps ^= old << shift
            shift += 1
    return taps, length


def following(bits, taps, length):
    return sum((taps >> i & 1) & bits[-i] for i in range(1, length + 1)) % 2


class Policy:
    def __init__(self, setup):
        self.bits = []
        self.found = []

    def decide(self, obs):
        self.bits.append(obs.last)
        changes = [a ^ b for a, b in zip(self.bits, self.bits[1:])]
        if len(self.bits) % CHECK_EVERY == 0:
            self.found = [
                (kind, *recurrence(seen)) for kind, seen in ((0, self.bits), (1, changes))
            ]
        for kind, taps, length in self.found:
            # A recurrence says something when it is much shorter than what it explains.
            if 0 < length < len(self.bits) // 3:
                if kind == 0:
                    return following(self.bits, taps, length)
                return obs.last ^ following(changes, taps, length)
        return obs.last
