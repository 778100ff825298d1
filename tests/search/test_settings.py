from typing import Any

import pytest

from adrs.search.settings import IslandsSettings


@pytest.mark.parametrize(("evals", "islands"), [(1, 1), (299, 1), (300, 4), (2_000, 4), (None, 4)])
def test_small_budgets_use_one_island(evals: int | None, islands: int) -> None:
    assert IslandsSettings().plan(evals).islands == islands


def test_unknown_budget_is_planned_like_the_usual_one() -> None:
    assert IslandsSettings().plan(None) == IslandsSettings().plan(2_000)


def test_schedules_scale_with_the_budget() -> None:
    small, large = IslandsSettings().plan(500), IslandsSettings().plan(5_000)
    assert large.reset_every == 10 * small.reset_every
    assert large.migration_every == 10 * small.migration_every
    assert large.bins > small.bins


def test_what_is_asked_for_wins_over_the_budget() -> None:
    settings = IslandsSettings(islands=2, bins=3, migration_every=0, reset_every=9)
    plan = settings.plan(10_000)
    assert (plan.islands, plan.bins, plan.migration_every, plan.reset_every) == (2, 3, 0, 9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"islands": 0},
        {"population": 0},
        {"tournament": 0},
        {"bins": 0},
        {"crossover": 1.5},
        {"niche_share": -0.1},
        {"migration_every": -1},
        {"reset_every": -1},
    ],
)
def test_settings_out_of_range_are_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        IslandsSettings(**wrong)
