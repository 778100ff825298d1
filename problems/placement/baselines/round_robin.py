"""Models are dealt to the GPUs in turn, each to the next one that has room.

If a model finds no room anywhere, everything stays where it is.
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
def deal(sizes, num_gpus, limit):
    """The GPU of every model, None when one finds no room."""
    room = [limit] * num_gpus
    where = []
    for size in sizes:
        turns = [(len(where) + step) % num_gpus for step in range(num_gpus)]
        fitting = [gpu for gpu in turns if room[gpu] >= size]
        if not fitting:
            return None
        where.append(fitting[0])
        room[fitting[0]] -= size
    return where


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    """The GPU of every model."""
    sizes = sizes.tolist()
    where = deal(sizes, num_gpus, gpu_gb - min_kv_gb)
    if where is None:
        return start(sizes, current.tolist(), num_gpus, gpu_gb, min_kv_gb)
    return where
# EVOLVE-BLOCK-END
