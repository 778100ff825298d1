"""When a failed call is tried again, and when a model is left alone."""

from typing import Any

import pytest

from adrs.core.call import CallOutcome
from adrs.proposers.llm.breaker import Admission, Breaker, BreakerPolicy, Gate, Trouble
from adrs.proposers.llm.protocol import CallFailed
from adrs.proposers.llm.retry import Retries, RetryPolicy

GO = Admission(gate=Gate.GO)
PROBE = Admission(gate=Gate.PROBE)


def waits(outcome: CallOutcome, *, seed: int = 1, policy: RetryPolicy | None = None) -> list[float]:
    retries = Retries(policy or RetryPolicy(), seed)
    found = []
    while (wait_s := retries.wait_s(CallFailed(outcome, "x"))) is not None:
        found.append(wait_s)
    return found


@pytest.mark.parametrize(
    ("outcome", "retries"),
    [
        (CallOutcome.RATE_LIMITED, 7),
        (CallOutcome.OVERLOADED, 5),
        (CallOutcome.CONNECTION, 5),
        (CallOutcome.TIMEOUT, 2),
        (CallOutcome.UNKNOWN, 2),
        (CallOutcome.AUTHENTICATION, 0),
        (CallOutcome.CONTEXT_TOO_LONG, 0),
        (CallOutcome.REFUSED, 0),
    ],
)
def test_each_class_has_its_number_of_retries(outcome: CallOutcome, retries: int) -> None:
    assert len(waits(outcome)) == retries


def test_waits_are_jittered_below_a_doubling_bound() -> None:
    policy = RetryPolicy(attempts={CallOutcome.OVERLOADED: 12}, longest_s=20.0)
    bounds = [min(20.0, 2.0**n) for n in range(11)]
    sums = [0.0] * 11
    for seed in range(300):
        drawn = waits(CallOutcome.OVERLOADED, seed=seed, policy=policy)
        assert all(0.0 <= w <= b for w, b in zip(drawn, bounds, strict=True))
        sums = [s + w for s, w in zip(sums, drawn, strict=True)]
    for total, bound in zip(sums, bounds, strict=True):
        assert total / 300 == pytest.approx(bound / 2, rel=0.15)


def test_waits_follow_the_seed() -> None:
    assert waits(CallOutcome.OVERLOADED, seed=5) == waits(CallOutcome.OVERLOADED, seed=5)
    assert waits(CallOutcome.OVERLOADED, seed=5) != waits(CallOutcome.OVERLOADED, seed=6)


def test_retry_after_is_the_least_wait() -> None:
    retries = Retries(RetryPolicy(), 1)
    failure = CallFailed(CallOutcome.RATE_LIMITED, "x", retry_after_s=90.0)
    assert retries.wait_s(failure) == 90.0


def test_patience_is_for_all_waits_together() -> None:
    retries = Retries(RetryPolicy(patience_s=100.0), 1)
    failure = CallFailed(CallOutcome.RATE_LIMITED, "x", retry_after_s=40.0)
    assert [retries.wait_s(failure) for _ in range(3)] == [40.0, 40.0, None]


def trouble(outcome: CallOutcome = CallOutcome.OVERLOADED) -> Trouble:
    return Trouble(outcome=outcome, text="boom")


class Patient:
    """A breaker with its clock, as one caller sees them."""

    def __init__(self, clock: Any, **policy: Any) -> None:
        self.clock = clock
        self.breaker = Breaker(BreakerPolicy(**policy), clock)

    def fail(self, times: int = 1, outcome: CallOutcome = CallOutcome.OVERLOADED) -> list[bool]:
        return [self.breaker.failed(GO, trouble(outcome), retry_after_s=None) for _ in range(times)]

    def gate(self) -> str:
        return self.breaker.admit().gate.value


@pytest.fixture
def patient(bench: Any) -> Patient:
    return Patient(bench.clock, failures=3, cool_down_s=10.0, growth=2.0, probes=2)


def test_opens_after_consecutive_failures(patient: Patient) -> None:
    assert patient.fail(2) == [False, False]
    patient.breaker.answered(GO)
    assert patient.fail(3) == [False, False, True]
    assert not patient.breaker.healthy
    assert patient.breaker.admit() == Admission(gate=Gate.WAIT, wait_s=10.0)
    assert patient.breaker.trouble == trouble()


def test_rate_limits_and_refusals_never_open(patient: Patient) -> None:
    assert not any(patient.fail(50, CallOutcome.RATE_LIMITED))
    patient.fail(2)
    patient.breaker.replied(GO)
    assert patient.fail(2) == [False, False]
    assert patient.breaker.healthy


def test_failures_that_come_late_neither_prolong_the_pause_nor_are_told(patient: Patient) -> None:
    patient.fail(3)
    patient.clock.sleep(4.0)
    assert not any(patient.fail(10))
    assert patient.breaker.admit() == Admission(gate=Gate.WAIT, wait_s=6.0)


def test_a_model_that_is_well_again_has_all_its_probes_again(patient: Patient) -> None:
    for _ in range(3):
        patient.fail(3)
        patient.clock.sleep(10.0)
        assert patient.gate() == "probe"
        assert not patient.breaker.failed(PROBE, trouble(), retry_after_s=None)
        patient.breaker.answered(GO)
    assert patient.breaker.healthy


def test_one_probe_at_a_time(patient: Patient) -> None:
    patient.fail(3)
    patient.clock.sleep(10.0)
    assert [patient.gate() for _ in range(3)] == ["probe", "wait", "wait"]
    assert patient.breaker.admit().wait_s > 0
    patient.breaker.withdrew(PROBE)
    assert patient.gate() == "probe"
    patient.breaker.answered(PROBE)
    assert [patient.gate() for _ in range(2)] == ["go", "go"]


def test_failed_probes_wait_longer_and_then_end_it(patient: Patient) -> None:
    patient.fail(3)
    patient.clock.sleep(10.0)
    assert patient.gate() == "probe"
    assert not patient.breaker.failed(PROBE, trouble(), retry_after_s=None)
    assert patient.breaker.admit() == Admission(gate=Gate.WAIT, wait_s=20.0)
    patient.clock.sleep(20.0)
    assert patient.gate() == "probe"
    assert patient.breaker.failed(PROBE, trouble(), retry_after_s=None)
    assert patient.gate() == "down"
    assert patient.breaker.down


def test_answer_that_comes_late_heals(patient: Patient) -> None:
    patient.fail(3)
    patient.breaker.answered(GO)
    assert patient.gate() == "go"


def test_failures_that_come_late_are_not_probes(patient: Patient) -> None:
    patient.fail(30)
    assert not patient.breaker.down
    patient.clock.sleep(10.0)
    assert patient.gate() == "probe"


def test_rate_limited_probe_waits_as_asked_and_counts_for_nothing(patient: Patient) -> None:
    patient.fail(3)
    for _ in range(10):
        patient.clock.sleep(100.0)
        assert patient.gate() == "probe"
        limited = trouble(CallOutcome.RATE_LIMITED)
        assert not patient.breaker.failed(PROBE, limited, retry_after_s=70.0)
        assert patient.breaker.admit().wait_s == 70.0


def test_model_that_never_was_reached_is_given_up_at_once(patient: Patient) -> None:
    assert patient.fail(3, CallOutcome.CONNECTION) == [False, False, True]
    assert patient.breaker.down


def test_model_that_was_reached_once_is_probed(patient: Patient) -> None:
    patient.breaker.answered(GO)
    patient.fail(3, CallOutcome.CONNECTION)
    assert not patient.breaker.down


def test_giving_up_is_told_once(patient: Patient) -> None:
    first = trouble(CallOutcome.AUTHENTICATION)
    assert patient.breaker.give_up(first)
    assert not patient.breaker.give_up(trouble())
    assert patient.breaker.trouble == first
    patient.breaker.answered(GO)
    assert patient.gate() == "down"


def test_calls_that_fail_after_giving_up_do_not_change_why(patient: Patient) -> None:
    first = trouble(CallOutcome.AUTHENTICATION)
    patient.breaker.give_up(first)
    assert not any(patient.fail(10))
    assert patient.breaker.trouble == first
