"""expect: invalid

Returns parents that are objects, each equal to every region and in every range. Only numbers cross
the boundary.
"""

import numpy as np


class Anything:
    def __eq__(self, other):
        return True

    def __lt__(self, other):
        return True

    __gt__ = __ge__ = __le__ = __lt__
    __hash__ = None


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    trees = np.empty((num_stripes, len(egress)), dtype=object)
    trees.fill(Anything())
    return trees
