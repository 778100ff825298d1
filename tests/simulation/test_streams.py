import numpy as np
import pytest

from adrs.core.seeds import derive_seed
from adrs.simulation.streams import BitSource, stream


@pytest.mark.parametrize("source", list(BitSource))
def test_same_seed_and_name_give_the_same_stream(source: BitSource) -> None:
    first = stream(7, "arrivals", source=source).integers(0, 2**63, 100)
    again = stream(7, "arrivals", source=source).integers(0, 2**63, 100)
    assert first.tolist() == again.tolist()


def test_streams_differ_by_seed_name_and_source() -> None:
    draws = [
        tuple(stream(seed, name, source=source).integers(0, 2**63, 4).tolist())
        for seed in (0, 1)
        for name in ("arrivals", "services")
        for source in BitSource
    ]
    assert len(set(draws)) == len(draws)


def test_drawing_more_from_one_stream_moves_no_other() -> None:
    undisturbed = stream(3, "b").random(10).tolist()
    stream(3, "a").random(1000)
    assert stream(3, "b").random(10).tolist() == undisturbed


def test_streams_are_keyed_through_derive_seed() -> None:
    expected = np.random.Generator(np.random.PCG64(derive_seed("stream", 5, "x"))).random(5)
    assert stream(5, "x").random(5).tolist() == expected.tolist()


def test_streams_are_uncorrelated() -> None:
    draws = np.array([stream(11, f"s{i}").standard_normal(4000) for i in range(8)])
    off_diagonal = np.corrcoef(draws) - np.eye(8)
    assert np.abs(off_diagonal).max() < 5 / np.sqrt(4000)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (BitSource.PCG64, [8170944134561641909, 2636450109356639802]),
        (BitSource.PHILOX, [1872946208217578163, 6719854284784500676]),
    ],
)
def test_streams_are_bit_for_bit_those_recorded(source: BitSource, expected: list[int]) -> None:
    assert stream(1, "golden", source=source).integers(0, 2**63, 2).tolist() == expected
