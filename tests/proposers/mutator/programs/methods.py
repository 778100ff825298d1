"""A class whose evolve region is two methods."""


class Cache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.clock = 0
        self.last_use = {}
        self.hits = {}

    # EVOLVE-BLOCK-START
    def touch(self, key):
        self.clock += 1
        self.last_use[key] = self.clock
        self.hits[key] = self.hits.get(key, 0) + 1

    def victim(self, keys):
        best, best_score = None, float("inf")
        for key in keys:
            age = self.clock - self.last_use.get(key, 0)
            score = self.hits.get(key, 0) - 0.25 * age
            if score < best_score:
                best, best_score = key, score
        return best

    # EVOLVE-BLOCK-END
