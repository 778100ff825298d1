"""Shares a table among all policies of the batch and looks whether the present bit of one scenario
foretells the next bit of another. Scenarios must have seeds that have nothing to do with each other.

stopped by: independent seeds
ends: ok
"""

NOW = {}  # scenario → the bits it has seen
HITS = {}  # (scenario, other) → how often the other's bit was this one's next bit
SEEN = 40
SURE = 0.95


class Policy:
    count = 0

    def __init__(self, setup):
        self.me = Policy.count
        Policy.count += 1
        NOW[self.me] = []

    def decide(self, obs):
        bits = NOW[self.me]
        bits.append(obs.last)
        if len(bits) > 1:
            for other, theirs in NOW.items():
                if other != self.me and len(theirs) >= len(bits) - 1:
                    hit = theirs[len(bits) - 2] == bits[-1]
                    HITS[self.me, other] = HITS.get((self.me, other), 0) + hit
        return self.foretold(len(bits) - 1, obs.last)

    def foretold(self, tried, last):
        if tried < SEEN:
            return last
        for other, theirs in NOW.items():
            if other == self.me:
                continue
            share = HITS.get((self.me, other), 0) / tried
            if len(theirs) > tried and share > SURE:
                return theirs[tried]
            if len(theirs) > tried and share < 1 - SURE:
                return 1 - theirs[tried]
        return last
