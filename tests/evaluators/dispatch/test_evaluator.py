"""The instrument as a whole: parameters, values, metrics."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from adrs.core.scenario import Scalar
from adrs.errors import ProblemError
from adrs.evaluators.dispatch import DispatchEvaluator, build
from adrs.evaluators.dispatch.generator import Workload
from adrs.evaluators.dispatch.interface import HEAD, HELD
from adrs.evaluators.dispatch.servers import Server

Run = Callable[..., Sequence[Any]]
MS = 1000
SLOW = Server(cores=1, memory_gb=4, speed=50)
FAST = Server(cores=1, memory_gb=4, speed=100)


def test_the_interface_is_as_wide_as_asked_for() -> None:
    narrow, wide = build({"width": 3}).interface, build({}).interface
    assert len(narrow.actions) == 3 + 4
    assert narrow.actions[2:5] == ("SERVER_2", "PROBE_1", "PROBE_2")
    assert len(wide.actions) == 32 + 4
    assert len(wide.observation) == HEAD + len(HELD) * 32
    names = [field.name for field in wide.observation]
    assert len(set(names)) == len(names)
    assert all(field.doc for field in (*wide.setup, *wide.observation))


def test_values_and_metrics_by_hand(cluster: Callable[..., Workload], run: Run) -> None:
    """Three tasks of 10 ms, 5 ms apart, all on the slow server: each takes 20 ms there."""
    rows = [(0, 1, 1, 10 * MS), (5 * MS, 1, 1, 10 * MS), (10 * MS, 1, 1, 10 * MS)]
    workload = cluster(rows, servers=[SLOW, FAST], schedulers=2, push_every=2)
    evaluator = build({"width": 8, "message_ms": 3.0})
    (outcome,) = run("return 0", [workload], evaluator)
    responses = [20.0, 35.0, 50.0]
    messages = 3 + 2 * 2  # placements, and one push to two schedulers
    assert outcome.violation == ""
    assert outcome.value == pytest.approx(sum(responses) / 3 + 3.0 * messages / 3, rel=1e-12)
    assert outcome.metrics == {
        "response_ms": 35.0,
        "p99_ms": 50.0,
        "wait_ms": 15.0,
        "messages": messages / 3,
        "probed": 0.0,
        "tasks_per_s": pytest.approx(3 / 0.060),
    }


def test_a_violation_leaves_no_value(
    cluster: Callable[..., Workload], run: Run, evaluator: DispatchEvaluator
) -> None:
    good, bad = cluster([(0, 1, 1, 5)], servers=[FAST] * 3), cluster([(0, 1, 1, 5)])
    outcomes = run("return 2", [good, bad], evaluator)
    assert [outcome.value is None for outcome in outcomes] == [False, True]
    assert "server 2" in outcomes[1].violation


def test_two_plays_agree(
    cluster: Callable[..., Workload], run: Run, evaluator: DispatchEvaluator
) -> None:
    rows = [(i * MS, 1, 1, 7 * MS) for i in range(40)]
    workloads = [cluster(rows, servers=[FAST, SLOW], push_every=5, schedulers=2)]
    body = "return 9 if not obs.probed and obs.sample_0 else self.random.randrange(2)"
    assert run(body, workloads, evaluator) == run(body, workloads, evaluator)


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"width": 0}, "width: expected a whole number from 1 to 1024"),
        ({"width": 4.0}, "width: expected a whole number"),
        ({"round_trip_ms": -1}, "round_trip_ms: expected a number from 0 to 60000"),
        ({"message_ms": "free"}, "message_ms: expected a number from 0 to 60000"),
        ({"messages": 1}, "dispatch params: unknown parameter 'messages'; there are width"),
    ],
)
def test_a_wrong_parameter_is_named(params: dict[str, Scalar], text: str) -> None:
    with pytest.raises(ProblemError, match=text):
        build(params)


def test_what_is_reported_is_named() -> None:
    evaluator = build({})
    assert (evaluator.family, evaluator.version) == ("dispatch", 3)
