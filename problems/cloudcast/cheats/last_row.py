"""expect: invalid

Sends from region -2, which as an index means the last but one. Only -1 says that there is no
parent.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    trees = np.full((num_stripes, len(egress)), -1)
    trees[:, destinations] = -2
    return trees
