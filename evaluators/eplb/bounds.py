"""A proven upper bound on the balancedness that any placement can reach in the next window."""

import numpy as np
from numpy.typing import NDArray

from .simulator import Shape


def balancedness_bound(
    future: NDArray[np.int64], shape: Shape, *, groups_on_one_node: bool
) -> float:
    """Return an upper bound on `balancedness`, 1 where there is no load.

    Balancedness is the sum of the layers' mean GPU loads over the sum of their maxima. The means
    are the same for every placement, so dividing their sum by a sum of lower bounds on the maxima
    (`least_peaks`) gives an upper bound, and it holds for a policy that knows the future.

    Args:
        future: tokens of the window that is scored, shape [layers, experts].
        shape: the deployment.
        groups_on_one_node: whether all replicas of a group must be on one node.
    """
    peaks = float(least_peaks(future, shape, groups_on_one_node=groups_on_one_node).sum())
    if peaks == 0.0:
        return 1.0
    return min(1.0, float(future.sum()) / shape.gpus / peaks)


def least_peaks(
    future: NDArray[np.int64], shape: Shape, *, groups_on_one_node: bool
) -> NDArray[np.float64]:
    """Return a lower bound on the load of each layer's busiest GPU, shape [layers].

    It is the largest of three values, each of which no placement can go below:

    1. The mean GPU load: a maximum is at least the mean.
    2. The least possible load of the heaviest replica (`least_replica`): it is on some GPU.
    3. If groups must stay on one node: the heaviest group's load over the GPUs of a node, since
       that load is all on one node, whose busiest GPU has at least the node's mean.
    """
    mean = future.sum(axis=1) / shape.gpus
    peaks = np.maximum(mean, least_replica(future, shape.slots))
    if groups_on_one_node:
        size = shape.experts // shape.groups
        groups = future.reshape(shape.layers, shape.groups, size).sum(axis=2)
        peaks = np.maximum(peaks, groups.max(axis=1) / (shape.gpus // shape.nodes))
    return np.asarray(peaks)


def least_replica(future: NDArray[np.int64], slots: int) -> NDArray[np.float64]:
    """Return the least load that the heaviest replica of each layer can have, shape [layers].

    That is the minimum of max_e w_e / c_e over all counts c_e >= 1 with sum c_e = slots, where w
    are the experts' loads. Giving every further copy to an expert with the largest w_e / c_e
    reaches it. Proof: let the greedy counts c end with the value v = w_k / c_k > 0 as their
    maximum, and suppose counts d have all w_e / d_e < v. Then d_k > c_k, so as the sums are equal
    there is an expert j with d_j < c_j. The greedy gave j its last copy when it had c_j - 1 >= d_j
    >= 1 copies and the largest load per copy; k then had at most c_k copies, hence
    w_j / (c_j - 1) >= w_k / c_k = v. So w_j / d_j >= w_j / (c_j - 1) >= v, a contradiction.
    """
    layers, experts = future.shape
    rows = np.arange(layers)
    copies = np.ones((layers, experts), dtype=np.int64)
    share = future.astype(np.float64)
    for _ in range(slots - experts):
        top = share.argmax(axis=1)
        copies[rows, top] += 1
        share[rows, top] = future[rows, top] / copies[rows, top]
    return np.asarray(share.max(axis=1))
