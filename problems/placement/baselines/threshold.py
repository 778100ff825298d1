"""Best fit, largest first, under a threshold of pressure that is made as low as can be.

No GPU exceeds the pressure T if and only if its models have sum(demand + T * size) <= T * memory:
a packing of items of one size. The least T for which best fit packs them is found by halving. The
published searches arrive at this. It starts from empty GPUs and does not mind moves; if best fit
finds nothing at all, everything stays where it is.
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
def pack(demand, sizes, num_gpus, gpu_gb, min_kv_gb, limit):
    """The GPU of every model with no pressure above `limit`, None when one finds no room."""
    items = [d + limit * s for d, s in zip(demand, sizes)]
    room = [limit * gpu_gb] * num_gpus
    free = [gpu_gb - min_kv_gb] * num_gpus
    where = [0] * len(sizes)
    for model in sorted(range(len(sizes)), key=lambda m: -items[m]):
        best = None
        lowest = 1e30
        for gpu in range(num_gpus):
            if free[gpu] >= sizes[model] and room[gpu] >= items[model] and room[gpu] < lowest:
                best = gpu
                lowest = room[gpu]
        if best is None:
            return None
        where[model] = best
        room[best] -= items[model]
        free[best] -= sizes[model]
    return where


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    """The GPU of every model."""
    demand, sizes = (rates[-1] / slos).tolist(), sizes.tolist()
    found = None
    low = sum(demand) / (num_gpus * gpu_gb - sum(sizes))
    high = low * 1000.0 + 1e-9
    for _ in range(30):
        middle = (low * high) ** 0.5
        where = pack(demand, sizes, num_gpus, gpu_gb, min_kv_gb, middle)
        if where is None:
            low = middle
        else:
            found = where
            high = middle
    if found is None:
        return start(sizes, current.tolist(), num_gpus, gpu_gb, min_kv_gb)
    return found
# EVOLVE-BLOCK-END
