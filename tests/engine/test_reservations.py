"""What trials may need is set aside before they are asked, and given back when they are told."""

from dataclasses import replace

import pytest

from adrs.core.trial import Trial
from adrs.engine.budget import Ledger
from adrs.engine.reservations import Reservations
from adrs.engine.tuning import TUNING_EVALUATIONS
from adrs.search.operators import REFINE, TUNE
from adrs.testing.archive_values import a_trial


def ledger_of(evals: int | None) -> Ledger:
    return Ledger(evals=evals, time_s=None, spent_s=0.0, clock=lambda: 0.0)


def duplicate(number: int) -> Trial:
    return replace(a_trial(number), evaluation=None, duplicate_of="0123")


def test_no_more_is_set_aside_than_there_is() -> None:
    reservations = Reservations(ledger_of(2))
    assert [reservations.take(number, REFINE) for number in (1, 2, 3)] == [True, True, False]
    assert reservations.open


def test_what_a_told_trial_did_not_need_is_given_back() -> None:
    ledger = ledger_of(2)
    reservations = Reservations(ledger)
    assert reservations.take(1, REFINE)
    assert reservations.take(2, REFINE)
    reservations.settle(a_trial(1))
    assert not reservations.take(3, REFINE)
    reservations.settle(duplicate(2))
    assert (ledger.reserved, reservations.open) == (1, False)
    assert reservations.take(3, REFINE)


def test_what_is_dropped_is_given_back_whole() -> None:
    ledger = ledger_of(TUNING_EVALUATIONS)
    reservations = Reservations(ledger)
    assert reservations.take(1, TUNE)
    assert ledger.reserved == TUNING_EVALUATIONS
    reservations.drop(1)
    assert (ledger.reserved, reservations.open) == (0, False)


def test_a_tuning_waits_for_what_others_may_give_back() -> None:
    reservations = Reservations(ledger_of(TUNING_EVALUATIONS))
    assert reservations.take(1, REFINE)
    assert not reservations.take(2, TUNE)
    reservations.settle(duplicate(1))
    assert reservations.take(2, TUNE)
    assert reservations.fits_tuning(2)


@pytest.mark.parametrize("left", [1, TUNING_EVALUATIONS - 1])
def test_a_tuning_that_can_never_fit_gets_one_evaluation(left: int) -> None:
    ledger = ledger_of(left)
    reservations = Reservations(ledger)
    assert reservations.take(1, TUNE)
    assert (ledger.reserved, reservations.fits_tuning(1)) == (1, False)


def test_without_a_budget_there_is_always_room() -> None:
    reservations = Reservations(ledger_of(None))
    assert all(reservations.take(number, TUNE) for number in range(100))


def test_the_time_of_earlier_sittings_counts_whenever_a_clock_begins() -> None:
    now = iter((1000.0, 1003.0, 1004.5, 1005.0)).__next__
    ledger = Ledger(evals=None, time_s=10.0, spent_s=5.0, clock=now)
    assert ledger.spent_s == 8.0
    assert [ledger.out_of_time, ledger.out_of_time] == [False, True]
    assert not Ledger(evals=None, time_s=None, spent_s=1e9, clock=lambda: 0.0).out_of_time
