"""expect: memory

Asks for a terabyte, to have the host kill the scorer. Memory is limited for the candidate alone.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    table = np.ones((1 << 20, 1 << 17))
    return table[:num_stripes, : len(egress)].astype(np.int64)
