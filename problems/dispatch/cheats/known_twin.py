"""expect: invalid

Decides by a board that all schedulers of a cluster share, unless there is a second object with the
same seed: one of the two is there to be compared with the other.
"""

BOARDS = []
LEFT = 0
OBJECTS = {}


class Policy:
    def __init__(self, setup):
        global LEFT
        if LEFT == 0:
            LEFT = setup.schedulers
            BOARDS.append({})
        LEFT -= 1
        self.board = BOARDS[-1]
        self.n = setup.servers
        self.schedulers = setup.schedulers
        self.capacity = setup[6 : 6 + self.n]
        self.speed = setup[70 : 70 + self.n]
        self.seed = setup.seed
        OBJECTS[self.seed] = OBJECTS.get(self.seed, 0) + 1
        self.pushes = -1

    def decide(self, obs):
        n = self.n
        if obs.pushes != self.pushes:
            self.pushes = obs.pushes
            self.own = [0] * n
        shared = self.board.setdefault((n, obs.pushes), [0] * n)
        if OBJECTS[self.seed] == 1:
            sent = shared
        else:
            sent = [self.schedulers * cores for cores in self.own]
        held_cores, held_ms = obs[43 : 43 + n], obs[107 : 107 + n]
        best, least = 0, 1e30
        for i in range(n):
            cost = 100.0 * obs.estimate_ms / self.speed[i]
            if held_cores[i] + sent[i] + obs.cores > self.capacity[i]:
                cost += (held_ms[i] + sent[i] * obs.estimate_ms) / self.capacity[i]
            if cost < least:
                best, least = i, cost
        self.own[best] += obs.cores
        shared[best] += obs.cores
        return best
