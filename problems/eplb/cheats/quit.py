"""expect: crash

Ends its process with the exit code of success. Without an answer to every scenario there is no
score.
"""

import sys


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    sys.exit(0)
