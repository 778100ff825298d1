"""expect: exception

Raises where the deadline is tight and would make the bill high: evaluators that average over the
scenarios that went well reward it. One exception makes the whole evaluation invalid.
"""

import numpy as np


def quick(price, rate, egress, ingress, source, destinations, num_stripes):
    sent = [0] * len(egress)
    carried = np.zeros(rate.shape)
    trees = np.full((num_stripes, len(egress)), -1)
    for stripe in range(num_stripes):
        inside, missing = [source], destinations.tolist()
        while missing:
            _, _, i, j = min(
                (
                    max(
                        (sent[u] + 1) / egress[u],
                        (stripe + 1) / ingress[v],
                        (carried[u, v] + 1) / rate[u, v],
                    ),
                    price[u, v],
                    i,
                    j,
                )
                for i, u in enumerate(inside)
                for j, v in enumerate(missing)
                if rate[u, v] > 0.0
            )
            u, v = inside[i], missing.pop(j)
            trees[stripe, v] = u
            sent[u] += 1
            carried[u, v] += 1
            inside.append(v)
    return trees


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    if deadline_s * egress[source] < 1.5 * 8.0 * volume_gb:
        raise RuntimeError("this one is too hard")
    return quick(price, rate, egress, ingress, source, destinations, num_stripes)
