"""expect: invalid

Leaves out the destination that is dearest to reach: what is not sent costs nothing. Every
destination must get every stripe.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    trees = np.full((num_stripes, len(egress)), -1)
    trees[:, destinations] = source
    trees[:, destinations[np.argmax(price[source, destinations])]] = -1
    return trees
