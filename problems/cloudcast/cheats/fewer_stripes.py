"""expect: invalid

Hands in the tree of one stripe only, so that the others would travel for nothing. The shape must be
that of the instance.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    trees = np.full((num_stripes, len(egress)), -1)
    trees[:, destinations] = source
    return trees[:1]
