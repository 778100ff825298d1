"""Expert placements and the loads they put on GPUs.

A mixture-of-experts model has a set of experts in every layer. A placement gives each physical slot
of a layer one expert; slots of a layer lie on GPUs in equal, consecutive runs. An expert's tokens
are split evenly over its replicas, as the routing of DeepSeek's expert-parallel deployment does
(DeepSeek-V3 technical report, section 3.4; github.com/deepseek-ai/EPLB).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The sizes of a deployment.

    Slot s of a layer is on GPU s // (slots / gpus), and GPU g on node g // (gpus / nodes). Expert e
    belongs to group e // (experts / groups). All these divisions are exact.

    Attributes:
        layers: mixture-of-experts layers.
        experts: logical experts in each layer.
        slots: physical slots in each layer, at least `experts`.
        gpus: GPUs that share every layer.
        nodes: machines the GPUs are in.
        groups: expert groups of the model's routing; 1 where it has none.
    """

    layers: int
    experts: int
    slots: int
    gpus: int
    nodes: int
    groups: int

    def __post_init__(self) -> None:
        """Check that the sizes fit together.

        Raises:
            ValueError: they do not; the text names them.
        """
        sizes = (self.layers, self.experts, self.slots, self.gpus, self.nodes, self.groups)
        if min(sizes) < 1:
            raise ValueError(f"every size must be at least 1, got {self}")
        if self.slots < self.experts:
            raise ValueError(f"{self.slots} slots cannot hold {self.experts} experts")
        for whole, part in (("slots", "gpus"), ("gpus", "nodes"), ("experts", "groups")):
            if getattr(self, whole) % getattr(self, part):
                raise ValueError(f"{whole} must be a multiple of {part}, got {self}")

    @property
    def hierarchical(self) -> bool:
        """Whether equal numbers of whole groups fit on every node."""
        return self.groups % self.nodes == 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workload:
    """One instance: what the policy sees and what it is scored on.

    Attributes:
        shape: the deployment.
        past: tokens per past window, layer and expert, oldest window first, int64, read-only.
        future: tokens per layer and expert of the window after them, int64, read-only; hidden from
            the policy.
        current: expert in each slot so far, shape [layers, slots], int64, read-only: where the
            published greedy put them before the last window. Hidden from the policy.
        yardstick: balancedness that the published greedy reaches in the next window; None where it
            is not asked for.
    """

    shape: Shape
    past: NDArray[np.int64]
    future: NDArray[np.int64]
    current: NDArray[np.int64]
    yardstick: float | None = None


def gpu_loads(
    placement: NDArray[np.int64], loads: NDArray[np.int64], shape: Shape
) -> NDArray[np.float64]:
    """Return the tokens that each GPU computes in each layer.

    Args:
        placement: expert in each slot, shape [layers, slots]; every expert has a replica.
        loads: tokens per expert, shape [layers, experts].
        shape: the deployment.

    Returns:
        Shape [layers, gpus]; each layer's sum is that of its loads, but for rounding.
    """
    flat = placement + np.arange(shape.layers, dtype=np.int64)[:, None] * shape.experts
    copies = np.bincount(flat.ravel(), minlength=loads.size)
    per_copy = loads.ravel() / np.maximum(copies, 1)
    per_slot: NDArray[np.float64] = per_copy[flat]
    return np.asarray(per_slot.reshape(shape.layers, shape.gpus, -1).sum(axis=2))


def balancedness(loads: NDArray[np.float64]) -> float:
    """Return mean over max GPU load, each summed over the layers first.

    Layers run one after another and each waits for its busiest GPU, so the sum of the maxima is
    the time of a pass and the sum of the means the time with perfect balance. This is the
    `balance_gpu` of the published evaluators. A model without load is perfectly balanced.

    Args:
        loads: shape [layers, gpus], tokens.
    """
    peak = float(loads.max(axis=1).sum())
    if peak == 0.0:
        return 1.0
    return min(1.0, float(loads.mean(axis=1).sum()) / peak)


def layer_balancedness(loads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return mean over max GPU load of each layer, shape [layers]; 1 for a layer without load."""
    peak = loads.max(axis=1)
    ratio = loads.mean(axis=1) / np.where(peak > 0.0, peak, 1.0)
    return np.where(peak > 0.0, np.minimum(ratio, 1.0), 1.0)


def nodes_per_group(placement: NDArray[np.int64], shape: Shape) -> NDArray[np.int64]:
    """Return on how many nodes each expert group has replicas, shape [layers, groups].

    Group-limited routing sends a token to a few groups only, so few nodes per group mean little
    traffic between nodes.
    """
    group = placement // (shape.experts // shape.groups)
    node = np.arange(shape.slots, dtype=np.int64) // (shape.slots // shape.nodes)
    present = np.zeros((shape.layers, shape.groups, shape.nodes), dtype=np.bool_)
    present[np.arange(shape.layers)[:, None], group, node[None, :]] = True
    return np.asarray(present.sum(axis=2, dtype=np.int64))
