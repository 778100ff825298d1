import hashlib
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.evaluators.eplb.generator import Law, Traffic, generate
from adrs.evaluators.eplb.simulator import Shape

# The next window of a small instance, and a hash of all its windows.
FUTURE = [[1777, 186, 729, 1308], [1958, 327, 127, 1588]]
DIGEST = "a0409c37f5a762c7"
SHAPE = Shape(layers=40, experts=256, slots=288, gpus=32, nodes=4, groups=8)
CALM = Traffic(
    law=Law.LOGNORMAL,
    skew=1.0,
    drift=0.4,
    unevenness=0.0,
    persistence=0.8,
    switches=0.0,
    windows=8,
    tokens_per_expert=100_000,
)


def log_loads(traffic: Traffic, seed: int = 3, shape: Shape = SHAPE) -> NDArray[np.float64]:
    workload = generate(shape, traffic, seed)
    return np.asarray(np.log(np.concatenate([workload.past, workload.future[None]]).astype(float)))


@pytest.mark.parametrize("law", [Law.LOGNORMAL, Law.ZIPF, Law.EQUAL, Law.ONE_HOT])
def test_every_layer_and_window_has_the_same_tokens(law: Law) -> None:
    workload = generate(SHAPE, replace(CALM, law=law, switches=0.5), 1)
    assert workload.past.shape == (8, 40, 256)
    assert workload.past.min() >= 0
    assert (workload.past.sum(axis=2) == 256 * 100_000).all()
    assert (workload.future.sum(axis=1) == 256 * 100_000).all()


def test_no_load_means_no_tokens() -> None:
    workload = generate(SHAPE, replace(CALM, law=Law.NONE), 1)
    assert not workload.past.any()
    assert not workload.future.any()


def test_one_hot_gives_one_expert_of_a_layer_everything_in_every_window() -> None:
    workload = generate(SHAPE, replace(CALM, law=Law.ONE_HOT), 1)
    assert ((workload.past > 0).sum(axis=2) == 1).all()
    assert (workload.past.argmax(axis=2) == workload.future.argmax(axis=1)).all()


@pytest.mark.parametrize("skew", [0.7, 1.0, 1.3])
def test_lognormal_popularity_has_the_spread_asked_for(skew: float) -> None:
    logs = log_loads(replace(CALM, skew=skew, drift=0.0))
    assert logs[0].std(axis=1).mean() == pytest.approx(skew, rel=0.03)


def test_zipf_popularity_falls_with_the_rank() -> None:
    workload = generate(SHAPE, replace(CALM, law=Law.ZIPF, drift=0.0), 1)
    load = -np.sort(-workload.future, axis=1)
    np.testing.assert_allclose(load[:, 0] / load[:, 1], 2.0, rtol=1e-3)
    np.testing.assert_allclose(load[:, 0] / load[:, 99], 100.0, rtol=1e-2)


@pytest.mark.parametrize("unevenness", [0.0, 0.5])
def test_drift_is_the_root_mean_square_of_deviations(unevenness: float) -> None:
    still = log_loads(replace(CALM, drift=0.0))
    moving = log_loads(replace(CALM, drift=0.4, unevenness=unevenness))
    deviation = moving - still
    deviation -= deviation.mean(axis=2, keepdims=True)
    assert np.sqrt((deviation**2).mean()) == pytest.approx(0.4, rel=0.05)


@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.8])
def test_deviations_of_neighbouring_windows_correlate_as_asked(persistence: float) -> None:
    still = log_loads(replace(CALM, drift=0.0, persistence=persistence))
    deviation = log_loads(replace(CALM, persistence=persistence)) - still
    deviation -= deviation.mean(axis=2, keepdims=True)
    lagged = (deviation[1:] * deviation[:-1]).mean() / (deviation**2).mean()
    assert lagged == pytest.approx(persistence, abs=0.03)


def test_unevenness_makes_some_experts_restless() -> None:
    steady, uneven = (
        np.diff(log_loads(replace(CALM, windows=60, unevenness=u)), axis=0).std(axis=0)
        for u in (0.0, 0.5)
    )
    assert np.log(steady).std() < 0.15
    assert np.log(uneven).std() == pytest.approx(0.5, abs=0.05)


def test_switches_exchange_popularity_for_good() -> None:
    traffic = replace(CALM, drift=0.0, switches=0.5)
    workload = generate(SHAPE, traffic, 1)
    loads = np.concatenate([workload.past, workload.future[None]])
    changed = (np.abs(np.diff(loads, axis=0)) > 1).sum(axis=2)
    assert (changed > 0).mean() == pytest.approx(1 - np.exp(-0.5), abs=0.08)
    spread = np.abs(np.sort(loads[0], axis=1) - np.sort(loads[-1], axis=1))
    assert spread.max() <= 1


def test_layers_are_drawn_apart() -> None:
    top = generate(SHAPE, CALM, 1).future.argmax(axis=1)
    assert len(set(top.tolist())) > 25


def test_the_same_seed_gives_the_same_instance_and_another_one_another() -> None:
    first, again, other = (generate(SHAPE, CALM, seed) for seed in (1, 1, 2))
    assert (first.past == again.past).all()
    assert (first.future == again.future).all()
    assert (first.future != other.future).any()


def test_the_instance_of_a_seed_is_pinned() -> None:
    shape = Shape(layers=2, experts=4, slots=6, gpus=2, nodes=1, groups=1)
    traffic = replace(CALM, unevenness=0.5, switches=0.5, windows=2, tokens_per_expert=1000)
    workload = generate(shape, traffic, 7)
    whole = np.concatenate([workload.past, workload.future[None]]).astype("<i8")
    assert workload.future.tolist() == FUTURE
    assert hashlib.blake2b(whole.tobytes(), digest_size=8).hexdigest() == DIGEST


def test_an_instance_cannot_be_written() -> None:
    workload = generate(SHAPE, CALM, 1)
    with pytest.raises(ValueError, match="read-only"):
        workload.past[0, 0, 0] = 0
    with pytest.raises(ValueError, match="read-only"):
        workload.future[0, 0] = 0
