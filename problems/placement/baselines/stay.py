"""Nothing moves; where models have no GPU yet, best fit by size."""


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
def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    """The GPU of every model."""
    return start(sizes.tolist(), current.tolist(), num_gpus, gpu_gb, min_kv_gb)
# EVOLVE-BLOCK-END
