"""Arrival processes and draws against their moments, and their bits against golden hashes."""

import hashlib
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from adrs.simulation import arrivals, distributions
from adrs.simulation.streams import stream

GAP = 1e6
SQUARE_WAVE = {"mean_gaps_ns": (2e5, 2e6), "mean_sojourns_ns": (3e6, 7e6)}

Draw = Callable[[np.random.Generator, int], NDArray[np.int64]]

PROCESSES: dict[str, Draw] = {
    "poisson": lambda rng, n: arrivals.poisson(rng, count=n, mean_gap_ns=GAP),
    "gamma": lambda rng, n: arrivals.gamma(rng, count=n, mean_gap_ns=GAP, cv=3.0),
    "weibull": lambda rng, n: arrivals.weibull(rng, count=n, mean_gap_ns=GAP, shape=0.7),
    "deterministic": lambda rng, n: arrivals.deterministic(count=n, gap_ns=int(GAP)),
    "modulated": lambda rng, n: arrivals.markov_modulated(rng, count=n, **SQUARE_WAVE),
}


def gaps(times: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.diff(times, prepend=0)


def cv(values: NDArray[np.int64]) -> float:
    return float(values.std() / values.mean())


@pytest.mark.parametrize("name", PROCESSES)
@given(seed=st.integers(0, 2**64 - 1), count=st.integers(0, 300))
def test_times_are_ascending_ints_of_the_asked_number(name: str, seed: int, count: int) -> None:
    times = PROCESSES[name](stream(seed, "arrivals"), count)
    assert times.dtype == np.int64
    assert times.shape == (count,)
    assert (gaps(times) >= 0).all()
    assert times.tolist() == PROCESSES[name](stream(seed, "arrivals"), count).tolist()


WEIBULL_CV = math.sqrt(math.gamma(1 + 2 / 0.7) / math.gamma(1 + 1 / 0.7) ** 2 - 1)


@pytest.mark.parametrize(
    ("name", "expected_cv"),
    [("poisson", 1.0), ("gamma", 3.0), ("weibull", WEIBULL_CV), ("deterministic", 0.0)],
)
def test_renewal_gaps_have_the_mean_and_cv_asked_for(name: str, expected_cv: float) -> None:
    sample = gaps(PROCESSES[name](stream(2, name), 200_000))
    assert sample.mean() == pytest.approx(GAP, rel=0.02)
    assert cv(sample) == pytest.approx(expected_cv, rel=0.03)


def test_poisson_counts_have_the_variance_of_their_mean() -> None:
    times = PROCESSES["poisson"](stream(4, "counts"), 200_000)
    counts = np.bincount((times // (20 * int(GAP))).astype(int))[:-1]
    assert counts.var() / counts.mean() == pytest.approx(1.0, abs=0.05)


def test_modulated_arrivals_have_the_stationary_rate_and_are_bursty() -> None:
    times = PROCESSES["modulated"](stream(6, "mmpp"), 200_000)
    (fast, slow), (stay_fast, stay_slow) = SQUARE_WAVE.values()
    rate = (stay_fast / fast + stay_slow / slow) / (stay_fast + stay_slow)
    assert len(times) / times[-1] == pytest.approx(rate, rel=0.03)
    # Index of dispersion of an MMPP(2) over long windows (Fischer and Meier-Hellstern, 1993).
    leave_fast, leave_slow = 1 / stay_fast, 1 / stay_slow
    spread = 2 * leave_fast * leave_slow * (1 / fast - 1 / slow) ** 2
    expected = 1 + spread / (
        (leave_fast + leave_slow) ** 2 * (leave_slow / fast + leave_fast / slow)
    )
    counts = np.bincount((times // 200_000_000).astype(int))[:-1]
    assert counts.var() / counts.mean() == pytest.approx(expected, rel=0.15)


def test_modulation_between_equal_states_is_poisson() -> None:
    times = arrivals.markov_modulated(
        stream(8, "equal"), count=100_000, mean_gaps_ns=(GAP, GAP), mean_sojourns_ns=(3e6, 5e6)
    )
    assert gaps(times).mean() == pytest.approx(GAP, rel=0.02)
    assert cv(gaps(times)) == pytest.approx(1.0, rel=0.02)


def test_silent_state_makes_pauses_without_arrivals() -> None:
    times = arrivals.markov_modulated(
        stream(9, "silent"), count=50_000, mean_gaps_ns=(1e3, math.inf), mean_sojourns_ns=(1e6, 1e8)
    )
    pauses = gaps(times)[gaps(times) > 1e6]
    assert pauses.mean() == pytest.approx(1e8, rel=0.4)
    assert len(times) / times[-1] == pytest.approx(1e6 / 1e3 / 1.01e8, rel=0.4)


@pytest.mark.parametrize(
    ("mean_gaps", "sojourns"),
    [
        ((), ()),
        ((1.0,), (1.0, 2.0)),
        ((math.inf,), (1.0,)),
        ((0.0, 1.0), (1.0, 1.0)),
        ((1.0,), (math.inf,)),
        ((math.nan,), (1.0,)),
    ],
)
def test_impossible_modulation_is_refused(
    mean_gaps: tuple[float, ...], sojourns: tuple[float, ...]
) -> None:
    with pytest.raises(ValueError):
        arrivals.markov_modulated(
            stream(1, "x"), count=3, mean_gaps_ns=mean_gaps, mean_sojourns_ns=sojourns
        )


def test_times_that_overflow_are_refused() -> None:
    with pytest.raises(ValueError, match="146 years"):
        arrivals.poisson(stream(1, "x"), count=100, mean_gap_ns=1e18)


DRAWS: dict[str, tuple[Draw, float, float]] = {
    "exponential": (lambda r, n: distributions.exponential(r, count=n, mean=5e4), 5e4, 1.0),
    "gamma": (lambda r, n: distributions.gamma(r, count=n, mean=5e4, cv=0.5), 5e4, 0.5),
    "hyperexponential": (
        lambda r, n: distributions.hyperexponential(r, count=n, mean=5e4, cv2=4.0), 5e4, 2.0,
    ),
    "lognormal": (lambda r, n: distributions.lognormal(r, count=n, mean=5e4, sd=7e4), 5e4, 1.4),
    "pareto": (
        # Mean s·a/(a−1) and cv 1/√(a(a−2)) for shape a = 5 and scale s = 4e4.
        lambda r, n: distributions.pareto(r, count=n, shape=5.0, scale=4e4), 5e4, 15**-0.5,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWS)
def test_draws_have_the_moments_asked_for(name: str) -> None:
    draw, mean, expected_cv = DRAWS[name]
    sample = draw(stream(3, name), 400_000)
    assert sample.dtype == np.int64
    assert sample.mean() == pytest.approx(mean, rel=0.01)
    assert cv(sample) == pytest.approx(expected_cv, rel=0.03)


def test_truncated_pareto_follows_its_distribution_without_a_lump_at_the_cap() -> None:
    shape, scale, cap = 1.1, 1e3, 1e6
    sample = distributions.pareto(stream(5, "p"), count=200_000, shape=shape, scale=scale, cap=cap)
    assert scale <= sample.min()
    assert sample.max() <= cap
    assert np.count_nonzero(sample == cap) < 5
    for x in (2e3, 1e4, 1e5, 9e5):
        expected = ((scale / x) ** shape - (scale / cap) ** shape) / (1 - (scale / cap) ** shape)
        assert (sample > x).mean() == pytest.approx(expected, abs=4 * (expected / 2e5) ** 0.5)


@given(draws=st.lists(st.floats(allow_nan=False), max_size=20), minimum=st.integers(-5, 5))
def test_rounding_is_half_to_even_between_its_limits(draws: list[float], minimum: int) -> None:
    rounded = distributions.quantise(np.array(draws, dtype=np.float64), minimum=minimum)
    expected = [
        2**62 if x >= 2**62 else minimum if x <= minimum else max(minimum, round(x)) for x in draws
    ]
    assert rounded.tolist() == expected


@pytest.mark.parametrize(
    "call",
    [
        lambda r: distributions.exponential(r, count=1, mean=0.0),
        lambda r: distributions.exponential(r, count=-1, mean=1.0),
        lambda r: distributions.gamma(r, count=1, mean=1.0, cv=math.nan),
        lambda r: distributions.hyperexponential(r, count=1, mean=1.0, cv2=0.9),
        lambda r: distributions.pareto(r, count=1, shape=1.0, scale=2.0, cap=1.0),
        lambda r: distributions.quantise(np.array([math.nan])),
        lambda r: arrivals.deterministic(count=1, gap_ns=-1),
    ],
)
def test_parameters_out_of_range_are_refused(call: Callable[..., object]) -> None:
    with pytest.raises(ValueError):
        call(stream(1, "x"))


def digest(array: NDArray[np.int64]) -> str:
    return hashlib.blake2b(array.astype("<i8").tobytes(), digest_size=8).hexdigest()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("poisson", "ca896beb18f0d7ae"),
        ("gamma", "ba725c5da704b5f8"),
        ("weibull", "fefe5f6078760992"),
        ("modulated", "943c6761f4651e2b"),
    ],
)
def test_arrivals_are_bit_for_bit_those_recorded(name: str, expected: str) -> None:
    assert digest(PROCESSES[name](stream(1, "golden"), 1000)) == expected
