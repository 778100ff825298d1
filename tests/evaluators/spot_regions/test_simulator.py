from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from adrs.evaluators.spot_regions.generator import Workload
from adrs.evaluators.spot_regions.scoring import UNITS_PER_DOLLAR, Ledger
from adrs.evaluators.spot_regions.simulator import simulate

WAIT, ON_DEMAND, SPOT = 0, 1, 2
NONE_RUNS, ON_DEMAND_RUNS, SPOT_RUNS = 0, 1, 2
Played = tuple[tuple[Ledger, ...], Any]  # the ledgers, and the session that was asked


@st.composite
def jobs(draw: st.DrawFn, tick_s: int = 600) -> Workload:
    """Jobs of one to four zones that on-demand from the start would finish in time."""
    ticks, zones = draw(st.integers(2, 30)), draw(st.integers(1, 4))
    overhead_s = draw(st.sampled_from([0, 72, 180, tick_s, tick_s + 120, 3 * tick_s - 5]))
    if overhead_s >= ticks * tick_s:
        overhead_s = 0
    regions = [0]
    for _ in range(1, zones):
        regions.append(draw(st.integers(0, max(regions) + 1)))
    rows = st.lists(st.booleans(), min_size=zones, max_size=zones)
    return Workload(
        work_s=draw(st.integers(1, ticks * tick_s - overhead_s)),
        deadline_s=ticks * tick_s + draw(st.integers(0, tick_s - 1)),
        overhead_s=overhead_s,
        tick_s=tick_s,
        move_s=draw(st.sampled_from([0, 40, 480, 900])),
        move_units=draw(st.sampled_from([0, UNITS_PER_DOLLAR])),
        on_demand=30_600,
        prices=tuple(draw(st.lists(st.integers(1, 40_000), min_size=zones, max_size=zones))),
        regions=tuple(regions),
        available=np.array(draw(st.lists(rows, min_size=ticks, max_size=ticks))),
    )


def random_scripts(seed: int, members: Sequence[Workload], ticks: int) -> NDArray[np.int64]:
    """One script per job, of actions that exist for it."""
    rng = np.random.default_rng(seed)
    return np.array([rng.integers(0, SPOT + job.zones, size=ticks) for job in members])


def play(
    members: Sequence[Workload],
    scripts: Sequence[Sequence[int]] | NDArray[np.int64],
    scripted: Callable[..., Any],
) -> Played:
    session = scripted(np.asarray(scripts))
    return simulate(members, session), session


@settings(max_examples=150, deadline=None)
@given(task=jobs(), seed=st.integers(0, 2**32 - 1))
def test_lockstep_does_what_the_rules_say(
    scripted: Callable[..., Any], literal: Callable[..., Any], task: Workload, seed: int
) -> None:
    scripts = random_scripts(seed, [task] * 4, task.ticks)
    ledgers, _ = play([task] * 4, scripts, scripted)
    for script, ledger in zip(scripts, ledgers, strict=True):
        account = literal(task, script)
        assert ledger.units == account.units
        assert (ledger.launches, ledger.moves) == (account.launches, account.moves)
        assert ledger.refusals == account.refusals
        assert ledger.missing_s == account.left_s == 0


@settings(max_examples=40, deadline=None)
@given(members=st.lists(jobs(), min_size=2, max_size=5), seed=st.integers(0, 2**32 - 1))
def test_a_job_does_not_depend_on_its_batch(
    scripted: Callable[..., Any], members: list[Workload], seed: int
) -> None:
    scripts = random_scripts(seed, members, 30)
    together, _ = play(members, scripts, scripted)
    for i, member in enumerate(members):
        alone, _ = play([member], scripts[i : i + 1], scripted)
        assert alone == together[i : i + 1]


@settings(max_examples=60, deadline=None)
@given(task=jobs(), seed=st.integers(0, 2**32 - 1), data=st.data())
def test_neither_the_future_nor_other_zones_can_be_observed(
    scripted: Callable[..., Any], task: Workload, seed: int, data: st.DataObject
) -> None:
    """Flip all that comes later, and at each tick every zone that is neither home nor asked."""
    cut = data.draw(st.integers(1, task.ticks))
    script = random_scripts(seed, [task], task.ticks)
    _, first = play([task], script, scripted)
    other = task.available.copy()
    other[cut:] = ~other[cut:]
    for tick, (_, record) in enumerate(first.asked[:cut]):
        hidden = set(range(task.zones)) - {int(record["home"][0]), int(script[0, tick]) - SPOT}
        for zone in hidden:
            other[tick, zone] = ~other[tick, zone]
    fields = {name: getattr(task, name) for name in task.__slots__}
    _, second = play([Workload(**{**fields, "available": other})], script, scripted)
    seen = [record.tobytes() for _, record in first.asked[:cut]]
    assert seen == [record.tobytes() for _, record in second.asked[:cut]]


def test_observations_tell_what_happened(
    scripted: Callable[..., Any], job: Callable[..., Workload]
) -> None:
    task = job(
        [0, 1, 1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 1, 1, 1, 1], work_s=1200, overhead_s=120, move_s=600
    )
    script = [[SPOT, SPOT + 1, SPOT + 1, SPOT, SPOT + 1, WAIT, WAIT, WAIT]]
    _, session = play([task], script, scripted)
    assert [record[0].item() for _, record in session.asked][:5] == [
        # now, home, has_spot, running, done, overhead left, refused
        (0, 0, False, NONE_RUNS, 0, 0, -1),
        (600, 0, True, NONE_RUNS, 0, 0, 0),
        (1200, 1, False, NONE_RUNS, 0, 0, -1),
        (1800, 1, False, NONE_RUNS, 0, 0, 1),
        (2400, 0, True, SPOT_RUNS, 0, 120, -1),
    ]


def test_setups_hold_the_job_and_its_zones(
    scripted: Callable[..., Any], job: Callable[..., Workload]
) -> None:
    task = job(
        [1] * 4, [1] * 4, work_s=900, overhead_s=60, move_s=40, move_units=UNITS_PER_DOLLAR // 2,
        prices=(9_180, 15_500),
    )  # fmt: skip
    _, session = play([task], [[SPOT] * 4], scripted)
    assert session.setups[0].item() == (
        900, 2400, 60, 600, 2, 3.06, 0.5, 40, 0.918, 1.55, *(0.0,) * 7, 0, 1, *(-1,) * 7,
    )  # fmt: skip


def test_history_is_priced_where_it_ran(
    scripted: Callable[..., Any], job: Callable[..., Workload]
) -> None:
    """Ending in a cheap zone does not make the hours before it cheap."""
    task = job([1] * 9, [1] * 9, work_s=2400, overhead_s=0, prices=(20_000, 1_000))
    ledgers, _ = play(
        [task], [[SPOT, SPOT, SPOT, SPOT + 1, WAIT, WAIT, WAIT, WAIT, WAIT]], scripted
    )
    assert ledgers[0].units == (3 * 20_000 + 1_000) * 600


def test_moving_pays_egress_and_sits_out_the_copy(
    scripted: Callable[..., Any], job: Callable[..., Workload]
) -> None:
    traces = [[1] * 9] * 3
    task = job(
        *traces, work_s=1800, overhead_s=60, move_s=240, move_units=7, regions=(0, 0, 1)
    )  # fmt: skip
    near, _ = play([task], [[SPOT, SPOT + 1, SPOT + 1, SPOT + 1] + [SPOT + 1] * 5], scripted)
    far, session = play([task], [[SPOT, SPOT + 2, SPOT + 2, SPOT + 2] + [SPOT + 2] * 5], scripted)
    assert (near[0].moves, near[0].egress_units, near[0].launches) == (0, 0, 2)
    assert (far[0].moves, far[0].egress_units, far[0].launches) == (1, 7, 2)
    assert [record["done_s"].item() for _, record in session.asked][:4] == [0, 540, 840, 1440]


def test_a_refused_request_changes_nothing(
    scripted: Callable[..., Any], job: Callable[..., Workload]
) -> None:
    task = job([1] * 8, [0] * 8, work_s=2400, overhead_s=60)
    kept, _ = play([task], [[SPOT, SPOT + 1, SPOT + 1, SPOT + 1] + [SPOT] * 4], scripted)
    plain, _ = play([task], [[SPOT] * 8], scripted)
    assert kept[0].units == plain[0].units
    assert (kept[0].refusals, plain[0].refusals, kept[0].launches) == (3, 0, 1)
    on_demand, _ = play([task], [[ON_DEMAND] + [SPOT + 1] * 7], scripted)
    assert (on_demand[0].on_demand_ticks, on_demand[0].spot_ticks) == (5, 0)


def test_a_zone_that_does_not_exist_ends_the_job(
    scripted: Callable[..., Any], job: Callable[..., Workload]
) -> None:
    good, bad = (job([1] * 6, [1] * 6, work_s=1200, overhead_s=0) for _ in range(2))
    ledgers, session = play([good, bad], [[SPOT] * 6, [SPOT, SPOT + 2] + [SPOT] * 4], scripted)
    assert [ledger.unknown_zone for ledger in ledgers] == [None, 2]
    assert [slots.tolist() for slots, _ in session.asked] == [[0, 1], [0, 1]]


def test_the_guarantee_overrules_the_policy_at_home(
    scripted: Callable[..., Any], job: Callable[..., Workload]
) -> None:
    """Moved to the second zone, preempted there, out of slack: on-demand there, no second copy."""
    task = job([1] * 6, [1, 1, 0, 0, 0, 0], work_s=2000, overhead_s=60, move_s=300, move_units=5)
    ledgers, _ = play([task], [[SPOT + 1] * 6], scripted)
    assert (ledgers[0].spot_ticks, ledgers[0].idle_ticks, ledgers[0].on_demand_ticks) == (2, 1, 3)
    assert (ledgers[0].forced_ticks, ledgers[0].moves, ledgers[0].egress_units) == (3, 1, 5)
    tight = job([1] * 5, work_s=2400, overhead_s=600)
    ledgers, session = play([tight], [[SPOT] * 5], scripted)
    assert len(session.asked) == 0
    assert (ledgers[0].on_demand_ticks, ledgers[0].forced_ticks) == (5, 5)


def test_the_guarantee_keeps_a_spot_instance_that_works(
    scripted: Callable[..., Any], job: Callable[..., Workload]
) -> None:
    task = job([1, 1, 1, 0, 0, 0], work_s=2400, overhead_s=600)
    ledgers, session = play([task], [[SPOT] * 6], scripted)
    assert len(session.asked) == 1
    assert (ledgers[0].spot_ticks, ledgers[0].on_demand_ticks) == (3, 3)
    assert ledgers[0].forced_ticks == 5


def test_an_impossible_deadline_leaves_work(
    scripted: Callable[..., Any], literal: Callable[..., Any], job: Callable[..., Workload]
) -> None:
    task = job([0, 0, 0], work_s=2000, overhead_s=100)
    ledgers, _ = play([task], [[WAIT] * 3], scripted)
    assert ledgers[0].missing_s == literal(task, [WAIT] * 3).left_s == 300


def test_workloads_cannot_be_changed(job: Callable[..., Workload]) -> None:
    task = job([1, 0, 1], work_s=600, overhead_s=0)
    with pytest.raises(ValueError, match="read-only"):
        task.available[0] = True
