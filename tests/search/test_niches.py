from collections.abc import Callable, Sequence
from random import Random

import pytest

from adrs.search.member import Member
from adrs.search.niches import FIRST_FIT, Niches


@pytest.fixture
def stream(make_member: Callable[..., Member]) -> list[Member]:
    """300 members whose behaviour widens while they come."""
    rng = Random(7)
    members = []
    for i in range(300):
        values = tuple(rng.random() * (1 + i / 30) for _ in range(4))
        metrics = {"m": rng.random() * i}
        members.append(make_member(sum(values) / 4, values=values, metrics=metrics))
    return members


def _filled(stream: Sequence[Member], bins: int = 4) -> Niches:
    niches = Niches(seed=3, bins=bins)
    for member in stream:
        niches.add(member)
    return niches


def test_rebuilt_niches_hold_the_same_elites(stream: list[Member]) -> None:
    for cut in (1, FIRST_FIT - 1, FIRST_FIT, 100, 300):
        assert list(_filled(stream[:cut]).elites) == list(_filled(stream[:cut]).elites)


def test_one_niche_before_the_first_fit(stream: list[Member]) -> None:
    niches = _filled(stream[: FIRST_FIT - 1])
    assert len(niches) == 1
    assert niches.elites[0] is max(stream[: FIRST_FIT - 1], key=lambda m: m.merit)


def test_the_best_of_all_is_always_an_elite(stream: list[Member]) -> None:
    niches = Niches(seed=3, bins=4)
    for told, member in enumerate(stream, start=1):
        niches.add(member)
        assert max(stream[:told], key=lambda m: m.merit) in niches.elites
        assert len(niches.elites) == len(niches)


def test_niches_spread_over_the_grid_and_not_beyond(stream: list[Member]) -> None:
    assert 10 < len(_filled(stream, bins=4)) <= 16
    assert 40 < len(_filled(stream, bins=8)) <= 64


def test_worse_member_does_not_displace_an_elite(
    stream: list[Member], make_member: Callable[..., Member]
) -> None:
    niches = _filled(stream[:100])
    before = list(niches.elites)
    twin = before[0]
    niches.add(
        make_member(
            5 - twin.fitness,
            values=twin.evaluation.values,
            metrics=twin.evaluation.metrics,
        )
    )
    assert list(niches.elites) == before


def test_shorter_twin_takes_the_niche(
    stream: list[Member], make_member: Callable[..., Member]
) -> None:
    niches = _filled(stream[:100])
    elite = niches.elites[0]
    shorter = make_member(
        elite.evaluation.score,
        source="x\n",
        values=elite.evaluation.values,
        metrics=elite.evaluation.metrics,
    )
    niches.add(shorter)
    assert niches.elites[0] is shorter


def test_of_equals_in_a_niche_the_first_stays(make_member: Callable[..., Member]) -> None:
    first, equal = make_member(3.0), make_member(3.0)
    assert first.merit == equal.merit
    assert list(_filled([first, equal]).elites) == [first]


def test_axes_are_fitted_when_the_kinds_of_behaviour_have_doubled(
    make_member: Callable[..., Member],
) -> None:
    """Between the fits a member that stays nowhere changes nothing."""
    niches, changes, seen = Niches(seed=3, bins=4), [], None
    for kinds in range(1, 130):
        niches.add(make_member(float(kinds), values=(1.0, 1.0)))
        if niches.elites is not seen:
            seen = niches.elites
            changes.append(kinds)
    assert changes == [1, 16, 32, 64, 128]


def test_no_bins_are_refused() -> None:
    with pytest.raises(ValueError, match="bins"):
        Niches(seed=1, bins=0)
