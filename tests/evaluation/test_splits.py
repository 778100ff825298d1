"""Scenarios cover the product of the choices evenly, and never share a seed."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.core.scenario import Split, SplitSpec, heldout_set
from adrs.evaluation.splits import scenarios


@given(
    st.integers(1, 40),
    st.lists(st.integers(), min_size=1, max_size=4, unique=True),
    st.lists(st.text(max_size=3), min_size=1, max_size=3, unique=True),
)
def test_every_choice_comes_equally_often_and_so_does_the_product(
    count: int, loads: list[int], zones: list[str]
) -> None:
    spec = SplitSpec(
        split=Split.TRAIN, count=count, choices={"load": tuple(loads), "zone": tuple(zones)}
    )
    made = scenarios("toy", spec)
    assert made == scenarios("toy", spec)
    assert len({s.id for s in made}) == len({s.seed for s in made}) == count
    product = len(loads) * len(zones)
    often = Counter(tuple(sorted(s.params.items())) for s in made)
    if count % product == 0:
        assert set(often.values()) == {count // product}
    for name, choices in (("load", loads), ("zone", zones)):
        single = Counter(s.params[name] for s in made)
        assert all(0 <= single[c] - count // len(choices) <= 1 for c in choices)


def test_splits_and_problems_share_no_seed() -> None:
    seeds = [
        s.seed
        for problem in ("a", "b")
        for split in Split
        for s in scenarios(problem, SplitSpec(split=split, count=50, choices={}))
    ]
    assert len(set(seeds)) == len(seeds)


CHOICES = {"load": (0.5, 0.7, 0.9), "zone": ("a", "b")}


def spec(split: Split) -> SplitSpec:
    return SplitSpec(split=split, count=10, choices=CHOICES, draw=2)


@pytest.mark.parametrize("split", Split)
def test_a_key_draws_other_scenarios_of_the_splits_that_are_kept_secret(split: Split) -> None:
    public, mine, other = (scenarios("toy", spec(split), key) for key in ("", "mine", "other"))
    if split is Split.TRAIN:
        assert public == mine == other
        return
    seeds = [s.seed for drawn in (public, mine, other) for s in drawn]
    assert len(set(seeds)) == 30
    assert [s.id for s in public] == [s.id for s in mine]
    assert [s.params for s in mine] != [s.params for s in other]
    assert mine == scenarios("toy", spec(split), "mine")


def test_the_public_seeds_are_pinned() -> None:
    drawn = scenarios("toy", spec(Split.HELDOUT))
    assert drawn == scenarios("toy", spec(Split.HELDOUT), "")
    assert (drawn[0].seed, drawn[9].seed) == (1179098611768456777, 11257131975463890989)
    assert scenarios("toy", spec(Split.HELDOUT), "k")[0].seed == 7703980253168836726


def test_a_set_is_named_without_its_key() -> None:
    assert heldout_set("") == "public"
    assert heldout_set("a") == "333fcb4e"
    assert heldout_set("b") != heldout_set("a")
