"""expect: timeout

Never answers, so that no time can be compared. CPU time has an end of its own.
"""


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    while True:
        pass
