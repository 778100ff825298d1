"""expect: timeout

Never answers on large fleets, to have them left out as timeouts were. CPU time is limited, and a
timeout makes the whole evaluation invalid.
"""


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    while num_gpus > 4:
        pass
    return current
