"""expect: invalid

Decides by a board that all schedulers of a cluster share, and keeps a record of every answer by the
scheduler's seed. A second object with the same seed, which is there to be compared with the first, finds
the record and repeats it.
"""

BOARDS = {}
ANSWERS = {}


class Policy:
    def __init__(self, setup):
        self.n = setup.servers
        self.cluster = setup[:3] + setup[4:]
        self.capacity = setup[6 : 6 + self.n]
        self.speed = setup[70 : 70 + self.n]
        self.before = iter(ANSWERS.get(setup.seed, ()))
        self.record = ANSWERS.setdefault(setup.seed, [])

    def decide(self, obs):
        for answer in self.before:
            return answer
        self.record.append(self.choose(obs))
        return self.record[-1]

    def choose(self, obs):
        n = self.n
        key = (self.cluster, obs.pushes, obs[11:])
        sent = BOARDS.setdefault(key, [0] * n)
        held_cores, held_ms = obs[43 : 43 + n], obs[107 : 107 + n]
        best, least = 0, 1e30
        for i in range(n):
            cost = 100.0 * obs.estimate_ms / self.speed[i]
            if held_cores[i] + sent[i] + obs.cores > self.capacity[i]:
                cost += (held_ms[i] + sent[i] * obs.estimate_ms) / self.capacity[i]
            if cost < least:
                best, least = i, cost
        sent[best] += obs.cores
        return best
