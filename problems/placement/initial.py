"""Model placement: descent from the current placement by single moves and exchanges.

As long as it helps, take a model off the GPU with the highest KV pressure, alone or in exchange for
another one, in the way that leaves the higher of the two GPUs' pressures lowest. Demand is that of
the last window; a moved model counts with its cost.
"""


def memory_of(where, sizes, num_gpus):
    """GB of weights on each GPU."""
    used = [0.0] * num_gpus
    for model, gpu in enumerate(where):
        used[gpu] += sizes[model]
    return used


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


def exchanges(sizes, num_gpus, gpu_gb, min_kv_gb):
    """Return a function of a GPU and a placement that lists what memory allows.

    It lists every (model, gpu, other) that takes a model off that GPU; `other` is the model that
    comes back from `gpu` in exchange, None where it is a plain move.
    """
    limit = gpu_gb - min_kv_gb

    def ways(source, where):
        used = memory_of(where, sizes, num_gpus)
        found = []
        for model in [m for m, gpu in enumerate(where) if gpu == source]:
            for gpu in range(num_gpus):
                if gpu != source and used[gpu] + sizes[model] <= limit:
                    found.append((model, gpu, None))
            for other, gpu in enumerate(where):
                grown = sizes[model] - sizes[other]
                if gpu != source and used[gpu] + grown <= limit and used[source] - grown <= limit:
                    found.append((model, gpu, other))
        return found

    return ways


# EVOLVE-BLOCK-START
def forecast(rates):
    """Expected requests per second of every model in the next window: [models]."""
    newest = 1.0
    expected = rates[0]
    for window in rates[1:]:
        expected = newest * window + (1.0 - newest) * expected
    return expected


def pressure(total, taken, gpu_gb):
    """KV pressure of a GPU: demand over the memory that weights leave."""
    return total / (gpu_gb - taken)


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    """The GPU of every model."""
    demand = (forecast(rates) / slos).tolist()
    sizes, current = sizes.tolist(), current.tolist()
    mean = sum(demand) / num_gpus  # a yardstick for rules on loads

    def weight(model, gpu):
        """Demand of a model on a GPU, more where it would be moved."""
        if current[model] == gpu or current[model] < 0:
            return demand[model]
        return demand[model] * (1.0 + move_cost * sizes[model])

    ways = exchanges(sizes, num_gpus, gpu_gb, min_kv_gb)
    where = start(sizes, current, num_gpus, gpu_gb, min_kv_gb)
    for _ in range(2 * num_gpus):
        used = memory_of(where, sizes, num_gpus)
        load = [0.0] * num_gpus
        for model, gpu in enumerate(where):
            load[gpu] += weight(model, gpu)
        peaks = [pressure(load[g], used[g], gpu_gb) for g in range(num_gpus)]
        worst = peaks.index(max(peaks))
        best = None
        lowest = peaks[worst] * (1.0 - 1e-9)
        for model, gpu, other in ways(worst, where):
            out_load = load[worst] - weight(model, worst)
            in_load = load[gpu] + weight(model, gpu)
            grown = sizes[model]
            if other is not None:
                out_load += weight(other, worst)
                in_load -= weight(other, gpu)
                grown -= sizes[other]
            left = pressure(out_load, used[worst] - grown, gpu_gb)
            there = pressure(in_load, used[gpu] + grown, gpu_gb)
            cost = max(left, there)
            if cost < lowest:
                best = (model, gpu, other)
                lowest = cost
        if best is None:
            break
        model, gpu, other = best
        where[model] = gpu
        if other is not None:
            where[other] = worst
    return where
# EVOLVE-BLOCK-END
