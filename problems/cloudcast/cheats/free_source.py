"""expect: invalid

Lets a region that is cheap to send from stand in for the source: it has no parent and is sent
nothing, but its children have a parent. A path must lead back to the source.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    others = [u for u in range(len(egress)) if u != source and u not in destinations]
    if not others:
        others = [int(destinations[0])]
    cheap = min(others, key=lambda u: price[u, destinations].sum())
    trees = np.full((num_stripes, len(egress)), -1)
    trees[:, destinations] = cheap
    return trees
