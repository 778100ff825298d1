"""Model placement: descent from two starts, the current placement and one made from empty GPUs.

The second start is best fit under the least threshold of pressure that packs the models; since all
GPUs are alike, its GPUs are then named so that the models with the most demand and memory stay
where they are. From each start, as long as it helps, a model is taken off the GPU with the highest
KV pressure, alone or in exchange for another one. The end with the lower pressure at the rates of
the last window is returned.
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


def pack(demand, sizes, num_gpus, gpu_gb, room_gb, threshold):
    """The GPU of every model with no pressure above a threshold, None when one finds no room."""
    items = [d + threshold * s for d, s in zip(demand, sizes)]
    room = [threshold * gpu_gb] * num_gpus
    free = [room_gb] * num_gpus
    where = [0] * len(sizes)
    for model in sorted(range(len(sizes)), key=lambda m: -items[m]):
        size, item = sizes[model], items[model]
        fitting = [g for g in range(num_gpus) if free[g] >= size and room[g] >= item]
        if not fitting:
            return None
        gpu = min(fitting, key=lambda g: room[g])
        where[model] = gpu
        room[gpu] -= item
        free[gpu] -= size
    return where


def renamed(where, current, weight, num_gpus):
    """The same placement with GPUs named so that much of the weight is where it is now."""
    kept = {}
    for model, gpu in enumerate(where):
        pair = (gpu, current[model])
        kept[pair] = kept.get(pair, 0.0) + weight[model]
    names = {}
    for gpu, name in sorted(kept, key=lambda pair: (-kept[pair], pair)):
        if gpu not in names and name >= 0 and name not in names.values():
            names[gpu] = name
    unused = [g for g in range(num_gpus) if g not in names.values()]
    for gpu in range(num_gpus):
        if gpu not in names:
            names[gpu] = unused.pop(0)
    return [names[gpu] for gpu in where]


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


def fresh(demand, sizes, current, num_gpus, gpu_gb, limit):
    """A placement made from empty GPUs, None when best fit finds none."""
    found = None
    low = sum(demand) / (num_gpus * gpu_gb - sum(sizes))
    high = low * 1000.0 + 1e-9
    for _ in range(20):
        middle = (low * high) ** 0.5
        where = pack(demand, sizes, num_gpus, gpu_gb, limit, middle)
        if where is None:
            low = middle
        else:
            found = where
            high = middle
    if found is None:
        return None
    return renamed(found, current, [d * s for d, s in zip(demand, sizes)], num_gpus)


def descend(where, ways, demand, sizes, current, num_gpus, gpu_gb, move_cost):
    """The highest pressure that descent from a placement ends with, and where."""

    def weight(model, gpu):
        """Demand of a model on a GPU, more where it would be moved."""
        if current[model] == gpu or current[model] < 0:
            return demand[model]
        return demand[model] * (1.0 + move_cost * sizes[model])

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
    return max(peaks), where


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    """The GPU of every model."""
    demand = (forecast(rates) / slos).tolist()
    sizes, current = sizes.tolist(), current.tolist()
    ways = exchanges(sizes, num_gpus, gpu_gb, min_kv_gb)
    starts = [start(sizes, current, num_gpus, gpu_gb, min_kv_gb)]
    second = fresh(demand, sizes, current, num_gpus, gpu_gb, gpu_gb - min_kv_gb)
    if second is not None:
        starts.append(second)
    ends = [
        descend(where, ways, demand, sizes, current, num_gpus, gpu_gb, move_cost)
        for where in starts
    ]
    return min(ends, key=lambda end: end[0])[1]
# EVOLVE-BLOCK-END
