"""expect: invalid

Sends nothing at all and has no bill. Every destination must get every stripe.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    return np.full((num_stripes, len(egress)), -1)
