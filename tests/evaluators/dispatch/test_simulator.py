"""What schedulers are told and charged, and that they cannot know more."""

import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adrs.core.evaluation import Verdict
from adrs.evaluators.dispatch import DispatchEvaluator
from adrs.evaluators.dispatch.generator import Workload
from adrs.evaluators.dispatch.scoring import Terms
from adrs.evaluators.dispatch.servers import Server
from adrs.evaluators.dispatch.simulator import UNTOLD, simulate
from adrs.sandbox.protocol import PolicyFailed
from adrs.simulation import queueing

Run = Callable[..., Sequence[Any]]
MS = 1000
WIDTH = 8
TERMS = Terms(round_trip_us=1 * MS, message_us=0)
PROBE_1, PROBE_2, PROBE_4 = WIDTH, WIDTH + 1, WIDTH + 3
FAST = Server(cores=2, memory_gb=8, speed=200)
SLOW = Server(cores=1, memory_gb=4, speed=50)

ROWS = st.lists(
    st.tuples(st.integers(0, 50_000), st.integers(1, 2), st.integers(0, 4), st.integers(1, 90_000)),
    min_size=1,
    max_size=25,
).map(lambda rows: [(sum(r[0] for r in rows[: i + 1]), *rows[i][1:]) for i in range(len(rows))])


def play(workloads: Sequence[Workload], session: Any, terms: Terms = TERMS) -> Sequence[Any]:
    ledgers: Sequence[Any] = simulate(workloads, session, terms, width=WIDTH)
    return ledgers


def head(row: Any) -> tuple[int, ...]:
    return tuple(row.tolist()[:11])


def block(row: Any, number: int, servers: int) -> tuple[int, ...]:
    start = 11 + number * WIDTH
    return tuple(row.tolist()[start : start + servers])


def spread(servers: int, seed: int) -> Callable[[int, int, Any], int]:
    """An arbitrary policy that answers by what it is shown, now and then with a probe."""

    def answer(_slot: int, _turn: int, row: Any) -> int:
        mixed = zlib.crc32(row.tobytes(), seed) % (2 * servers)
        return mixed if mixed < servers else PROBE_1 + mixed % 4

    return answer


@settings(max_examples=50, deadline=None)
@given(members=st.lists(ROWS, min_size=2, max_size=4), seed=st.integers(0, 99))
def test_a_cluster_does_not_depend_on_its_batch(
    scripted: Any, cluster: Callable[..., Workload], members: list[Any], seed: int
) -> None:
    workloads = [
        cluster(rows, servers=[FAST, FAST], schedulers=1 + i, push_every=3, seed=seed)
        for i, rows in enumerate(members)
    ]
    together = play(workloads, scripted(spread(2, seed)))
    for i, workload in enumerate(workloads):
        assert play([workload], scripted(spread(2, seed)))[0] == together[i]


@settings(max_examples=50, deadline=None)
@given(rows=ROWS, cut=st.integers(0, 24), seed=st.integers(0, 99))
def test_the_future_cannot_be_observed(
    scripted: Any, cluster: Callable[..., Workload], rows: list[Any], cut: int, seed: int
) -> None:
    """Whatever comes after a task, it and all before it are shown the same."""
    end_us = rows[min(cut, len(rows) - 1)][0]
    other = rows[: cut + 1] + [
        (at + 7 * MS, 3 - cores, memory, 90_001 - work)
        for at, cores, memory, work in rows[cut + 1 :]
    ]
    shown = []
    for version in (rows, other):
        session = scripted(spread(2, seed))
        play([cluster(version, servers=[FAST, FAST], push_every=2, seed=seed)], session)
        early = [row.tolist() for _, row in session.asked if row["now_ms"] <= end_us // MS]
        shown.append(early[: cut + 1])
    assert shown[0] == shown[1]


def test_a_push_tells_every_scheduler_what_there_is(
    scripted: Any, cluster: Callable[..., Workload]
) -> None:
    rows = [(0, 1, 2, 40 * MS), (10 * MS, 2, 3, 100 * MS), (12 * MS, 1, 1, 10 * MS),
            (50 * MS, 1, 0, 10 * MS), (60 * MS, 1, 0, 10 * MS)]  # fmt: skip
    workload = cluster(rows, servers=[FAST, SLOW], schedulers=3, push_every=2)
    session = scripted(lambda _slot, _turn, _row: 0)
    play([workload], session)
    views = [row for _, row in session.asked[:5]]
    assert [head(row)[0] for row in views] == [0, 10, 12, 50, 60]
    assert [head(row)[9:] for row in views] == [(0, 0), (0, 0), (1, 10), (1, 10), (2, 50)]
    # At 10 ms both tasks are there: 20 ms and, from 20 ms on, 50 ms at twice the speed.
    told = [(2, 0), (3, 0), (5, 0), (70, 0)]
    assert [block(views[2], number, 2) for number in range(4)] == told
    assert [block(views[3], number, 2) for number in range(4)] == told
    # At 50 ms the first is done, the third waits for the second, and the fourth for nobody else.
    assert [block(views[4], number, 2) for number in range(4)] == [(3, 0), (4, 0), (4, 0), (60, 0)]


def test_setups_hold_the_cluster_and_the_terms(
    scripted: Any, cluster: Callable[..., Workload]
) -> None:
    workload = cluster([(0, 1, 1, 5)], servers=[FAST, SLOW], schedulers=2, push_every=9)
    session = scripted(lambda *_: 0)
    play([workload], session, Terms(round_trip_us=1500, message_us=30_000))
    played, audited = session.setups
    first, second = played.tolist()
    assert first[:3] == (2, 2, 9)
    assert first[4:6] == (1.5, 30.0)
    blank = (0,) * (WIDTH - 2)
    assert first[6:] == (2, 1, *blank, 8, 4, *blank, 200, 50, *blank)
    assert first[3] != second[3]
    assert audited.tolist() == [(first, second)[workload.audited]]


def test_a_probe_brings_the_probed_columns_up_to_date(
    scripted: Any, cluster: Callable[..., Workload]
) -> None:
    rows = [(0, 1, 2, 40 * MS), (10 * MS, 1, 1, 40 * MS), (11 * MS, 1, 1, 40 * MS)]
    workload = cluster(rows, servers=[FAST] * 5, seed=3)
    first, second = workload.samples[1, :2].tolist()

    def answer(_slot: int, _turn: int, row: Any) -> int:
        return PROBE_2 if row["now_ms"] == 10 and not row["probed"] else first

    session = scripted(answer)
    (ledger,) = play([workload], session)
    rows_shown = [row for _, row in session.asked[:4]]
    assert [row["probed"].item() for row in rows_shown] == [0, 0, 2, 0]
    assert block(rows_shown[1], 0, 5) == (0,) * 5
    expected = [0] * 5
    expected[first] = 1
    assert list(block(rows_shown[2], 0, 5)) == expected
    # What was learnt stays in the view of the scheduler until the next push.
    assert block(rows_shown[3], 0, 5) == block(rows_shown[2], 0, 5)
    assert second != first
    assert (ledger.messages, ledger.probed_tasks) == (3 + 2, 1)
    # The task that was probed for comes a round trip later; the third waits for a core.
    assert list(ledger.wait_us) == [0, 1 * MS, 9 * MS]


def test_only_the_scheduler_that_probes_learns_anything(
    scripted: Any, cluster: Callable[..., Workload]
) -> None:
    rows = [(i * MS, 1, 1, 500 * MS) for i in range(12)]
    workload = cluster(rows, servers=[FAST] * 2, schedulers=2, seed=5)
    prober = int(workload.scheduler[0])
    session = scripted(
        lambda slot, _turn, row: PROBE_2 if slot == prober and not row["probed"] else 0
    )
    play([workload], session)
    others = [row for slot, row in session.asked if slot == 1 - prober]
    assert others
    assert all(block(row, 0, 2) == (0, 0) for row in others)


def test_a_second_probe_places_on_the_first_sample(
    scripted: Any, cluster: Callable[..., Workload]
) -> None:
    rows = [(i * 10 * MS, 1, 1, 3 * MS) for i in range(6)]
    workload = cluster(rows, servers=[FAST, SLOW, FAST], seed=2)
    (always,) = play([workload], scripted(lambda *_: PROBE_4))
    (placed,) = play([workload], scripted(lambda _s, _t, row: row["sample_0"].item()))
    assert list(always.response_us) == [one + 1 * MS for one in placed.response_us]
    assert always.messages == 6 * (1 + 4)
    assert placed.messages == 6


@pytest.mark.parametrize(("tasks", "push_every", "pushes"), [(7, 3, 2), (6, 3, 2), (5, 0, 0)])
def test_every_message_is_counted(
    scripted: Any, cluster: Callable[..., Workload], tasks: int, push_every: int, pushes: int
) -> None:
    workload = cluster([(i, 1, 1, 9) for i in range(tasks)], schedulers=4, push_every=push_every)
    (ledger,) = play([workload], scripted(lambda *_: 1))
    assert ledger.messages == tasks + 2 * 4 * pushes


def test_a_server_that_is_not_there_is_a_violation(
    scripted: Any, cluster: Callable[..., Workload]
) -> None:
    good, bad = cluster([(0, 1, 1, 5)] * 3), cluster([(0, 1, 1, 5)] * 40)
    answer = lambda slot, turn, _row: 2 if slot == 1 and turn == 1 else 0  # noqa: E731
    ledgers = play([good, bad], scripted(answer))
    assert ledgers[0].violation == ""
    assert "server 2; the cluster has 2 servers" in ledgers[1].violation


def test_failures_name_the_cluster(scripted: Any, cluster: Callable[..., Workload]) -> None:
    workloads = [cluster([(0, 1, 1, 5)] * 9, schedulers=s) for s in (3, 4, 2)]

    class Failing(scripted):  # type: ignore[misc]
        def decide(self, slots: Any, observations: Any) -> Any:
            if len(self.setups) == self.session:
                raise PolicyFailed(Verdict.EXCEPTION, "boom", self.slot)
            return super().decide(slots, observations)

    playing = [(0, 0), (2, 0), (3, 1), (6, 1), (7, 2), (8, 2), (None, None)]
    audited = [(0, 0), (2, 2), (None, None)]
    for number, (slot, expected) in [*((1, p) for p in playing), *((2, p) for p in audited)]:
        session = Failing(lambda *_: 0)
        session.session, session.slot = number, slot
        with pytest.raises(PolicyFailed) as failure:
            play(workloads, session)
        assert failure.value.slot == expected


SHARED = "Policy.sent = getattr(Policy, 'sent', 0) + 1\nreturn Policy.sent % self.n"
GLOBAL_RANDOM = "return random.randrange(self.n)"
RECORDED = """
self.turn += 1
Policy.sent = getattr(Policy, 'sent', 0) + 1
answers = Policy.decide.__dict__
return answers.setdefault((self.setup.seed, self.turn), Policy.sent % self.n)"""
OWN_RANDOM = "return self.random.randrange(self.n)"
OWN_STATE = "self.turn += 1\nreturn self.turn % self.n"


@pytest.mark.parametrize(
    ("body", "violation"),
    [
        (SHARED, UNTOLD),
        (RECORDED, UNTOLD),
        (GLOBAL_RANDOM, UNTOLD),
        (OWN_RANDOM, ""),
        (OWN_STATE, ""),
    ],
)
def test_a_scheduler_must_not_rest_on_what_it_was_not_told(
    cluster: Callable[..., Workload],
    run: Run,
    evaluator: DispatchEvaluator,
    body: str,
    violation: str,
) -> None:
    rows = [(i * MS, 1, 1, 5 * MS) for i in range(60)]
    workloads = [cluster(rows, servers=[FAST] * 5, schedulers=3, seed=s) for s in range(3)]
    assert [outcome.violation for outcome in run(body, workloads, evaluator)] == [violation] * 3


def test_two_probed_choices_are_the_supermarket_of_the_shared_kernel(
    cluster: Callable[..., Workload], run: Run, evaluator: DispatchEvaluator
) -> None:
    """Round trips put aside, probing two and joining the shorter is `run_supermarket` exactly."""
    rng = np.random.Generator(np.random.PCG64(4))
    arrivals = np.cumsum(rng.integers(1, 30 * MS, 400))
    works = rng.integers(1, 100 * MS, 400)
    rows = [(a, 1, 1, w) for a, w in zip(arrivals.tolist(), works.tolist(), strict=True)]
    one_core = Server(cores=1, memory_gb=1, speed=100)
    workload = cluster(rows, servers=[one_core] * 6, schedulers=3, push_every=0)
    body = f"""
if not obs.probed:
    return {PROBE_2}
return obs.sample_1 if tasks[obs.sample_1] < tasks[obs.sample_0] else obs.sample_0
"""
    at_once = DispatchEvaluator(Terms(round_trip_us=0, message_us=0), WIDTH)
    (outcome,) = run(body, [workload], at_once)
    kernel = queueing.run_supermarket(arrivals, works, workload.samples[:, :2], servers=6)
    assert outcome.value == pytest.approx(kernel.sojourns_ns.mean() / MS, rel=1e-12)
    assert outcome.metrics["messages"] == 3.0
