"""expect: crash

Ends its process with the exit code of success. Without an answer to every scenario there is no
score.
"""

import sys


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    sys.exit(0)
