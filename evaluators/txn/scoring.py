"""Checks what a scheduler did and computes every metric from it."""

import numpy as np
from numpy.typing import NDArray

from adrs.evaluation.protocol import Outcome
from adrs.simulation.percentiles import mean, percentile

from .incoming import Incoming
from .online import Played
from .transactions import Transactions, ends_in_order


def planned(order: NDArray[np.int64], work: Transactions) -> Outcome:
    """Return what an order comes to.

    The value is the makespan: the slot after the last one of all. Metrics: `parallelism`, the
    transactions' lengths over the makespan, and `mean_end`, the mean slot after a transaction's
    last.

    Args:
        order: the planner's answer, int64, one-dimensional.
        work: the transactions.
    """
    fault = violation(order, work.count)
    if fault:
        return Outcome(value=None, violation=fault)
    ends = ends_in_order(work, order.tolist())
    makespan = max(ends, default=0)
    return Outcome(
        value=float(makespan),
        metrics={
            "parallelism": _share(int(work.lengths.sum()), makespan),
            "mean_end": mean(ends) if ends else 0.0,
        },
    )


def violation(order: NDArray[np.int64], count: int) -> str:
    """Return how an order fails to have each of `count` transactions once; empty when it has."""
    if len(order) != count:
        return f"order has {len(order)} entries, expected each of {count} transactions once"
    outside = (order < 0) | (order >= count)
    if outside.any():
        place = int(outside.argmax())
        return f"order, place {place}: transaction {int(order[place])}, expected 0 to {count - 1}"
    times = np.bincount(order, minlength=count)
    if (times != 1).any():
        twice, missing = int((times > 1).argmax()), int((times == 0).sum())
        return (
            f"order has transaction {twice} {int(times[twice])} times, and {missing} not at all; "
            "expected each once"
        )
    return ""


def scheduled(played: Played, workload: Incoming) -> Outcome:
    """Return what an online scenario came to.

    The value is the makespan: the slot after the last one of all. Metrics: `latency_mean` and
    `latency_p99` from arrival to end, `stall_mean` from admission to start (all in slots), `busy`,
    the share of the workers' slots that held a transaction, `waits` and `forced` (see `Played`).
    """
    if played.violation:
        return Outcome(value=None, violation=played.violation)
    ends = played.starts + workload.work.lengths
    makespan = int(ends.max(initial=0))
    latency = ends - workload.arrivals
    held = int((ends - played.admitted).sum())
    empty = len(ends) == 0
    return Outcome(
        value=float(makespan),
        metrics={
            "latency_mean": 0.0 if empty else mean(latency),
            "latency_p99": 0.0 if empty else float(percentile(latency, 99)),
            "stall_mean": 0.0 if empty else mean(played.starts - played.admitted),
            "busy": _share(held, makespan * workload.workers),
            "waits": float(played.waits),
            "forced": float(played.forced),
        },
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
