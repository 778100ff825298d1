"""expect: invalid

Makes every destination its own parent: the price of the diagonal was once nothing. There is no link
from a region to itself.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    trees = np.full((num_stripes, len(egress)), -1)
    trees[:, destinations] = destinations
    return trees
