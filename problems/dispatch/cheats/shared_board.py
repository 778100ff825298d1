"""expect: invalid

Lets the schedulers of a cluster tell each other, for nothing, what they have placed since the last
push, on a board that all objects of the process share. What a scheduler decides then rests on more
than it was told, which shows when one of them is asked again alone.
"""

BOARDS = {}


class Policy:
    def __init__(self, setup):
        self.n = setup.servers
        self.cluster = setup[:3] + setup[4:]
        self.capacity = setup[6 : 6 + self.n]
        self.speed = setup[70 : 70 + self.n]

    def decide(self, obs):
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
