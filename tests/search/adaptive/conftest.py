"""Births made to measure."""

from typing import Protocol

import pytest

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import REGION_END, REGION_START, Program
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial
from adrs.search.adaptive.kin import Birth
from adrs.search.member import Member, member_of

COST = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)


class MakeBirth(Protocol):
    def __call__(
        self,
        score: float | None = None,
        *,
        parent: Member | None = None,
        operator: str = "refine",
        body: str | None = None,
        fingerprint: str | None = None,
        values: tuple[float, ...] | None = None,
        verdict: Verdict = Verdict.EXCEPTION,
        idea: str = "",
        repeats: bool = False,
        record: bool = False,
        founds: bool | None = None,
        cycles: bool = False,
        tried: int = 0,
    ) -> Birth: ...


@pytest.fixture
def make_birth() -> MakeBirth:
    numbers = iter(range(1_000_000))

    def make(
        score: float | None = None,
        *,
        parent: Member | None = None,
        operator: str = "refine",
        body: str | None = None,
        fingerprint: str | None = None,
        values: tuple[float, ...] | None = None,
        verdict: Verdict = Verdict.EXCEPTION,
        idea: str = "",
        repeats: bool = False,
        record: bool = False,
        founds: bool | None = None,
        cycles: bool = False,
        tried: int = 0,
    ) -> Birth:
        number = next(numbers)
        text = f"x = {number}\n" if body is None else body
        program = Program.of(f"{REGION_START}\n{text}{REGION_END}\n")
        evaluation = Evaluation(
            program_id=program.id,
            split=Split.TRAIN,
            verdict=verdict if score is None else Verdict.OK,
            score=score,
            values=() if score is None else (values or (score,)),
            fingerprint="" if score is None else (fingerprint or program.id),
            isolation=IsolationLevel.L0,
            evaluator="test 1",
        )
        trial = Trial(
            arm=Arm.SEARCH,
            number=number,
            operator=operator,
            parent_ids=() if parent is None else (parent.program.id,),
            proposal=Proposal(proposer="test@1", source=program.source, idea=idea),
            program=program,
            evaluation=None if repeats else evaluation,
            duplicate_of=program.id if repeats else None,
            tried=tried,
        )
        member = member_of(trial, COST)
        gain, same = None, False
        if member is not None and parent is not None:
            same = member.behaviour == parent.behaviour
            gain = 0.0 if same else member.fitness - parent.fitness
        return Birth(
            trial=trial,
            member=member,
            parent=parent,
            gain=gain,
            copies=same,
            record=record,
            founds=operator == "paradigm" if founds is None else founds,
            cycles=cycles,
        )

    return make


@pytest.fixture
def scored(make_birth: MakeBirth) -> "MakeScored":
    def make(score: float, *, body: str | None = None, fingerprint: str | None = None) -> Member:
        member = make_birth(score, body=body, fingerprint=fingerprint).member
        assert member is not None
        return member

    return make


class MakeScored(Protocol):
    def __call__(
        self, score: float, *, body: str | None = None, fingerprint: str | None = None
    ) -> Member: ...
