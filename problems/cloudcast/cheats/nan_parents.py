"""expect: invalid

Puts NaN for a parent: comparisons with NaN are false, so a range check written the wrong way round
lets it through. The result must convert to integers without loss.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    trees = np.full((num_stripes, len(egress)), -1.0)
    trees[:, destinations] = source
    trees[:, destinations[0]] = np.nan
    return trees
