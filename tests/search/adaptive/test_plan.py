import pytest

from adrs.errors import UsageError
from adrs.search.adaptive.plan import FEATURES, checked, plan_for


def test_small_budgets_have_one_island_and_large_ones_several() -> None:
    assert plan_for(100).islands.islands == 1
    assert plan_for(2_000).islands.islands > 1


def test_seeding_takes_a_small_part_of_any_budget() -> None:
    assert [plan_for(evals).seeds for evals in (1, 50, 100, 2_000)] == [1, 3, 6, 6]


def test_tuning_may_take_a_quarter_of_a_middling_budget_and_less_of_a_large_one() -> None:
    assert plan_for(100).tuning_evals < 50
    assert plan_for(400).tuning_evals == 100
    assert [plan_for(evals).tuning_evals for evals in (999, 1_000, 2_000)] == [249, 50, 100]


def test_without_a_budget_it_is_planned_like_the_usual_one() -> None:
    assert plan_for(None) == plan_for(2_000)


def test_a_tenth_of_the_budget_without_progress_is_a_stall() -> None:
    assert [plan_for(evals).patience for evals in (10, 100, 2_000)] == [8, 10, 200]


def test_paradigm_steps_are_rarer_than_in_a_stall_and_at_most_an_eighth_apart() -> None:
    plans = [plan_for(evals) for evals in (10, 100, 2_000)]
    assert [plan.stalled_every for plan in plans] == [6, 7, 142]
    assert [plan.scheduled_every for plan in plans] == [10, 12, 250]


def test_paradigms_are_sheltered_from_three_hundred_on() -> None:
    assert [plan_for(evals).shelters for evals in (100, 299, 300, 2_000)] == [
        False,
        False,
        True,
        True,
    ]


def test_rewards_fade_over_twenty_trials_at_least() -> None:
    assert [plan_for(evals).memory for evals in (50, 400, 2_000)] == [20, 20, 100]
    assert [plan_for(evals).model_memory for evals in (50, 400, 2_000)] == [100, 100, 500]


def test_an_unknown_feature_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'wings'.*seeding, paradigm"):
        checked(["niches", "wings"])
    assert checked(FEATURES) == set(FEATURES)


def test_the_scarcer_of_evaluations_and_calls_is_planned_by() -> None:
    assert plan_for(2_000, 100).islands == plan_for(100).islands
    assert plan_for(None, 100).patience == plan_for(100).patience
    assert plan_for(50, 100) == plan_for(50)


def test_where_calls_are_scarce_tuning_takes_what_they_leave() -> None:
    assert plan_for(1_000, 100).tuning_evals == 900
    assert plan_for(None, 100).tuning_evals == 5_000
    assert plan_for(None, 100).tuning_is_free
    assert not plan_for(100, 100).tuning_is_free
