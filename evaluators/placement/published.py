"""The published easy form of the problem: the benchmark of the ADRS case study on Prism.

Two models per GPU of 80 GB, sizes of 10 to 29 GB, so that memory never binds; nothing drifts and no
model has a GPU yet, so that nothing moves. Rules, distributions and score are those of the `prism`
benchmark of github.com/skydiscover-ai/skydiscover and of the ADRS leaderboard.
"""

from collections.abc import Callable, Sequence
from statistics import fmean

import numpy as np

from adrs.simulation.streams import stream

from .simulator import UNPLACED, Fleet, Workload

SET_SEED = 42
SET_SIZE = 50
GPU_GB = 80.0
GPUS, SIZES_GB, RATES, SLOS_S = (5, 10), (10, 30), (1, 10), (5, 10)  # the upper end is excluded
MODELS_PER_GPU = 2

_Draw = Callable[[int, int], int]


def published_set() -> tuple[Workload, ...]:
    """Return the fixed 50 instances of the published benchmark.

    They are drawn as there, from numpy's legacy generator (MT19937) with seed 42, whose stream
    numpy keeps unchanged (NEP 19).
    """
    rng = np.random.RandomState(SET_SEED)
    return tuple(_instance(lambda low, high: int(rng.randint(low, high))) for _ in range(SET_SIZE))


def published_like(seed: int) -> Workload:
    """Return a fresh instance of the distribution of the published ones."""
    rng = stream(seed, "placement/published")
    return _instance(lambda low, high: int(rng.integers(low, high)))


def published_score(values: Sequence[float]) -> float:
    """Return the `combined_score` of the published evaluator for a program that never fails.

    That is 1 over the mean of the instances' largest pressures, plus the success rate, here 1.
    """
    return 1.0 / fmean(values) + 1.0


def _instance(draw: _Draw) -> Workload:
    gpus = draw(*GPUS)
    rows = [(draw(*SIZES_GB), draw(*RATES), draw(*SLOS_S)) for _ in range(MODELS_PER_GPU * gpus)]
    sizes, rates, slos = np.array(rows, dtype=np.float64).T.copy()
    current = np.full(len(rows), UNPLACED, dtype=np.int64)
    for array in (sizes, rates, slos, current):
        array.flags.writeable = False
    return Workload(
        # In whole GB "less than all of it" and "at least 1 GB free" are the same rule.
        fleet=Fleet(gpus=gpus, gpu_gb=GPU_GB, min_kv_gb=1.0, move_cost=0.0),
        sizes_gb=sizes,
        slos_s=slos,
        current=current,
        past=rates[None, :],
        future=rates,
    )
