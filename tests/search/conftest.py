"""Trials and members made to measure."""

from collections.abc import Mapping
from typing import Protocol

import pytest

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial
from adrs.search.member import Member, member_of

COST = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)


class MakeTrial(Protocol):
    def __call__(
        self,
        number: int,
        score: float | None,
        *,
        source: str | None = None,
        fingerprint: str | None = None,
        parent: str | None = None,
        values: tuple[float, ...] | None = None,
        metrics: Mapping[str, float] | None = None,
    ) -> Trial: ...


class MakeMember(Protocol):
    def __call__(
        self,
        score: float,
        *,
        source: str | None = None,
        fingerprint: str | None = None,
        values: tuple[float, ...] | None = None,
        metrics: Mapping[str, float] | None = None,
    ) -> Member: ...


def _trial(
    number: int,
    score: float | None,
    *,
    source: str | None = None,
    fingerprint: str | None = None,
    parent: str | None = None,
    values: tuple[float, ...] | None = None,
    metrics: Mapping[str, float] | None = None,
) -> Trial:
    text = f"x = {number}\n" if source is None else source
    program = Program.of(text)
    ok = score is not None
    return Trial(
        arm=Arm.SEARCH,
        number=number,
        operator="refine",
        parent_ids=() if parent is None else (parent,),
        proposal=Proposal(proposer="test@1", source=text),
        program=program,
        evaluation=Evaluation(
            program_id=program.id,
            split=Split.TRAIN,
            verdict=Verdict.OK if ok else Verdict.EXCEPTION,
            score=score,
            values=() if score is None else (values or (score,)),
            metrics=metrics or {},
            fingerprint=(fingerprint or program.id) if ok else "",
            isolation=IsolationLevel.L0,
            evaluator="test 1",
        ),
    )


@pytest.fixture
def objective() -> Objective:
    return COST


@pytest.fixture
def make_trial() -> MakeTrial:
    return _trial


@pytest.fixture
def make_member() -> MakeMember:
    numbers = iter(range(1_000_000))

    def make(
        score: float,
        *,
        source: str | None = None,
        fingerprint: str | None = None,
        values: tuple[float, ...] | None = None,
        metrics: Mapping[str, float] | None = None,
    ) -> Member:
        trial = _trial(
            next(numbers),
            score,
            source=source,
            fingerprint=fingerprint,
            values=values,
            metrics=metrics,
        )
        member = member_of(trial, COST)
        assert member is not None
        return member

    return make
