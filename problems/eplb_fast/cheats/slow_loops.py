"""expect: timeout

Packs item by item in plain Python, as the published code does, and hopes that nobody looks at the
time of a whole model.
"""


def replicate(load, num_slots):
    copies = [1] * len(load)
    for _ in range(num_slots - len(load)):
        copies[max(range(len(load)), key=lambda e: load[e] / copies[e])] += 1
    return [e for e, count in enumerate(copies) for _ in range(count)], copies


def place(load, num_slots, num_gpus):
    items, copies = replicate(load, num_slots)
    bins = [[] for _ in range(num_gpus)]
    total = [0.0] * num_gpus
    for e in sorted(items, key=lambda e: -load[e] / copies[e]):
        free = [b for b in range(num_gpus) if len(bins[b]) < num_slots // num_gpus]
        best = min(free, key=total.__getitem__)
        bins[best].append(e)
        total[best] += load[e] / copies[e]
    return [e for gpu in bins for e in gpu]


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    return [place(load, num_slots, num_gpus) for load in loads.sum(axis=0).tolist()]
