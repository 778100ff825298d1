"""Checks a placement completely and computes every metric from it."""

import numpy as np
from numpy.typing import NDArray

from adrs.evaluation.protocol import Outcome

from .simulator import Workload, moved, pressures, used_gb


def score(placement: NDArray[np.int64], workload: Workload) -> Outcome:
    """Return what a placement comes to in the window after the past ones.

    The value is the largest KV pressure ratio of any GPU in that window, moves included (see
    `simulator.pressures`). Metrics:

    - mean_kvpr: the ratio averaged over the GPUs.
    - seen_kvpr: the largest ratio if the last past window came again.
    - moves: models that change their GPU.
    - moved_gb: the size of those, in GB.

    Args:
        placement: the policy's answer, int64, one-dimensional.
        workload: the instance.
    """
    fault = violation(placement, workload)
    if fault:
        return Outcome(value=None, violation=fault)
    ratios = pressures(placement, workload.future, workload)
    changed = moved(placement, workload)
    return Outcome(
        value=float(ratios.max()),
        metrics={
            "mean_kvpr": float(ratios.mean()),
            "seen_kvpr": float(pressures(placement, workload.past[-1], workload).max()),
            "moves": float(changed.sum()),
            "moved_gb": float(workload.sizes_gb[changed].sum()),
        },
    )


def violation(placement: NDArray[np.int64], workload: Workload) -> str:
    """Return the first constraint that a placement breaks, and how; empty when it is valid."""
    fleet = workload.fleet
    if placement.shape != (workload.models,):
        return (
            f"placement has {len(placement)} entries for {workload.models} models: every model "
            "needs exactly one GPU"
        )
    outside = (placement < 0) | (placement >= fleet.gpus)
    if outside.any():
        model = int(outside.argmax())
        return (
            f"model {model}: GPU {int(placement[model])}, expected 0 to {fleet.gpus - 1} "
            f"({int(outside.sum())} such in all)"
        )
    excess = used_gb(placement, workload) - fleet.weights_gb
    if (excess > 0.0).any():
        return (
            f"out of memory on {int((excess > 0.0).sum())} of {fleet.gpus} GPUs: the models of one "
            f"need {float(excess.max()):.1f} GB too much ({fleet.min_kv_gb:g} GB must stay free "
            "for the KV cache)"
        )
    return ""
