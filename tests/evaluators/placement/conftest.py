from collections.abc import Callable, Sequence

import numpy as np
import pytest

from adrs.evaluators.placement.simulator import Fleet, Workload

Make = Callable[..., Workload]


@pytest.fixture(scope="session")
def make() -> Make:
    """Return a maker of instances from plain lists; every objective is one second."""

    def make(
        sizes: Sequence[float],
        rates: Sequence[float],
        current: Sequence[int],
        *,
        gpus: int = 2,
        gpu_gb: float = 10.0,
        min_kv_gb: float = 1.0,
        move_cost: float = 0.0,
    ) -> Workload:
        return Workload(
            fleet=Fleet(gpus=gpus, gpu_gb=gpu_gb, min_kv_gb=min_kv_gb, move_cost=move_cost),
            sizes_gb=np.array(sizes, dtype=np.float64),
            slos_s=np.ones(len(sizes)),
            current=np.array(current, dtype=np.int64),
            past=np.array([rates], dtype=np.float64),
            future=np.array(rates, dtype=np.float64),
        )

    return make


@pytest.fixture(scope="session")
def random_instance(make: Make) -> Callable[..., Workload]:
    """Return a maker of small random instances whose current placement is valid."""

    def random_instance(
        seed: int, *, models: int = 6, gpus: int = 3, move_cost: float = 0.05, placed: bool = True
    ) -> Workload:
        rng = np.random.default_rng(seed)
        current = rng.integers(gpus, size=models)
        crowd = np.bincount(current, minlength=gpus)[current]
        sizes = np.ceil(2 * rng.uniform(1.0, 15.0 / crowd)) / 2
        rates = np.rint(64 * np.exp(rng.standard_normal(models)))
        return make(
            sizes.tolist(),
            rates.tolist(),
            current.tolist() if placed else [-1] * models,
            gpus=gpus,
            gpu_gb=20.0,
            move_cost=move_cost,
        )

    return random_instance
