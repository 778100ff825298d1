"""Prices, and the outcome of one scenario."""

from collections.abc import Sequence
from dataclasses import dataclass

from adrs.evaluation.protocol import Outcome
from adrs.simulation.percentiles import mean, percentile

_US_PER_MS = 1000.0
_US_PER_S = 1e6
_TAIL = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What communication costs.

    Attributes:
        round_trip_us: time from a probe to its answer.
        message_us: what one message is charged, on top of the time it takes.
    """

    round_trip_us: int
    message_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What happened in one scenario, counted by the simulator.

    Attributes:
        response_us: from arrival to finish, by task.
        wait_us: from arrival to start, by task.
        messages: calls that schedulers made or got: one for every placement, one for every server
            that was probed, two per scheduler for every push (its report and the answer).
        probed_tasks: tasks that were probed for.
        span_us: from the first arrival to the last finish.
        violation: which rule was broken; empty when none was.
    """

    response_us: Sequence[int]
    wait_us: Sequence[int]
    messages: int
    probed_tasks: int
    span_us: int
    violation: str = ""


def outcome(ledger: Ledger, terms: Terms) -> Outcome:
    """Score one scenario: mean response plus charged messages, ms a task, or a violation."""
    if ledger.violation:
        return Outcome(value=None, violation=ledger.violation)
    tasks = len(ledger.response_us)
    total_us = sum(ledger.response_us) + terms.message_us * ledger.messages
    return Outcome(
        value=total_us / (tasks * _US_PER_MS),
        metrics={
            "response_ms": mean(ledger.response_us) / _US_PER_MS,
            "p99_ms": percentile(ledger.response_us, _TAIL) / _US_PER_MS,
            "wait_ms": mean(ledger.wait_us) / _US_PER_MS,
            "messages": ledger.messages / tasks,
            "probed": ledger.probed_tasks / tasks,
            "tasks_per_s": tasks * _US_PER_S / ledger.span_us,
        },
    )


def push_messages(*, tasks: int, push_every: int, schedulers: int) -> int:
    """Return the messages of all pushes; they do not depend on the policy."""
    return tasks // push_every * 2 * schedulers if push_every else 0
