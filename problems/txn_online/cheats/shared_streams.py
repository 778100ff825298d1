"""expect: honest
twin: first_come

Lets the streams of a batch tell each other what comes: the admission that made another stream stall
least, seen later in what looks like the same stream, is taken from there. Every stream has its own
seed and all are asked in lockstep, so that there is nothing to be told.
"""


SEEN = []


class Policy:
    def __init__(self, setup):
        self.mine = []
        SEEN.append(self.mine)

    def decide(self, obs):
        self.mine.append(obs)
        count = len(self.mine)
        for other in SEEN:
            if other is not self.mine and len(other) > count and other[:count] == self.mine:
                return min(range(obs.shown), key=other[count][23:31].__getitem__)
        return 0
