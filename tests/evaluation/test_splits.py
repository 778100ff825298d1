"""Scenarios cover the product of the choices evenly, and never share a seed."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from adrs.core.scenario import Split, SplitSpec
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
