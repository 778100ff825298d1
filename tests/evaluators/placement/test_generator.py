import hashlib
from dataclasses import replace

import numpy as np
import pytest

from adrs.errors import ProblemError
from adrs.evaluators.placement.generator import CATALOGUE_GB, Law, Traffic, generate
from adrs.evaluators.placement.scoring import violation
from adrs.evaluators.placement.simulator import Fleet, Workload, demands, pressures

FLEET = Fleet(gpus=8, gpu_gb=80.0, min_kv_gb=1.0, move_cost=0.01)
TRAFFIC = Traffic(
    models=30, fill=0.85, law=Law.ZIPF, skew=0.9, drift=0.25, persistence=0.85, burst=1.0,
    windows=8, pressure=0.04,
)  # fmt: skip


def digest(workload: Workload) -> str:
    arrays = (
        np.rint(2 * workload.sizes_gb),
        workload.slos_s,
        workload.current,
        np.rint(256 * workload.past),
        np.rint(256 * workload.future),
    )
    text = b"".join(np.asarray(a, dtype=np.int64).tobytes() for a in arrays)
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def test_the_instance_of_a_seed_is_pinned() -> None:
    assert digest(generate(FLEET, TRAFFIC, 7)) == "906eb3f266c582e1"


def test_seeds_give_different_instances() -> None:
    assert len({digest(generate(FLEET, TRAFFIC, seed)) for seed in range(4)}) == 4


@pytest.mark.parametrize("fill", [0.6, 0.8, 0.9, 0.95])
def test_fleets_are_as_full_as_asked_for_and_can_be_packed(fill: float) -> None:
    for seed in range(4):
        workload = generate(FLEET, replace(TRAFFIC, fill=fill), seed)
        assert workload.sizes_gb.sum() / 640 == pytest.approx(fill, abs=0.0101)
        assert set(workload.sizes_gb.tolist()) <= set(CATALOGUE_GB)
        assert violation(workload.current, workload) == ""


def test_models_that_do_not_fit_on_one_gpu_are_not_drawn() -> None:
    small = replace(FLEET, gpu_gb=40.0)
    workload = generate(small, replace(TRAFFIC, models=20), 1)
    assert workload.sizes_gb.max() <= 34.0


def test_a_fill_that_no_models_have_is_refused() -> None:
    with pytest.raises(
        ProblemError, match=r"3 models on 8 GPUs of 80 GB: found no sizes that fill"
    ):
        generate(FLEET, replace(TRAFFIC, models=3), 1)


def test_past_windows_have_the_pressure_asked_for_and_tell_nothing_of_the_next() -> None:
    errors = []
    for seed in range(12):
        workload = generate(FLEET, TRAFFIC, seed)
        demand = np.array([demands(row, workload).sum() for row in workload.past])
        free_gb = 640 - workload.sizes_gb.sum()
        assert demand.mean() / free_gb == pytest.approx(0.04, rel=0.005)
        foretold = 0.04 * free_gb * (len(demand) + 1) - demand.sum()
        errors.append(abs(foretold / demands(workload.future, workload).sum() - 1))
    assert np.mean(errors) > 0.05


def test_the_current_placement_suits_the_oldest_window_and_is_stale() -> None:
    first, last = [], []
    for seed in range(12):
        workload = generate(FLEET, TRAFFIC, seed)
        first.append(pressures(workload.current, workload.past[0], workload).max())
        last.append(pressures(workload.current, workload.past[-1], workload).max())
    assert np.mean(first) < 0.06
    assert np.mean(last) > 1.15 * np.mean(first)


def test_rates_are_heavy_tailed_and_have_nothing_to_do_with_size() -> None:
    shares, correlations = [], []
    for seed in range(30):
        workload = generate(FLEET, replace(TRAFFIC, models=40, fill=0.8), seed)
        total = workload.past.sum(axis=0)
        shares.append(np.sort(total)[-10:].sum() / total.sum())
        correlations.append(np.corrcoef(total, workload.sizes_gb)[0, 1])
    assert 0.5 < np.mean(shares) < 0.8
    assert abs(np.mean(correlations)) < 0.1


def correlation(lag: int, **change: float) -> float:
    values = []
    for seed in range(12):
        steep = replace(TRAFFIC, skew=0.0, pressure=1.0, **change)
        rates = np.log(generate(FLEET, steep, seed).past + 1 / 256)
        rates -= rates.mean()
        values.append((rates[lag:] * rates[: len(rates) - lag]).mean() / (rates**2).mean())
    return float(np.mean(values))


def test_windows_near_in_time_are_alike() -> None:
    near, far = (correlation(lag, burst=0.0) for lag in (1, 5))
    assert 0.75 < near < 0.95
    assert far < near - 0.2


def test_groups_of_models_become_active_together() -> None:
    quiet = replace(TRAFFIC, skew=0.0, drift=0.0, burst=2.0, pressure=1.0, windows=12)
    changes = np.diff(np.log(generate(FLEET, quiet, 5).past + 1e-9), axis=0)
    changed = changes - np.median(changes, axis=1, keepdims=True)
    rising = [frozenset(np.flatnonzero(row > 1.0).tolist()) for row in changed]
    groups = [models for models in rising if models]
    assert groups
    assert all(len(models) >= 3 for models in groups)


def test_without_drift_the_next_window_is_the_last() -> None:
    workload = generate(FLEET, replace(TRAFFIC, drift=0.0, burst=0.0), 2)
    assert (workload.past == workload.future).all()


@pytest.mark.parametrize(("law", "idle"), [(Law.ONE_HOT, 29), (Law.NONE, 30)])
def test_laws_of_few_requests(law: Law, idle: int) -> None:
    workload = generate(FLEET, replace(TRAFFIC, law=law), 2)
    assert int((workload.future == 0).sum()) == idle


def test_equal_models_tie_in_everything() -> None:
    equal = replace(TRAFFIC, law=Law.EQUAL, models=24, drift=0.0, burst=0.0)
    workload = generate(FLEET, equal, 2)
    for array in (workload.sizes_gb, workload.slos_s, workload.future):
        assert len(set(array.tolist())) == 1


def test_an_instance_cannot_be_written_to() -> None:
    workload = generate(FLEET, TRAFFIC, 2)
    arrays = (workload.sizes_gb, workload.slos_s, workload.current, workload.past, workload.future)
    assert not any(array.flags.writeable for array in arrays)
