"""expect: invalid

Gets half a stripe from one region and half from the next: 0.5 would be cut to an honest parent that
is charged for. The result must convert to integers without loss.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    trees = np.full((num_stripes, len(egress)), -1.0)
    trees[:, destinations] = source + 0.5
    return trees
