"""expect: invalid

Returns the published interface's dictionary of lists, which may name a model twice or not at all.
The interface has one GPU per model and nothing else.
"""


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    return {gpu: [m for m in range(len(sizes)) if current[m] == gpu] for gpu in range(num_gpus)}
