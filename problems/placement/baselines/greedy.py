"""The published greedy of Prism (its algorithm 1 without the threshold for moves).

Models in the order of their demand, highest first, each to the GPU whose KV pressure is lowest so
far and that has room. It starts from empty GPUs. If a model finds no room, everything stays where
it is.
"""


def start(sizes, current, num_gpus, gpu_gb, min_kv_gb):
    """The current placement; where models have no GPU yet, best fit by size."""
    if min(current) >= 0:
        return list(current)
    room = [gpu_gb - min_kv_gb] * num_gpus
    where = [0] * len(sizes)
    for model in sorted(range(len(sizes)), key=lambda m: -sizes[m]):
        gpu = min((g for g in range(num_gpus) if room[g] >= sizes[model]), key=lambda g: room[g])
        where[model] = gpu
        room[gpu] -= sizes[model]
    return where


# EVOLVE-BLOCK-START
def spread(demand, sizes, num_gpus, gpu_gb, min_kv_gb):
    """The GPU of every model, None when one finds no room."""
    free = [gpu_gb] * num_gpus
    load = [0.0] * num_gpus
    where = [0] * len(sizes)
    for model in sorted(range(len(sizes)), key=lambda m: -demand[m]):
        best = None
        lowest = 1e30
        for gpu in range(num_gpus):
            if free[gpu] - sizes[model] >= min_kv_gb:
                cost = load[gpu] / free[gpu]
                if cost < lowest:
                    best = gpu
                    lowest = cost
        if best is None:
            return None
        where[model] = best
        load[best] += demand[model]
        free[best] -= sizes[model]
    return where


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    """The GPU of every model."""
    demand, sizes = (rates[-1] / slos).tolist(), sizes.tolist()
    where = spread(demand, sizes, num_gpus, gpu_gb, min_kv_gb)
    if where is None:
        return start(sizes, current.tolist(), num_gpus, gpu_gb, min_kv_gb)
    return where
# EVOLVE-BLOCK-END
