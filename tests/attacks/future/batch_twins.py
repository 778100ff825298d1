"""Looks for a scenario of the batch that is a copy of its own at another time: what the twin has
seen is then its own future. No batch may hold the same trace twice.

stopped by: independent seeds
ends: ok
"""

TRACES = []
LENGTH = 24


class Policy:
    def __init__(self, setup):
        self.bits = []
        TRACES.append(self.bits)

    def decide(self, obs):
        self.bits.append(obs.last)
        tail = self.bits[-LENGTH:]
        if len(tail) < LENGTH or len(set(tail)) == 1:
            return obs.last
        for trace in TRACES:
            if trace is self.bits:
                continue
            for start in range(len(trace) - LENGTH):
                if trace[start : start + LENGTH] == tail:
                    return trace[start + LENGTH]
        return obs.last
