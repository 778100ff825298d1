"""Probes two servers when its view is old or it would have to wait long."""

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
        best = 0
        least = 1e30
        for i in range(n):
            fresh = i in samples[:probed]
            others = 1.0 if fresh else 1.0 * schedulers
            held_now = held_cores[i] + others * sent_cores[i]
            queued = held_ms[i] + others * sent_ms[i]
            wait = 0.0
            if held_now + cores > capacity[i]:
                wait = queued / capacity[i]
            if not fresh:
                wait = 1.15 * wait + 0.02 * age
            cost = wait + 100.0 * estimate / speed[i]
            if cost < least:
                best = i
                least = cost
        excess = least - 100.0 * estimate / speed[best]
        if probed == 0 and age > 250.0 and excess > 0.5 * estimate + 60.0:
            return PROBE_2
        return best
        # EVOLVE-BLOCK-END
