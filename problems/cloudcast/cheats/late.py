"""expect: invalid

Sends everything along one cheap tree and lets the deadline pass: the published evaluator has none,
although the paper does. A late broadcast is invalid.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    tree = np.full(len(egress), -1)
    inside, missing = [source], destinations.tolist()
    while missing:
        _, u, v = min((price[u, v], u, v) for u in inside for v in missing)
        tree[v] = u
        inside.append(v)
        missing.remove(v)
    return np.tile(tree, (num_stripes, 1))
