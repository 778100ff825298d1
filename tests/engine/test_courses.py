"""When a course lets a trial be asked."""

import pytest

from adrs.engine.courses import BACKLOG, PATIENCE, ArrivalCourse, OrderedCourse, Progress


@pytest.mark.parametrize(
    ("asked", "told", "number"), [(0, 0, 1), (3, 0, 4), (4, 0, None), (4, 1, 5), (5, 1, None)]
)
def test_in_order_a_trial_waits_until_all_but_a_window_before_it_are_told(
    asked: int, told: int, number: int | None
) -> None:
    assert OrderedCourse(4).next_ask(Progress(asked=asked, told=told)) == number


@pytest.mark.parametrize(
    ("slots", "fruitless", "left"),
    [
        (4, 0, 4),
        (4, PATIENCE - 4, 4),
        (4, PATIENCE - 3, 3),
        (4, PATIENCE - 1, 1),
        (4, PATIENCE, 0),
        (16, 0, 16),
        (16, 3, 13),
        (16, 16, 0),
    ],
)
def test_answers_in_a_row_without_a_program_close_one_slot_after_the_other(
    slots: int, fruitless: int, left: int
) -> None:
    wary, ordered = OrderedCourse(slots, wary=True), OrderedCourse(slots)
    arrival = ArrivalCourse(slots=slots, workers=1)
    for under_way in range(slots):
        progress = Progress(asked=under_way, proposing=under_way, fruitless=fruitless)
        number = under_way + 1
        may_ask = number if under_way < left else None
        assert (wary.next_ask(progress), arrival.next_ask(progress)) == (may_ask, may_ask)
        assert ordered.next_ask(progress) == number


def test_as_answers_come_nobody_is_asked_while_enough_wait_for_a_scorer() -> None:
    course = ArrivalCourse(slots=3, workers=2, first=11)
    most = 3 + 2 * BACKLOG
    assert course.next_ask(Progress(asked=7, proposing=2, evaluating=most - 1)) == 18
    assert course.next_ask(Progress(asked=7, proposing=2, evaluating=most)) is None
    assert course.next_ask(Progress(asked=7, proposing=3)) is None
    assert course.next_ask(Progress(asked=7, finished=1)) is None
