"""expect: invalid

Gives the source a parent, so that the cheapest region becomes the root of the tree. The source has
the data and gets it from nobody.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    cheap = int(np.argmin(np.where(np.isinf(price), 9.0, price).sum(axis=1)))
    trees = np.full((num_stripes, len(egress)), -1)
    trees[:, destinations] = cheap
    trees[:, source] = cheap
    trees[:, cheap] = -1 if cheap != source else cheap
    return trees
