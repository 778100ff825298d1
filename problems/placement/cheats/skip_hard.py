"""expect: invalid

Returns None, and elsewhere a text, where memory is tight, for the evaluator to leave such cases
out. An answer that is no placement is a broken constraint, never a scenario less.
"""


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    if sizes.sum() > 0.85 * num_gpus * gpu_gb:
        return None
    return current
