from collections.abc import Callable

import pytest

from adrs.search.adaptive.kin import PRUNE_EVERY, RECENT, Birth, Kin
from adrs.search.member import Member


def _known(make_birth: Callable[..., Birth], score: float = 5.0) -> tuple[Kin, Member]:
    kin, birth = Kin(), make_birth(score, fingerprint="parent")
    kin.tell(birth)
    assert birth.member is not None
    return kin, birth.member


def test_failed_children_add_up_until_one_is_better(make_birth: Callable[..., Birth]) -> None:
    kin, parent = _known(make_birth)
    for birth in (
        make_birth(None, parent=parent),
        make_birth(6.0, parent=parent),
        make_birth(4.0, parent=parent, repeats=True),
        make_birth(4.9, parent=parent, fingerprint="parent"),
    ):
        kin.tell(birth)
    assert kin.failed(parent.program.id) == 4
    assert kin.weight(parent.program.id) == pytest.approx(1 / 5)
    kin.tell(make_birth(4.0, parent=parent))
    assert kin.failed(parent.program.id) == 0


def test_a_child_that_cycles_counts_twice(make_birth: Callable[..., Birth]) -> None:
    kin, parent = _known(make_birth)
    kin.tell(make_birth(6.0, parent=parent, cycles=True))
    assert kin.failed(parent.program.id) == 2


def test_a_failed_paradigm_says_nothing_about_its_parent(make_birth: Callable[..., Birth]) -> None:
    kin, parent = _known(make_birth)
    kin.tell(make_birth(None, parent=parent, operator="paradigm"))
    assert kin.failed(parent.program.id) == 0


def test_a_neutral_child_inherits_its_parents_row(make_birth: Callable[..., Birth]) -> None:
    kin, parent = _known(make_birth)
    kin.tell(make_birth(None, parent=parent))
    neutral = make_birth(5.0, parent=parent, fingerprint="parent")
    kin.tell(neutral)
    assert neutral.member is not None
    assert kin.failed(neutral.member.program.id) == 2
    other = make_birth(5.5, parent=parent)
    kin.tell(other)
    assert other.member is not None
    assert kin.failed(other.member.program.id) == 0


def test_what_is_neither_recent_nor_in_use_is_forgotten(make_birth: Callable[..., Birth]) -> None:
    kin, kept = _known(make_birth)
    old = make_birth(7.0)
    kin.tell(old)
    assert old.member is not None
    due = 0
    for score in range(RECENT):
        kin.tell(make_birth(float(score)))
        due += kin.is_due()
    assert due == RECENT // PRUNE_EVERY
    left = kin.forget_all_but([kept])
    assert kin.member(kept.program.id) is kept
    assert kin.member(old.member.program.id) is None
    assert old.member.program.id not in left
    assert len(kin) == RECENT + 1


def test_of_an_unknown_program_no_child_has_failed() -> None:
    assert (Kin().failed("unknown"), Kin().weight("unknown")) == (0, 1.0)
