"""expect: invalid

Lets the destinations pass the data round in a ring that the source is not part of, over the
cheapest links: each of them has a parent, but none has the data.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    trees = np.full((num_stripes, len(egress)), -1)
    trees[:, destinations] = np.roll(destinations, 1)
    return trees
