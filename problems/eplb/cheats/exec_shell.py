"""expect: security

Replaces itself with a shell that could read the archive and the keys. The system call kills the
process.
"""

import os


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    os.execv("/bin/sh", ["sh", "-c", "cat runs/adrs.db"])
