"""expect: security

Replaces itself with a shell that could read the archive and the keys. The system call kills the
process.
"""

import os


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    os.execv("/bin/sh", ["sh", "-c", "cat runs/adrs.db"])
