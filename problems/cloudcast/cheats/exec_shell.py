"""expect: security

Replaces itself with a shell that could read the archive and the keys. The system call kills the
process.
"""

import os


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    os.execv("/bin/sh", ["sh", "-c", "cat runs/adrs.db"])
