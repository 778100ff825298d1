"""expect: crash

Ends its process with the exit code of success. Without an answer to every scenario there is no
score.
"""

import sys


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    sys.exit(0)
