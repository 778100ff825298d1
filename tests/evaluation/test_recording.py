"""Decisions are counted over a session, and what goes beyond the limit is never asked for."""

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.core.evaluation import Verdict
from adrs.core.problem import Limits
from adrs.evaluation.decisions import DecisionHash
from adrs.evaluation.recording import RecordingSession
from adrs.sandbox.protocol import Argument, PolicyFailed


class Yes:
    """Answers every question with 1."""

    cpu_s = 0.0
    asked = 0

    def begin(self, setups: NDArray[np.void]) -> None:
        pass

    def decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> NDArray[np.int32]:
        self.asked += len(slots)
        return np.ones(len(slots), np.int32)

    def plan(
        self, slot: int, arguments: Sequence[Argument], *, cpu_s: float = math.inf
    ) -> tuple[NDArray[np.generic], ...]:
        self.asked += 1
        return (np.ones(2),)

    def close(self) -> None:
        pass


def recording(inner: Yes, limit: int) -> RecordingSession:
    return RecordingSession(lambda: inner, DecisionHash(), limits=Limits(decisions=limit))


def slots(*numbers: int) -> NDArray[np.int32]:
    return np.array(numbers, np.int32)


NOTHING = np.zeros(0, np.dtype([]))


def test_as_many_decisions_as_the_limit_are_answered_and_no_more() -> None:
    inner = Yes()
    session = recording(inner, 5)
    session.decide(slots(0, 1, 2), NOTHING)
    session.decide(slots(1, 2), NOTHING)
    with pytest.raises(PolicyFailed, match="needed more than 5 decisions") as failure:
        session.decide(slots(2), NOTHING)
    assert (failure.value.verdict, failure.value.slot) == (Verdict.TIMEOUT, 2)
    assert session.answered == inner.asked == 5


def test_a_round_that_would_go_beyond_the_limit_is_not_asked() -> None:
    inner = Yes()
    session = recording(inner, 3)
    session.decide(slots(0, 4), NOTHING)
    with pytest.raises(PolicyFailed) as failure:
        session.decide(slots(1, 4), NOTHING)
    assert failure.value.slot == 1
    assert session.answered == inner.asked == 2


def test_plans_are_counted_too() -> None:
    inner = Yes()
    session = recording(inner, 2)
    session.plan(0, [])
    session.plan(0, [])
    with pytest.raises(PolicyFailed, match="needed more than 2 decisions") as failure:
        session.plan(7, [])
    assert failure.value.slot == 7
    assert inner.asked == 2


def test_decisions_of_other_policies_are_not_mixed_with_those_before() -> None:
    none = np.zeros(1, np.dtype([]))
    digests = []
    for again in (False, True):
        digest = DecisionHash()
        session = RecordingSession(Yes, digest, limits=Limits(decisions=9))
        session.begin(none)
        session.decide(slots(0), none)
        if again:
            session.begin(none)
        session.decide(slots(0), none)
        digests.append(digest.hexdigest())
    assert digests[0] != digests[1]


class Counted(Yes):
    """Takes a second of CPU time; notes which of its kind are open."""

    cpu_s = 1.0
    running: ClassVar[list["Counted"]] = []

    def __init__(self) -> None:
        assert not self.running
        self.running.append(self)

    def close(self) -> None:
        if self in self.running:
            self.running.remove(self)


def test_a_renewed_session_is_another_one_and_what_was_counted_stays() -> None:
    digest = DecisionHash()
    session = RecordingSession(Counted, digest, limits=Limits(decisions=3))
    session.decide(slots(0, 1), NOTHING)
    (first,) = Counted.running
    session.renew()
    (second,) = Counted.running
    assert second is not first
    assert session.cpu_s == 2.0
    with pytest.raises(PolicyFailed, match="needed more than 3 decisions"):
        session.decide(slots(0, 1), NOTHING)
    session.decide(slots(0), NOTHING)
    assert (first.asked, second.asked, session.answered) == (2, 1, 3)
    session.close()
    assert not Counted.running


def test_a_program_that_fails_when_it_is_started_again_is_closed_and_counted_once() -> None:
    def opened() -> Counted:
        if starts:
            raise PolicyFailed(Verdict.MEMORY, "no more")
        starts.append(1)
        return Counted()

    starts: list[int] = []
    session = RecordingSession(opened, DecisionHash(), limits=Limits(decisions=3))
    with pytest.raises(PolicyFailed, match="no more"):
        session.renew()
    session.close()
    assert session.cpu_s == 1.0
    assert not Counted.running


@pytest.mark.parametrize(
    ("cpu_s", "renewals", "ends"), [(0.5, 0, False), (2.0, 1, False), (1.5, 1, True)]
)
def test_processes_of_a_renewed_session_use_together_what_one_may(
    cpu_s: float, renewals: int, ends: bool
) -> None:
    session = RecordingSession(Counted, DecisionHash(), limits=Limits(cpu_s=cpu_s))
    for _ in range(renewals):
        session.renew()
    if ends:
        with pytest.raises(PolicyFailed, match=r"used more than 1\.5 s of CPU time") as failed:
            session.check_cpu_time()
        assert failed.value.verdict is Verdict.TIMEOUT
    else:
        session.check_cpu_time()
    session.close()
