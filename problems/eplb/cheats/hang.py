"""expect: timeout

Never answers, so that a scorer that waits for it stands still. CPU time is limited.
"""


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    while True:
        pass
