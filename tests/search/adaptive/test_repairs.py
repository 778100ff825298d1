from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from adrs.core.evaluation import Verdict
from adrs.core.trial import Trial
from adrs.search.adaptive.kin import Birth
from adrs.search.adaptive.repairs import WAITING, Repairs
from adrs.search.member import Member


def test_a_second_broken_child_of_a_parent_is_worth_a_repair(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    repairs, parent = Repairs(), scored(5.0)
    first, second = (make_birth(None, parent=parent, verdict=Verdict.INVALID) for _ in range(2))
    repairs.tell(first.trial, parent)
    assert len(repairs) == 0
    repairs.tell(second.trial, parent)
    assert repairs.draw(Random(1)) == second.trial.program
    assert second.trial.program is not None
    case = repairs.case(second.trial.program.id)
    assert case is not None
    assert case.origin is parent
    assert not case.founds


def test_a_broken_paradigm_is_worth_a_repair_at_once(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    repairs, parent = Repairs(), scored(5.0)
    broken = make_birth(None, parent=parent, operator="paradigm")
    repairs.tell(broken.trial, parent)
    assert broken.trial.program is not None
    case = repairs.case(broken.trial.program.id)
    assert case is not None
    assert case.founds


@pytest.mark.parametrize("verdict", [Verdict.REJECTED, Verdict.SECURITY, Verdict.BEHIND])
def test_what_is_no_fault_of_execution_is_left(
    make_birth: Callable[..., Birth], scored: Callable[..., Member], verdict: Verdict
) -> None:
    repairs, parent = Repairs(), scored(5.0)
    for _ in range(3):
        repairs.tell(make_birth(None, parent=parent, verdict=verdict).trial, parent)
    assert len(repairs) == 0


def test_one_repair_is_all_a_program_gets(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    repairs, parent = Repairs(), scored(5.0)
    broken = make_birth(None, parent=parent, operator="paradigm")
    repairs.tell(broken.trial, parent)
    program = repairs.draw(Random(1))
    patient = scored(5.0)
    repair = make_birth(None, parent=patient, operator="fix")
    repairs.tell(repair.trial, parent)
    assert len(repairs) == 1  # another program's
    parent_ids = (program.id,)
    repairs.tell(_with_parents(repair, parent_ids), parent)
    assert len(repairs) == 0


def test_the_newest_few_are_kept(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    repairs, parent = Repairs(), scored(5.0)
    for _ in range(2):  # after a repair too
        broken = [make_birth(None, parent=parent, operator="paradigm") for _ in range(WAITING + 1)]
        for birth in broken:
            repairs.tell(birth.trial, parent)
        assert len(repairs) == WAITING
        assert broken[0].trial.program is not None
        assert repairs.case(broken[0].trial.program.id) is None
        repair = make_birth(None, parent=parent, operator="fix")
        repairs.tell(_with_parents(repair, (repairs.draw(Random(1)).id,)), parent)
        assert len(repairs) == WAITING - 1


def test_what_was_never_evaluated_is_no_case(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    repairs, parent = Repairs(), scored(5.0)
    duplicate = make_birth(5.0, parent=parent, operator="paradigm", repeats=True).trial
    repairs.tell(duplicate, parent)
    repairs.tell(replace(duplicate, program=None, duplicate_of=None), parent)
    repairs.tell(make_birth(None, operator="paradigm").trial, None)
    assert len(repairs) == 0


def _with_parents(birth: Birth, parent_ids: tuple[str, ...]) -> Trial:
    return replace(birth.trial, parent_ids=parent_ids)
