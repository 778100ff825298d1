from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from adrs.evaluators.spot.generator import Workload, build_workload
from adrs.evaluators.spot.scoring import Ledger, Prices
from adrs.evaluators.spot.simulator import simulate

NONE, SPOT, ON_DEMAND = 0, 1, 2
Played = tuple[tuple[Ledger, ...], Any]  # the ledgers, and the session that was asked


@st.composite
def jobs(draw: st.DrawFn) -> Workload:
    """Jobs that on-demand from the start would finish in time."""
    tick_s = draw(st.sampled_from([195, 600]))
    ticks = draw(st.integers(2, 40))
    overhead_s = draw(st.sampled_from([0, 72, 360, tick_s, tick_s + 120, 3 * tick_s - 5]))
    most_s = ticks * tick_s - overhead_s
    if most_s < 1:
        overhead_s, most_s = 0, ticks * tick_s
    return build_workload(
        work_s=draw(st.integers(1, most_s)),
        deadline_s=ticks * tick_s + draw(st.integers(0, tick_s - 1)),
        overhead_s=overhead_s,
        tick_s=tick_s,
        available=np.array(draw(st.lists(st.booleans(), min_size=ticks, max_size=ticks))),
    )


def play(
    workloads: Sequence[Workload],
    scripts: Sequence[Sequence[int]] | NDArray[np.int64],
    scripted: Callable[..., Any],
    prices: Prices,
) -> Played:
    session = scripted(np.asarray(scripts))
    return simulate(workloads, session, prices), session


@settings(max_examples=150, deadline=None)
@given(job=jobs(), seed=st.integers(0, 2**32 - 1), lazy=st.booleans())
def test_lockstep_does_what_the_published_rules_say(
    scripted: Callable[..., Any],
    literal: Callable[..., Any],
    prices: Prices,
    job: Workload,
    seed: int,
    lazy: bool,
) -> None:
    rng = np.random.default_rng(seed)
    weights = [0.6, 0.3, 0.1] if lazy else [0.1, 0.6, 0.3]
    scripts = rng.choice(3, size=(4, job.ticks), p=weights)
    ledgers, _ = play([job] * 4, scripts, scripted, prices)
    for script, ledger in zip(scripts, ledgers, strict=True):
        account = literal(job, script)
        assert (ledger.idle_ticks, ledger.spot_ticks, ledger.on_demand_ticks) == account.ticks
        assert ledger.launches == account.launches
        assert ledger.missing_s == account.left_s == 0


@settings(max_examples=40, deadline=None)
@given(members=st.lists(jobs(), min_size=2, max_size=5), seed=st.integers(0, 2**32 - 1))
def test_a_job_does_not_depend_on_its_batch(
    scripted: Callable[..., Any], prices: Prices, members: list[Workload], seed: int
) -> None:
    tick_s = members[0].tick_s
    members = [member for member in members if member.tick_s == tick_s]
    scripts = np.random.default_rng(seed).integers(0, 3, size=(len(members), 40))
    together, _ = play(members, scripts, scripted, prices)
    for i, member in enumerate(members):
        alone, _ = play([member], scripts[i : i + 1], scripted, prices)
        assert alone == together[i : i + 1]


@settings(max_examples=60, deadline=None)
@given(job=jobs(), seed=st.integers(0, 2**32 - 1), data=st.data())
def test_the_future_of_a_trace_cannot_be_observed(
    scripted: Callable[..., Any], prices: Prices, job: Workload, seed: int, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, job.ticks))
    other = build_workload(
        work_s=job.work_s,
        deadline_s=job.deadline_s,
        overhead_s=job.overhead_s,
        tick_s=job.tick_s,
        available=np.concatenate((job.available[:cut], ~job.available[cut:])),
    )
    scripts = np.random.default_rng(seed).integers(0, 3, size=(1, job.ticks))
    _, first = play([job], scripts, scripted, prices)
    _, second = play([other], scripts, scripted, prices)
    seen = [record.tobytes() for _, record in first.asked[:cut]]
    assert seen == [record.tobytes() for _, record in second.asked[:cut]]


def test_observations_tell_what_happened(
    scripted: Callable[..., Any], prices: Prices, job: Callable[..., Workload]
) -> None:
    trace = [1, 1, 0, 0, 1, 0, 1, 1, 1, 1]
    task = job(trace, work_s=2400, overhead_s=720)
    script = [[SPOT, SPOT, NONE, ON_DEMAND, SPOT, NONE, NONE, NONE, NONE, NONE]]
    _, session = play([task], script, scripted, prices)
    rows = [record[0].item() for _, record in session.asked]
    assert rows[:5] == [
        # now, has_spot, running, done, overhead left, steady, seen, drops
        (0, True, NONE, 0, 0, 0, 0, 0),
        (600, True, SPOT, 0, 120, 600, 600, 0),
        (1200, False, NONE, 480, 0, 0, 1200, 1),
        (1800, False, NONE, 480, 0, 600, 1200, 1),
        (2400, True, ON_DEMAND, 480, 120, 0, 1200, 1),
    ]


def test_setups_hold_the_job_and_the_prices(
    scripted: Callable[..., Any], prices: Prices, job: Callable[..., Workload]
) -> None:
    _, session = play([job([1] * 4, work_s=900, overhead_s=60)], [[SPOT] * 4], scripted, prices)
    assert session.setups is not None
    assert session.setups[0].item() == (900, 2400, 60, 600, 0.9731, 3.06)


def test_finished_and_guaranteed_jobs_are_not_asked_again(
    scripted: Callable[..., Any], prices: Prices, job: Callable[..., Workload]
) -> None:
    quick = job([1] * 12, work_s=1200, overhead_s=0)
    waiting = job([0] * 6, work_s=1800, overhead_s=60)
    ledgers, session = play([quick, waiting], [[SPOT] * 12, [NONE] * 12], scripted, prices)
    assert [slots.tolist() for slots, _ in session.asked] == [[0, 1], [0, 1]]
    assert ledgers[0].forced_ticks == 0
    assert (ledgers[1].idle_ticks, ledgers[1].on_demand_ticks, ledgers[1].forced_ticks) == (2, 4, 4)


def test_the_guarantee_keeps_a_spot_instance_that_works(
    scripted: Callable[..., Any], prices: Prices, job: Callable[..., Workload]
) -> None:
    trace = [1, 1, 1, 0, 0, 0]
    ledgers, session = play(
        [job(trace, work_s=2400, overhead_s=600)], [[SPOT] * 6], scripted, prices
    )
    assert len(session.asked) == 1
    assert (ledgers[0].spot_ticks, ledgers[0].on_demand_ticks) == (3, 3)
    assert ledgers[0].forced_ticks == 5


def test_the_guarantee_overrules_the_policy(
    scripted: Callable[..., Any], prices: Prices, job: Callable[..., Workload]
) -> None:
    ledgers, session = play(
        [job([1] * 5, work_s=2400, overhead_s=600)], [[SPOT] * 5], scripted, prices
    )
    assert len(session.asked) == 0
    assert (ledgers[0].spot_ticks, ledgers[0].on_demand_ticks) == (0, 5)


def test_spot_without_availability_is_none(
    scripted: Callable[..., Any], prices: Prices, job: Callable[..., Workload]
) -> None:
    ledgers, _ = play([job([0] * 9, work_s=600, overhead_s=0)], [[SPOT] * 9], scripted, prices)
    assert (ledgers[0].idle_ticks, ledgers[0].spot_ticks, ledgers[0].on_demand_ticks) == (8, 0, 1)


def test_overheads_replace_each_other(
    scripted: Callable[..., Any], prices: Prices, job: Callable[..., Workload]
) -> None:
    task = job([1] * 20, work_s=600, overhead_s=1500)
    script = [[ON_DEMAND, SPOT] + [SPOT] * 18]
    ledgers, session = play([task], script, scripted, prices)
    owed = [record["overhead_left_s"].item() for _, record in session.asked]
    assert owed == [0, 900, 900, 300, 0]
    assert (ledgers[0].spot_ticks, ledgers[0].on_demand_ticks, ledgers[0].launches) == (4, 1, 2)


def test_an_impossible_deadline_leaves_work(
    scripted: Callable[..., Any],
    literal: Callable[..., Any],
    prices: Prices,
    job: Callable[..., Workload],
) -> None:
    task = job([0, 0, 0], work_s=2000, overhead_s=100)
    ledgers, _ = play([task], [[NONE] * 3], scripted, prices)
    assert ledgers[0].missing_s == literal(task, [NONE] * 3).left_s == 300


def test_workloads_cannot_be_changed(job: Callable[..., Workload]) -> None:
    task = job([1, 0, 1], work_s=600, overhead_s=0)
    for array in (task.available, task.history, task.weather):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]
