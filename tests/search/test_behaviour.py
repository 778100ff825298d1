from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from adrs.search.behaviour import fit_axes, halves, profile
from adrs.search.member import Member


@pytest.fixture
def sample(make_member: Callable[..., Member]) -> list[Member]:
    """200 members: `even` varies apart from the score, `copy` is the score, `flat` is constant."""
    rng = Random(1)
    members = []
    for _ in range(200):
        values = tuple(rng.random() for _ in range(6))
        score = sum(values) / 6
        metrics = {"copy": 3 * score, "even": rng.random(), "flat": 7.0}
        members.append(make_member(score, values=values, metrics=metrics))
    return members


def test_halves_are_halves_and_follow_the_seed() -> None:
    signs = halves(1, 10)
    assert sorted(signs) == [-1.0] * 5 + [1.0] * 5
    assert halves(1, 10) == signs
    assert len({halves(seed, 10) for seed in range(8)}) > 4


@pytest.mark.parametrize("scenarios", range(1, 8))
def test_profile_is_blind_to_the_level(make_member: Callable[..., Member], scenarios: int) -> None:
    signs = halves(3, scenarios)
    low = make_member(1.0, values=tuple(map(float, range(scenarios))))
    high = make_member(11.0, values=tuple(10.0 + i for i in range(scenarios)))
    assert profile(low, signs) == pytest.approx(profile(high, signs))
    assert (profile(low, signs) == 0.0) == (scenarios == 1)


def test_bins_are_equally_full(sample: list[Member]) -> None:
    axes = fit_axes(sample, bins=5, signs=halves(1, 6))
    rows = Counter(axes.cell(member)[0] for member in sample)
    columns = Counter(axes.cell(member)[1] for member in sample)
    assert set(rows.values()) == set(columns.values()) == {40}


def test_metric_that_repeats_the_score_is_not_an_axis(sample: list[Member]) -> None:
    assert fit_axes(sample, bins=5, signs=halves(1, 6)).metric == "even"


def test_without_metrics_the_profile_alone_makes_niches(make_member: Callable[..., Member]) -> None:
    members = [make_member(float(i), values=(float(i), 0.0)) for i in range(20)]
    axes = fit_axes(members, bins=4, signs=halves(1, 2))
    assert axes.metric is None
    assert {axes.cell(member)[1] for member in members} == {0}
    assert len({axes.cell(member) for member in members}) == 4


def test_equal_levels_share_one_bin(make_member: Callable[..., Member]) -> None:
    members = [make_member(1.0, values=(1.0, 1.0)) for _ in range(20)]
    axes = fit_axes(members, bins=4, signs=halves(1, 2))
    assert len({axes.cell(member) for member in members}) == 1


@pytest.mark.parametrize(
    ("metrics", "chosen"),
    [
        # Spearman's correlation with the scores 1, 2, 3, 4, by hand: 0.26, 0.4, -0.4, 1, -1, 0.
        ({"tied": (1, 0, 1, 1), "mixed": (2, 0, 1, 3)}, "tied"),
        ({"mixed": (2, 0, 1, 3), "copy": (1, 8, 27, 64)}, "mixed"),
        ({"mirror": (0, -1, -2, -3), "turned": (-2, 0, -1, -3)}, "turned"),
        ({"tied": (1, 0, 1, 1), "even": (5, 9, 9, 5)}, "even"),
        ({"tied": (1, 0, 1, 1), "ends": (0, 3, 2, 1)}, "ends"),  # 0.26 and 0.2
        ({"turned": (-2, 0, -1, -3), "mixed": (2, 0, 1, 3)}, "mixed"),  # as near to 0: the first
    ],
)
def test_the_metric_whose_order_says_least_about_the_score_is_the_axis(
    make_member: Callable[..., Member], metrics: dict[str, tuple[int, ...]], chosen: str
) -> None:
    members = [
        make_member(float(i + 1), metrics={name: float(m[i]) for name, m in metrics.items()})
        for i in range(4)
    ]
    assert fit_axes(members, bins=2, signs=(0.0,)).metric == chosen


def test_a_level_that_many_share_takes_one_bin_of_all(make_member: Callable[..., Member]) -> None:
    levels = [*[0.0] * 17, 1.0, 2.0, 3.0]
    members = [make_member(1.0, metrics={"m": level}) for level in levels]
    axes = fit_axes(members, bins=4, signs=(0.0,))
    assert [axes.cell(member)[1] for member in members] == [*[0] * 17, 1, 2, 3]


def test_a_metric_is_an_axis_where_all_scores_are_equal(make_member: Callable[..., Member]) -> None:
    members = [make_member(1.0, metrics={"even": float(i)}) for i in range(20)]
    axes = fit_axes(members, bins=4, signs=(0.0,))
    assert axes.metric == "even"
    assert Counter(axes.cell(member)[1] for member in members) == dict.fromkeys(range(4), 5)
