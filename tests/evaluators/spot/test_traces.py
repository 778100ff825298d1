import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.evaluators.spot.traces import SHAPES, ZONES, semi_markov

Windows = dict[str, list[NDArray[np.bool_]]]
Runs = tuple[NDArray[np.float64], NDArray[np.float64]]
WINDOWS = 96
TICKS = 554  # 92.3 h, the published windows' length

# Availability (mean, least and most over 30 windows), mean up and down run in hours.
PUBLISHED = {
    "us-west-2a_k80_1": (0.951, 0.91, 0.99, 5.10, 0.29),
    "us-west-2a_k80_8": (0.577, 0.35, 0.85, 1.97, 1.43),
    "us-west-2a_v100_1": (0.691, 0.53, 0.86, 2.43, 1.12),
    "us-west-2a_v100_8": (0.362, 0.16, 0.52, 0.70, 1.18),
    "us-west-2b_k80_1": (0.208, 0.00, 0.59, 1.15, 2.62),
    "us-west-2b_k80_8": (0.589, 0.40, 0.81, 1.27, 0.87),
    "us-west-2b_v100_1": (0.547, 0.31, 0.82, 1.75, 1.48),
    "us-west-2b_v100_8": (0.310, 0.09, 0.52, 0.57, 1.21),
}


def whole_runs(trace: NDArray[np.bool_]) -> Runs:
    """Lengths in hours of the up and the down runs that begin and end inside the window."""
    changes = np.flatnonzero(np.diff(trace.astype(np.int8))) + 1
    lengths, ups = np.diff(changes) / 6, trace[changes[:-1]] if len(changes) else changes
    return lengths[ups], lengths[~ups]


@pytest.fixture(scope="module")
def windows() -> Windows:
    return {
        name: [semi_markov(zone, seed=i, ticks=TICKS, tick_s=600) for i in range(WINDOWS)]
        for name, zone in ZONES.items()
    }


def test_every_published_zone_is_there() -> None:
    assert set(ZONES) == set(PUBLISHED)


@pytest.mark.parametrize("zone", PUBLISHED)
def test_availability_is_like_the_published_zone(windows: Windows, zone: str) -> None:
    mean, least, most, _, _ = PUBLISHED[zone]
    shares = np.array([trace.mean() for trace in windows[zone]])
    assert shares.mean() == pytest.approx(mean, abs=0.03)
    groups = shares[:90].reshape(3, 30)
    assert groups.min(axis=1).mean() == pytest.approx(least, abs=0.08)
    assert groups.max(axis=1).mean() == pytest.approx(most, abs=0.08)


@pytest.mark.parametrize("zone", PUBLISHED)
def test_runs_are_like_the_published_zone(windows: Windows, zone: str) -> None:
    *_, up_h, down_h = PUBLISHED[zone]
    runs = [whole_runs(trace) for trace in windows[zone]]
    ups, downs = (np.concatenate(lengths) for lengths in zip(*runs, strict=True))
    assert ups.mean() == pytest.approx(up_h, rel=0.10)
    assert downs.mean() == pytest.approx(down_h, rel=0.10)
    # Heavy tails: an exponential's median is 0.69 of its mean.
    assert np.median(ups) < 0.6 * ups.mean()
    if up_h < 3:
        assert 0.3 <= np.median(ups) <= 1.4


def test_volatility_comes_in_stretches(windows: Windows) -> None:
    """Changes per day vary more than they would if every day were like every other (Poisson)."""
    days = [
        np.count_nonzero(np.diff(trace[i * 144 : (i + 1) * 144].astype(np.int8)))
        for trace in windows["us-west-2b_v100_1"]
        for i in range(3)
    ]
    assert np.var(days) > 1.5 * np.mean(days)


def test_a_trace_is_fixed_by_its_seed() -> None:
    zone = ZONES["us-west-2a_v100_1"]
    trace = semi_markov(zone, seed=7, ticks=500, tick_s=600)
    assert np.array_equal(trace, semi_markov(zone, seed=7, ticks=500, tick_s=600))
    assert not np.array_equal(trace, semi_markov(zone, seed=8, ticks=500, tick_s=600))
    digest = hashlib.blake2b(np.packbits(trace).tobytes(), digest_size=8).hexdigest()
    assert digest == "dcd2ad43823adf1e"


def test_longer_windows_begin_alike() -> None:
    zone = ZONES["us-west-2b_k80_8"]
    long = semi_markov(zone, seed=3, ticks=600, tick_s=600)
    assert np.array_equal(long[:200], semi_markov(zone, seed=3, ticks=200, tick_s=600))


def test_shapes() -> None:
    shown = {name: "".join(str(int(bit)) for bit in shape(6)) for name, shape in SHAPES.items()}
    assert shown == {
        "never": "000000",
        "always": "111111",
        "flapping": "101010",
        "vanishing": "110000",
    }
