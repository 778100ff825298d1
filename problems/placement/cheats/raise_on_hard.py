"""expect: exception

Raises where rates are skewed: an evaluator that averages over the cases that went well gave 34.9
for this where the optimum is 26.3. One exception makes the whole evaluation invalid.
"""


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    demand = rates[-1] / slos
    if demand.max() > 4 * demand.mean():
        raise ValueError("unable to place the models")
    return current
