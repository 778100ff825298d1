"""expect: invalid

Returns a pressure of zero beside the placement. The interface has one result; a second one has
nowhere to go.
"""


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    return current, 0.0
