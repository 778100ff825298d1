import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.archive.sql.packing import HEADER, REACH, pack, pack_like, unpack, unpack_like

FIRST = "def decide(obs):\n    return SPOT if obs.has_spot else NONE\n"
CHANGED = FIRST.replace("NONE", "ON_DEMAND")


def noise(count: int, seed: int) -> str:
    """Return a text that does not get shorter than about half."""
    return Random(seed).randbytes(count // 2).hex()


@given(text=st.text())
def test_a_text_reads_back(text: str) -> None:
    assert unpack(pack(text)) == text
    assert zlib.decompress(pack(text)).decode() == text


@given(before=st.text(), text=st.text(), first=st.text())
def test_a_text_packed_against_any_other_reads_back(before: str, text: str, first: str) -> None:
    text, first = before + text, before + first
    assert unpack_like(pack_like(text, first), first) == text


@pytest.mark.parametrize("length", [1_000, REACH, 3 * REACH])
def test_what_is_like_the_first_takes_next_to_nothing(length: int) -> None:
    system, asked = noise(length, 1), noise(2_000, 2)
    first = system + asked + "the end"
    for text in (first, system + "now: " + asked, system + asked[1_000:] + asked[:1_000]):
        packed = pack_like(text, first)
        assert len(packed) < 60
        assert unpack_like(packed, first) == text


def test_what_is_not_at_the_start_is_found_within_reach() -> None:
    first = noise(REACH - 100, 1)
    packed = pack_like("Other words. " + first, first)
    assert len(packed) < 300
    assert unpack_like(packed, first) == "Other words. " + first


@pytest.mark.parametrize("end", [0, 3, HEADER, HEADER + 1, -1])
def test_a_part_is_refused(end: int) -> None:
    with pytest.raises(ValueError, match="packed text"):
        unpack_like(pack_like(CHANGED, FIRST)[:end], FIRST)
    with pytest.raises(ValueError, match="packed text"):
        unpack(pack(CHANGED)[:end])


def test_more_than_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="not whole"):
        unpack(pack(CHANGED) + b"x")


@pytest.mark.parametrize("first", ["", FIRST[:-9], FIRST.replace("SPOT", "NONE")])
def test_another_first_text_is_refused(first: str) -> None:
    packed = pack_like(FIRST[:20] + CHANGED, FIRST)
    with pytest.raises(ValueError, match="packed text"):
        unpack_like(packed, first)
