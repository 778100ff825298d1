"""Which model a request goes to next, and what its failures mean for that."""

from collections.abc import Mapping
from typing import Any

import pytest

from adrs.core.call import CallOutcome
from adrs.proposers.llm.breaker import Admission, BreakerPolicy, Gate
from adrs.proposers.llm.errors import NoAnswer
from adrs.proposers.llm.failover import Failover
from adrs.proposers.llm.job import Job
from adrs.proposers.llm.models import ModelSpec
from adrs.proposers.llm.notices import Notices
from adrs.proposers.llm.protocol import CallFailed
from adrs.proposers.llm.retry import RetryPolicy

PATIENT_S = 10.0
COOL_DOWN_S = 50.0
GO = Admission(gate=Gate.GO)
PROBE = Admission(gate=Gate.PROBE)
SPECS = tuple(ModelSpec.parse(text) for text in ("a/one", "a/two"))
ONE, TWO = (spec.id for spec in SPECS)


class Desk:
    """Two models, a clock that is moved by hand, and what was told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.told: list[str] = []
        self.failover = Failover(
            (ONE, TWO),
            retry=RetryPolicy(attempts={CallOutcome.RATE_LIMITED: 3, CallOutcome.OVERLOADED: 3}),
            breaker=BreakerPolicy(failures=2, cool_down_s=COOL_DOWN_S, growth=1.0, probes=9),
            patient_s=PATIENT_S,
            notices=Notices(self.told.append),
            clock=lambda: self.now,
        )

    def job(self, not_before: Mapping[str, float] | None = None) -> Job:
        site: Any = None  # whose request it is makes no difference here
        return Job(
            site=site,
            seed=1,
            order=SPECS,
            requests={},
            answers_before=self.failover.answers(),
            not_before=dict(not_before or {}),
        )

    def fail(self, job: Job, model: str, admission: Admission, outcome: CallOutcome) -> None:
        self.failover.failed(job, model, admission, CallFailed(outcome, f"{model} {outcome}"))

    def open_breaker(self, model: str) -> None:
        for _ in range(2):
            self.fail(self.job(), model, GO, CallOutcome.OVERLOADED)

    def next(self, job: Job) -> tuple[str, str] | float:
        """Return who is asked next and how, or for how long to wait."""
        found = self.failover.admit(job)
        return found if isinstance(found, float) else (found[0].id, found[1].gate.value)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_short_wait_for_a_model_that_is_well_is_waited(desk: Desk) -> None:
    assert desk.next(desk.job({ONE: PATIENT_S})) == PATIENT_S
    assert desk.next(desk.job({ONE: PATIENT_S + 1})) == (TWO, "go")


def test_nobody_waits_for_a_model_that_is_left_alone_while_another_can_be_asked(desk: Desk) -> None:
    desk.open_breaker(ONE)
    assert desk.next(desk.job({ONE: 1.0})) == (TWO, "go")


@pytest.mark.parametrize(("one", "two"), [(40.0, 30.0), (30.0, 40.0)])
def test_of_two_waits_the_shorter_one_counts(desk: Desk, one: float, two: float) -> None:
    assert desk.next(desk.job({ONE: one, TWO: two})) == 30.0


@pytest.mark.parametrize(
    "failure",
    [
        CallFailed(CallOutcome.CONTEXT_TOO_LONG, "too long"),
        CallFailed(CallOutcome.REFUSED, "no such setting", refused_parameter="top_k"),
    ],
)
def test_a_probe_that_met_an_error_of_the_request_alone_finds_the_model_well(
    desk: Desk, failure: CallFailed
) -> None:
    desk.open_breaker(ONE)
    desk.now = COOL_DOWN_S
    job = desk.job()
    assert desk.next(job) == (ONE, "probe")
    desk.failover.failed(job, ONE, PROBE, failure)
    assert desk.next(desk.job()) == (ONE, "go")


def test_a_request_whose_probes_meet_rate_limits_has_so_many_attempts_only(desk: Desk) -> None:
    desk.open_breaker(ONE)
    job = desk.job()
    for _ in range(3):
        desk.now += COOL_DOWN_S + 5.0
        assert desk.next(job) == (ONE, "probe")
        desk.fail(job, ONE, PROBE, CallOutcome.RATE_LIMITED)
    desk.now += COOL_DOWN_S + 5.0
    assert desk.next(job) == (TWO, "go")
    assert desk.told[-1].startswith(f"{ONE} is not asked any more")


def test_a_request_that_nobody_answers_ends_as_its_last_attempt_did(desk: Desk) -> None:
    job = desk.job()
    desk.fail(job, ONE, GO, CallOutcome.CONTEXT_TOO_LONG)
    desk.fail(job, TWO, GO, CallOutcome.REFUSED)
    with pytest.raises(NoAnswer, match=f"{ONE} context_too_long; {TWO}: ") as caught:
        desk.next(job)
    assert caught.value.outcome is CallOutcome.REFUSED


def test_the_waits_for_two_models_are_drawn_apart(desk: Desk) -> None:
    job = desk.job()
    for model in (ONE, TWO):
        desk.fail(job, model, GO, CallOutcome.RATE_LIMITED)
    assert job.not_before[ONE] != job.not_before[TWO]
