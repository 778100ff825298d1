"""Generated availability against what was published of nine AWS zones.

Windows are of 60 hours, pinged every 195 s (1107 ticks), as in the multi-region problem of the ADRS
leaderboard. Means and changes per window are those of its zones; run lengths and correlations are
counted in availability/1-node/aws-02-15-2023 (45 days) of github.com/skypilot-org/spot-traces, the
traces of "Can't Be Late" (Wu et al., NSDI 2024).
"""

import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.evaluators.spot_regions.availability import PING_S, correlated
from adrs.evaluators.spot_regions.zones import SHAPES, ZONES, region_of

WINDOWS = 200
TICKS = 1107

# Mean availability; changes per window; mean up and down run in hours, of whole runs in windows.
PUBLISHED = {
    "us-east-1a": (0.185, 30, 0.70, 2.20),
    "us-east-1c": (0.468, 40, 1.27, 1.53),
    "us-east-1d": (0.477, 33, 1.43, 1.59),
    "us-east-1f": (0.615, 31, 1.92, 1.35),
    "us-east-2a": (0.752, 18, 3.20, 1.61),
    "us-east-2b": (0.676, 19, 3.23, 1.81),
    "us-west-2a": (0.913, 15, 3.06, 0.75),
    "us-west-2b": (0.932, 9, 3.46, 1.07),
    "us-west-2c": (0.922, 13, 2.95, 0.79),
}
NAMES = list(PUBLISHED)
# Mean correlation of the availability of two zones, by their regions, over all 45 days.
PUBLISHED_CORRELATION = {
    ("us-east-1", "us-east-1"): 0.39,
    ("us-east-2", "us-east-2"): 0.59,
    ("us-west-2", "us-west-2"): 0.45,
    ("us-east-1", "us-east-2"): 0.20,
    ("us-east-1", "us-west-2"): 0.13,
    ("us-east-2", "us-west-2"): 0.06,
}


def generate(*names: str, seed: int, ticks: int, tick_s: int = PING_S) -> NDArray[np.bool_]:
    zones = [(name, ZONES[name]) for name in names]
    trace: NDArray[np.bool_] = correlated(zones, seed=seed, ticks=ticks, tick_s=tick_s)
    return trace


def whole_runs(trace: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lengths in hours of the up and the down runs that begin and end inside the window."""
    changes = np.flatnonzero(np.diff(trace.astype(np.int8))) + 1
    ups = trace[changes[:-1]].astype(bool)
    lengths = np.diff(changes) * PING_S / 3600
    return lengths[ups], lengths[~ups]


@pytest.fixture(scope="module")
def windows() -> NDArray[np.bool_]:
    """Shape [windows, ticks, zones]."""
    return np.stack([generate(*NAMES, seed=seed, ticks=TICKS) for seed in range(WINDOWS)])


def test_every_published_zone_is_there() -> None:
    assert list(ZONES) == NAMES


@pytest.mark.parametrize("zone", NAMES)
def test_availability_is_like_the_published_zone(windows: NDArray[np.bool_], zone: str) -> None:
    mean, changes, _, _ = PUBLISHED[zone]
    traces = windows[:, :, NAMES.index(zone)]
    assert traces.mean() == pytest.approx(mean, abs=0.03)
    found = np.count_nonzero(np.diff(traces.astype(np.int8), axis=1)) / WINDOWS
    assert found == pytest.approx(changes, rel=0.15)


@pytest.mark.parametrize("zone", NAMES)
def test_runs_are_like_the_published_zone(windows: NDArray[np.bool_], zone: str) -> None:
    *_, up_h, down_h = PUBLISHED[zone]
    runs = [whole_runs(trace) for trace in windows[:, :, NAMES.index(zone)]]
    ups, downs = (np.concatenate(lengths) for lengths in zip(*runs, strict=True))
    assert ups.mean() == pytest.approx(up_h, rel=0.25)
    assert downs.mean() == pytest.approx(down_h, rel=0.25)
    # Heavy tails: an exponential's median is 0.69 of its mean.
    assert np.median(ups) < 0.45 * ups.mean()
    assert np.median(downs) < 0.5 * downs.mean()


def test_zones_go_up_and_down_together_as_published(windows: NDArray[np.bool_]) -> None:
    table = np.asarray(np.corrcoef(windows.reshape(-1, len(NAMES)).T))
    regions = [region_of(name) for name in NAMES]
    for (one, two), published in PUBLISHED_CORRELATION.items():
        pairs = [
            table[i, j]
            for i in range(len(NAMES))
            for j in range(i + 1, len(NAMES))
            if (regions[i], regions[j]) == (one, two)
        ]
        assert np.mean(pairs) == pytest.approx(published, abs=0.12)


def test_windows_of_one_zone_differ_as_published(windows: NDArray[np.bool_]) -> None:
    """Standard deviation of a window's availability: 0.10 to 0.22 in the published zones."""
    spread = windows.mean(axis=1).std(axis=0)
    assert 0.08 < spread.min() < spread.max() < 0.26


def test_there_is_a_daily_rhythm(windows: NDArray[np.bool_]) -> None:
    """More alike a day later than half a day later; 0.2 to 0.4 a day later in us-east-1."""
    day = round(86_400 / PING_S)
    traces = windows[:, :, :4] - windows[:, :, :4].mean(axis=(0, 1))

    def alike(lag: int) -> float:
        return float((traces[:, lag:] * traces[:, :-lag]).mean() / traces.var())

    assert alike(day) > alike(day // 2) + 0.05
    assert 0.1 < alike(day) < 0.4


def test_a_trace_is_fixed_by_its_seed() -> None:
    trace, again, other = (
        generate("us-east-1d", "us-west-2a", seed=seed, ticks=500, tick_s=600) for seed in (7, 7, 8)
    )
    assert np.array_equal(trace, again)
    assert not np.array_equal(trace, other)
    digest = hashlib.blake2b(np.packbits(trace).tobytes(), digest_size=8).hexdigest()
    assert digest == "6f6c909343f2fbd0"


def test_a_zone_does_not_depend_on_the_others() -> None:
    alone = generate("us-east-1d", seed=3, ticks=300, tick_s=600)
    among = generate("us-west-2a", "us-east-1d", "us-east-1a", seed=3, ticks=300, tick_s=600)
    assert np.array_equal(alone[:, 0], among[:, 1])


def test_longer_windows_and_coarser_ticks_show_the_same_trace() -> None:
    fine = generate("us-east-1c", seed=3, ticks=401)
    assert np.array_equal(fine[:200], generate("us-east-1c", seed=3, ticks=200))
    coarse = generate("us-east-1c", seed=3, ticks=100, tick_s=4 * PING_S)
    assert np.array_equal(fine[:400:4], coarse)


@pytest.mark.parametrize(("zone", "region"), [
    ("us-east-1a", "us-east-1"), ("ap-southeast-2c", "ap-southeast-2"),
    ("us-gov-west-1a", "us-gov-west-1"), ("us-east1-b", "us-east1"),
    ("us-central1-a", "us-central1"), ("always", "always"),
])  # fmt: skip
def test_regions_of_zones(zone: str, region: str) -> None:
    assert region_of(zone) == region


def test_shapes() -> None:
    shown = {name: "".join(str(int(bit)) for bit in shape(4)) for name, shape in SHAPES.items()}
    assert shown == {"never": "0000", "always": "1111", "even": "1010", "odd": "0101"}
