"""Checks a plan completely and computes every metric from it."""

import numpy as np
from numpy.typing import NDArray

from adrs.evaluation.protocol import Outcome

from .bounds import TOLERANCE
from .simulator import (
    NO_PARENT,
    Broadcast,
    Workload,
    completion_s,
    egress_usd,
    machines_usd,
    stripes_per_link,
)


def score(trees: NDArray[np.int64], workload: Workload) -> Outcome:
    """Return what a plan comes to.

    The value is its cost in $: egress, and the machines of every region that takes part, until the
    last destination has everything. Metrics:

    - egress_usd, machines_usd: the two parts.
    - deadline_used: completion time over the deadline.
    - over_steiner: egress over that of the cheapest tree without a deadline; 1 where that is free.
    - relays: regions that take part without being source or destination.
    - trees: how many different trees the stripes travel along.

    Args:
        trees: the policy's answer, int64, two-dimensional.
        workload: the instance.
    """
    task = workload.task
    fault = violation(trees, task)
    if fault:
        return Outcome(value=None, violation=fault)
    counts = stripes_per_link(trees, task.network.regions)
    ends = completion_s(counts, task) / workload.deadline_s
    if ends > 1.0 + TOLERANCE:
        return Outcome(
            value=None, violation=f"the deadline is missed: the plan takes {ends:.6g} times as long"
        )
    egress, machines = egress_usd(counts, task), machines_usd(counts, task)
    steiner = workload.steiner_usd
    return Outcome(
        value=egress + machines,
        metrics={
            "egress_usd": egress,
            "machines_usd": machines,
            "deadline_used": ends,
            "over_steiner": egress / steiner if steiner > 0.0 else 1.0,
            "relays": float(_relays(counts, task)),
            "trees": float(len(np.unique(trees, axis=0))),
        },
    )


def violation(trees: NDArray[np.int64], task: Broadcast) -> str:
    """Return the first rule that a plan's trees break, and where; empty when none.

    The deadline is not looked at. Texts name stripes but no regions, so that they do not tell the
    instance.
    """
    regions = task.network.regions
    if trees.shape != (task.stripes, regions):
        return (
            f"trees has shape {trees.shape}, expected [stripes, regions] = "
            f"{(task.stripes, regions)}"
        )
    checks = (
        ((trees < NO_PARENT) | (trees >= regions), f"a parent is not in -1 to {regions - 1}"),
        (trees[:, [task.source]] != NO_PARENT, "the source has a parent"),
        (
            trees[:, list(task.destinations)] == NO_PARENT,
            "a destination has no parent, so it does not get the stripe",
        ),
    )
    for broken, text in checks:
        if broken.any():
            return f"stripe {int(broken.any(axis=1).argmax())}: {text}"
    return _unlinked(trees, task) or _unreached(trees, task)


def _unlinked(trees: NDArray[np.int64], task: Broadcast) -> str:
    stripe, child = np.nonzero(trees != NO_PARENT)
    missing = task.network.rate[trees[stripe, child], child] <= 0.0
    if not missing.any():
        return ""
    return f"stripe {int(stripe[missing.argmax()])}: there is no link from a parent to its child"


def _unreached(trees: NDArray[np.int64], task: Broadcast) -> str:
    """Return which stripe has a region that is in its tree but not reached from the source.

    Every region's ancestor is looked up at twice the distance in each round; after enough rounds
    it is the source, or the region hangs on a loop or on a region outside the tree.
    """
    stripes, regions = trees.shape
    row = np.arange(stripes)[:, None]
    member = trees != NO_PARENT
    ancestor = np.where(member, trees, np.arange(regions))
    for _ in range(regions.bit_length()):
        ancestor = ancestor[row, ancestor]
    lost = member & (ancestor != task.source)
    if not lost.any():
        return ""
    return (
        f"stripe {int(lost.any(axis=1).argmax())}: a region in the tree cannot be reached from the "
        "source: its parents form a loop or end at a region that does not get the stripe"
    )


def _relays(counts: NDArray[np.int64], task: Broadcast) -> int:
    taking_part = (counts.sum(axis=0) + counts.sum(axis=1)) > 0
    taking_part[[task.source, *task.destinations]] = False
    return int(taking_part.sum())
