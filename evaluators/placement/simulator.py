"""Models on GPUs, and the KV-cache pressure that their demand puts on the memory left over.

A GPU's memory holds the weights of its models; what is left is one KV cache that they share. The
KV pressure ratio (KVPR) of Prism (Yu et al., arXiv 2505.04021) is the demand of a GPU's
models over that cache, a model's demand being its request rate over its latency objective.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNPLACED = -1  # in `current`: the model is on no GPU yet, and loading it costs nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """The GPUs, all alike, and what a move costs.

    Attributes:
        gpus: how many, at least 1.
        gpu_gb: memory of each, in GB.
        min_kv_gb: memory that the models of a GPU must leave for the KV cache, in GB, above 0.
        move_cost: per GB of its size, the part by which a moved model's demand grows: the requests
            that wait while its weights load are served besides those that come later.
    """

    gpus: int
    gpu_gb: float
    min_kv_gb: float
    move_cost: float

    @property
    def weights_gb(self) -> float:
        """What the models of one GPU may need at most, in GB."""
        return self.gpu_gb - self.min_kv_gb


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workload:
    """One instance: what the policy sees and what it is scored on. Arrays are read-only.

    Attributes:
        fleet: the GPUs.
        sizes_gb: memory of each model's weights, multiples of 1/2 GB, shape [models].
        slos_s: latency objective of each model, in seconds, above 0, shape [models].
        current: GPU of each model now, int64, shape [models]; `UNPLACED` where it has none.
        past: requests per second, shape [windows, models], oldest window first.
        future: requests per second in the window after them, shape [models]; hidden from the
            policy.
    """

    fleet: Fleet
    sizes_gb: NDArray[np.float64]
    slos_s: NDArray[np.float64]
    current: NDArray[np.int64]
    past: NDArray[np.float64]
    future: NDArray[np.float64]

    @property
    def models(self) -> int:
        """How many models there are."""
        return len(self.sizes_gb)


def demands(rates: NDArray[np.float64], workload: Workload) -> NDArray[np.float64]:
    """Return each model's demand at some rates: requests per second per second of objective."""
    return np.asarray(rates / workload.slos_s)


def moved(placement: NDArray[np.int64], workload: Workload) -> NDArray[np.bool_]:
    """Return which models a placement moves from one GPU to another, shape [models]."""
    return np.asarray((placement != workload.current) & (workload.current != UNPLACED))


def used_gb(placement: NDArray[np.int64], workload: Workload) -> NDArray[np.float64]:
    """Return the memory that weights take on each GPU, in GB, shape [gpus]."""
    gpus = workload.fleet.gpus
    used = np.bincount(placement, weights=workload.sizes_gb, minlength=gpus)
    return used.astype(np.float64, copy=False)  # of an empty array it would be int


def pressures(
    placement: NDArray[np.int64], rates: NDArray[np.float64], workload: Workload
) -> NDArray[np.float64]:
    """Return the KV pressure ratio of each GPU, shape [gpus], 0 for one without models.

    Args:
        placement: GPU of each model, shape [models]; memory suffices.
        rates: requests per second of each model, shape [models].
        workload: the instance.
    """
    fleet = workload.fleet
    demand = demands(rates, workload)
    grown = demand * (1.0 + fleet.move_cost * workload.sizes_gb)
    load = np.bincount(
        placement,
        weights=np.where(moved(placement, workload), grown, demand),
        minlength=fleet.gpus,
    )
    return np.asarray(load / (fleet.gpu_gb - used_gb(placement, workload)))
