"""Among the servers that are nearly best takes the one that it used least itself."""

# mypy: ignore-errors
# ruff: noqa

import random

PROBE_1 = 32
PROBE_2 = 33
PROBE_3 = 34
PROBE_4 = 35


class Policy:
    """One scheduler; it knows what it is told and what it did itself."""

    def __init__(self, setup):
        n = self.n = setup.servers
        self.capacity = setup[6 : 6 + n]
        self.room = setup[38 : 38 + n]
        self.speed = setup[70 : 70 + n]
        self.schedulers = setup.schedulers
        self.push_every = setup.push_every
        self.prices = (setup.round_trip_ms, setup.message_ms)
        self.random = random.Random(setup.seed)
        self.notes = {}
        self.pushes = -1

    def decide(self, obs):
        n = self.n
        now, cores, memory, estimate, *samples, probed, pushes, pushed = obs[:11]
        if pushes != self.pushes:
            # What it placed itself since the last push: on each server tasks, cores, estimates.
            self.pushes = pushes
            self.sent = ([0] * n, [0] * n, [0] * n)
        sent_tasks, sent_cores, sent_ms = self.sent
        for i in samples[:probed]:
            sent_tasks[i] = sent_cores[i] = sent_ms[i] = 0
        held = (obs[11 : 11 + n], obs[43 : 43 + n], obs[75 : 75 + n], obs[107 : 107 + n])
        task = (cores, memory, estimate, samples, probed, now, now - pushed)
        choice = self.choose(task, held, self.sent)
        if choice < n:
            sent_tasks[choice] += 1
            sent_cores[choice] += cores
            sent_ms[choice] += 100 * estimate // self.speed[choice]
        return choice

    def choose(self, task, held, sent):
        n, capacity, room, speed = self.n, self.capacity, self.room, self.speed
        schedulers, push_every = self.schedulers, self.push_every
        cores, memory, estimate, samples, probed, now, age = task
        tasks, held_cores, held_memory, held_ms = held
        sent_tasks, sent_cores, sent_ms = sent
        # EVOLVE-BLOCK-START
        costs = []
        for i in range(n):
            queued = 0.9 * held_ms[i] + 1.5 * sent_ms[i]
            crowd = held_cores[i] + 1.5 * sent_cores[i] + cores
            wait = 0.0
            if crowd > 1.0 * capacity[i]:
                wait = queued / capacity[i]
            costs.append(wait + 100.0 * estimate / speed[i])
        limit = 1.1 * min(costs) + 25.0
        best = 0
        least = 1e30
        for i in range(n):
            if costs[i] > limit:
                continue
            used = (
                sent_tasks[i] / capacity[i] + 0.25 * held_cores[i] / capacity[i] + 0.001 * costs[i]
            )
            if used < least:
                best = i
                least = used
        return best
        # EVOLVE-BLOCK-END
