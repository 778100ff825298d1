"""Checks a placement completely and computes every metric from it."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from adrs.core.evaluation import Verdict
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import PolicyFailed

from .greedy import greedy
from .simulator import (
    Shape,
    Workload,
    balancedness,
    gpu_loads,
    layer_balancedness,
    nodes_per_group,
)
from .traffic import internode_share, moved_gb

# Ties, which the greedy breaks by number and another form of it may not, move the mean by less.
TIES = 1e-3


def score(placement: NDArray[np.int64], workload: Workload, *, groups_on_one_node: bool) -> Outcome:
    """Return what a placement comes to in the window after the past ones.

    The value is the balancedness of the next window (see `simulator.balancedness`). Metrics:

    - worst_layer: the least balanced layer's mean over max GPU load in the next window.
    - layer_mean: the same, averaged over the layers.
    - in_sample: balancedness on the sum of the past windows.
    - nodes_per_group: nodes on which an expert group has replicas, averaged.
    - internode_share: share of the next window's tokens that go to another node.
    - moved_gb: weights that GPUs must fetch for it, from what the published greedy had placed one
      window earlier.

    Args:
        placement: the policy's answer, int64, two-dimensional.
        workload: the instance.
        groups_on_one_node: whether a group on two nodes is a violation, in shapes where whole
            groups fit on nodes.
    """
    shape = workload.shape
    fault = violation(placement, shape, groups_on_one_node=groups_on_one_node)
    if fault:
        return Outcome(value=None, violation=fault)
    loads = gpu_loads(placement, workload.future, shape)
    layers = layer_balancedness(loads)
    past = gpu_loads(placement, workload.past.sum(axis=0), shape)
    return Outcome(
        value=balancedness(loads),
        metrics={
            "worst_layer": float(layers.min()),
            "layer_mean": float(layers.mean()),
            "in_sample": balancedness(past),
            "nodes_per_group": float(nodes_per_group(placement, shape).mean()),
            "internode_share": internode_share(placement, workload.future, shape),
            "moved_gb": moved_gb(placement, workload.current, shape),
        },
    )


def yardstick(workload: Workload) -> float:
    """Return the balancedness of the published greedy's placement in the next window."""
    placement = greedy(workload.past.sum(axis=0), workload.shape)
    return balancedness(gpu_loads(placement, workload.future, workload.shape))


def check_balance(outcomes: Sequence[Outcome], workloads: Sequence[Workload]) -> None:
    """Compare the mean balancedness with that of the published greedy on the same instances.

    Args:
        outcomes: valid ones, of `score`.
        workloads: their instances, with their yardsticks.

    Raises:
        PolicyFailed: INVALID, the mean is lower by more than `TIES`.
    """
    reached = fmean(outcome.value for outcome in outcomes if outcome.value is not None)
    least = fmean(work.yardstick for work in workloads if work.yardstick is not None)
    if reached < least - TIES:
        text = (
            f"balancedness is {reached:.4f} on average, "
            f"worse than the published greedy's {least:.4f}"
        )
        raise PolicyFailed(Verdict.INVALID, text)


def timed(outcome: Outcome, octaves: float) -> Outcome:
    """Return an outcome of `score` with the speed as its value; balancedness becomes a metric."""
    assert outcome.value is not None
    return replace(
        outcome, value=octaves, metrics={"balancedness": outcome.value, **outcome.metrics}
    )


def violation(placement: NDArray[np.int64], shape: Shape, *, groups_on_one_node: bool) -> str:
    """Return the first constraint that a placement breaks, and how; empty when it is valid."""
    expected = (shape.layers, shape.slots)
    if placement.shape != expected:
        return f"placement has shape {placement.shape}, expected [layers, slots] = {expected}"
    outside = (placement < 0) | (placement >= shape.experts)
    if outside.any():
        layer, slot = (int(i) for i in np.argwhere(outside)[0])
        return (
            f"layer {layer}, slot {slot}: expert {int(placement[layer, slot])}, "
            f"expected 0 to {shape.experts - 1}"
        )
    flat = placement + np.arange(shape.layers, dtype=np.int64)[:, None] * shape.experts
    missing = np.bincount(flat.ravel(), minlength=shape.layers * shape.experts) == 0
    if missing.any():
        layer, expert = divmod(int(missing.argmax()), shape.experts)
        return f"layer {layer}: expert {expert} has no slot ({int(missing.sum())} such in all)"
    if groups_on_one_node and shape.hierarchical:
        spread = nodes_per_group(placement, shape) > 1
        if spread.any():
            layer, group = (int(i) for i in np.argwhere(spread)[0])
            return f"layer {layer}: group {group} is on more than one node"
    return ""
