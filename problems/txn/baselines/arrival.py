"""Transaction scheduling: first come, first served.
"""

import random


def footprint(keys, writes, num_keys):
    """What a transaction asks of the lock table and leaves in it: two lists of (entry, slot).

    Entry `key` says from which slot on a key may be read, entry `num_keys + key` from which on it
    may be written.
    """
    looks = {}
    marks = {}
    for slot, key in enumerate(keys):
        if key >= 0:
            looks.setdefault(num_keys + key if writes[slot] else key, slot)
            marks[num_keys + key] = slot + 1
            if writes[slot]:
                marks[key] = slot + 1
    return list(looks.items()), list(marks.items())


def start_of(looks, table):
    """The first slot in which a transaction may start."""
    return max([table[entry] - slot for entry, slot in looks] + [0])


def leave(marks, table, start):
    """Enter into the table that a transaction starts."""
    for entry, slot in marks:
        if start + slot > table[entry]:
            table[entry] = start + slot


def makespan_of(order, jobs, lengths, size):
    """The slot after the last one of all, when transactions run in this order."""
    table = [0] * size
    last = 0
    for txn in order:
        looks, marks = jobs[txn]
        start = start_of(looks, table)
        leave(marks, table, start)
        last = max(last, start + lengths[txn])
    return last


# EVOLVE-BLOCK-START
def search(jobs, lengths, rivals, size, rng):
    """The order of arrival."""
    return list(range(len(jobs)))
# EVOLVE-BLOCK-END


def schedule(keys, writes, lengths, num_keys):
    """Every transaction once, first to last."""
    rows = zip(keys.tolist(), writes.tolist())
    jobs = [footprint(row, written, num_keys) for row, written in rows]
    asked = [0] * (2 * num_keys)
    for looks, _ in jobs:
        for entry, _ in looks:
            asked[entry] += 1
    rivals = [sum(asked[entry] for entry, _ in marks) for _, marks in jobs]
    return search(jobs, lengths.tolist(), rivals, 2 * num_keys, random.Random(0))
