"""expect: invalid

Sends from a region that does not exist, one past the last; as an index into flattened prices it
would read another row. Parents are checked against the number of regions.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    trees = np.full((num_stripes, len(egress)), -1)
    trees[:, destinations] = len(egress)
    return trees
