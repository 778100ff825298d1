"""What a placement costs between machines: tokens that cross, and weights that move."""

import numpy as np
from numpy.typing import NDArray

from .simulator import Shape

# Three matrices of 7168 x 2048 in FP8: an expert of DeepSeek-V3 (technical report, section 4.2).
EXPERT_GB = 3 * 7168 * 2048 / 1e9


def internode_share(placement: NDArray[np.int64], loads: NDArray[np.int64], shape: Shape) -> float:
    """Return the least share of tokens that is computed on another node than it comes from.

    Tokens come evenly from all nodes, and an expert's tokens are split evenly over its replicas, as
    the loads assume. Within that, a token takes a replica on its own node where it can: a node with
    the part r of an expert's replicas serves min(r, 1 / nodes) of that expert's tokens at home.
    0 on one node and without load.

    Args:
        placement: expert in each slot, shape [layers, slots]; every expert has a replica.
        loads: tokens per expert, shape [layers, experts].
        shape: the deployment.
    """
    total = float(loads.sum())
    if total == 0.0:
        return 0.0
    node = np.arange(shape.slots) // (shape.slots // shape.nodes)
    # Counted once more rather than summed: numpy is slow to sum over an axis as short as the nodes.
    everywhere = _counts(placement, np.zeros_like(node), 1, shape)
    part = _counts(placement, node, shape.nodes, shape) / everywhere
    at_home = np.minimum(part, 1.0 / shape.nodes).sum(axis=2)
    return max(0.0, 1.0 - float((loads * at_home).sum()) / total)


def moved_gb(placement: NDArray[np.int64], current: NDArray[np.int64], shape: Shape) -> float:
    """Return the weights that GPUs must fetch to go from one placement to another, in GB.

    A GPU fetches each expert of its slots that it does not hold yet, once, of `EXPERT_GB`.

    Args:
        placement: expert in each slot afterwards, shape [layers, slots].
        current: the same before.
        shape: the deployment.
    """
    gpu = np.arange(shape.slots) // (shape.slots // shape.gpus)
    held = np.zeros(shape.layers * shape.experts * shape.gpus, dtype=np.bool_)
    held[_places(current, gpu, shape.gpus, shape)] = True
    before = np.count_nonzero(held)
    held[_places(placement, gpu, shape.gpus, shape)] = True
    return int(np.count_nonzero(held) - before) * EXPERT_GB


def _counts(
    placement: NDArray[np.int64], place: NDArray[np.int64], places: int, shape: Shape
) -> NDArray[np.int64]:
    """Return the replicas of each expert at each place, shape [layers, experts, places].

    `place` is the node or GPU of every slot.
    """
    flat = _places(placement, place, places, shape)
    counts = np.bincount(flat.ravel(), minlength=shape.layers * shape.experts * places)
    return counts.reshape(shape.layers, shape.experts, places)


def _places(
    placement: NDArray[np.int64], place: NDArray[np.int64], places: int, shape: Shape
) -> NDArray[np.int64]:
    """Return the number of every slot's (layer, expert, place), in an array of all of them."""
    layer = np.arange(shape.layers)[:, None]
    return np.asarray((layer * shape.experts + placement) * places + place)
