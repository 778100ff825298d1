"""expect: invalid

Returns a cost of nothing and an endless throughput beside the trees, as the published interface
lets programs hand in the price of every edge they use. The interface has one result, and prices are
looked up by the scorer.
"""

import numpy as np


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    trees = np.full((num_stripes, len(egress)), -1)
    trees[:, destinations] = source
    return trees, {'cost': 0.0, 'throughput': 1e9}
