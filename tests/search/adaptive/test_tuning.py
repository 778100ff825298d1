from collections.abc import Callable
from dataclasses import replace

import pytest

from adrs.core.program import REGION_END, REGION_START, Program
from adrs.search.adaptive.kin import Birth
from adrs.search.adaptive.tuning import SLOT_EVERY, Tunings
from adrs.search.member import Member

SLOT = SLOT_EVERY // 2
BODY = "wait = 0.35 * load\n"


@pytest.mark.parametrize(
    ("body", "suits"),
    [
        (BODY, True),
        ("wait = 1e-3 * 2.5e2\n", True),
        ("wait = .5 * load\n", True),
        ("wait = 3 * load\n", False),
        ("wait = load2.5\n", False),
    ],
)
def test_only_programs_with_floats_are_tuned(
    scored: Callable[..., Member], body: str, suits: bool
) -> None:
    member = scored(5.0, body=body)
    assert Tunings(evals=100).suits(SLOT, member, [member]) is suits


def test_markers_that_a_text_mentions_mark_nothing(scored: Callable[..., Member]) -> None:
    member = scored(5.0, body=BODY)
    head = f'"""Only what is between {REGION_START} and {REGION_END} may change."""\n'
    told = replace(member, program=Program.of(head + member.program.source))
    assert Tunings(evals=100).suits(SLOT, told, [told])


def test_one_number_in_ten_may_tune(scored: Callable[..., Member]) -> None:
    member, tunings = scored(5.0, body=BODY), Tunings(evals=100)
    slots = [number for number in range(100) if tunings.suits(number, member, [member])]
    assert slots == list(range(SLOT, 100, SLOT_EVERY))


def test_only_the_best_quarter_is_tuned(scored: Callable[..., Member]) -> None:
    ranked = [scored(20.0 - i, body=f"wait = 0.{i}5 * load\n") for i in range(8)]
    tunings = Tunings(evals=100)
    suited = [member for member in ranked if tunings.suits(SLOT, member, ranked)]
    assert suited == ranked[-2:]


def test_a_structure_is_tuned_once_whatever_its_numbers(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    member, tunings = scored(5.0, body=BODY), Tunings(evals=1_000)
    tunings.tell(make_birth(4.0, parent=member, operator="tune", tried=49).trial, member)
    assert not tunings.suits(SLOT, member, [member])
    for number in ("0.7512", "5e-05", "1.5E3", ".5", ".5e-3"):
        same = scored(4.0, body=f"wait = {number} * load\n")
        assert not tunings.suits(SLOT, same, [same])
    other = scored(4.0, body="wait = 0.35 + load\n")
    assert tunings.suits(SLOT, other, [other])


def test_no_tuning_beyond_its_evaluations(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    parent, member = scored(5.0), scored(5.0, body=BODY)
    tunings = Tunings(evals=99)
    assert tunings.suits(SLOT, member, [member])
    tunings.tell(make_birth(4.0, parent=parent, operator="tune", tried=49).trial, parent)
    assert not tunings.suits(SLOT, member, [member])


def test_only_tunings_count_as_tunings(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    member, tunings = scored(5.0, body=BODY), Tunings(evals=50)
    tunings.tell(make_birth(4.0, parent=member).trial, member)
    assert tunings.suits(SLOT, member, [member])
