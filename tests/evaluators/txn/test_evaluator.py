from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from adrs.core.scenario import Scalar, Scenario, Split
from adrs.errors import ProblemError
from adrs.evaluators.txn import TxnAdmission, TxnPlanner, build
from adrs.evaluators.txn.incoming import NEVER
from adrs.evaluators.txn.scoring import planned, violation
from adrs.evaluators.txn.transactions import Transactions

PLANNER: dict[str, Scalar] = {"mode": "planner", "workload": "", "cpu_ms_per_txn": 2.0}
ONLINE: dict[str, Scalar] = {"mode": "online", "workload": ""}
BATCH: dict[str, Scalar] = {"shape": "tpcc", "txns": 30}
STREAM: dict[str, Scalar] = {**BATCH, "workers": 4, "load": 2.0, "hidden": 0.3}


def scenario(params: dict[str, Scalar], seed: int = 1) -> Scenario:
    return Scenario(id="train/0001", split=Split.TRAIN, seed=seed, params=params)


def planner(**change: Scalar) -> TxnPlanner:
    made = build({**PLANNER, **change})
    assert isinstance(made, TxnPlanner)
    return made


def online() -> TxnAdmission:
    made = build(ONLINE)
    assert isinstance(made, TxnAdmission)
    return made


def test_both_are_of_one_family() -> None:
    assert planner().family == online().family == "txn"
    assert planner().interface.entry == "schedule"
    assert online().interface.entry == "Policy"


def test_a_planner_is_shown_the_transactions_and_scored_by_its_order(
    work: Callable[..., Transactions], planning: Callable[..., Any]
) -> None:
    late, early = [("r", 0), None, ("w", 1)], [("r", 1), None, ("w", 2)]
    made = work(late, early)
    session = planning([[0, 1], [1, 0]])
    outcomes = planner().play([made, made], session)
    assert [outcome.value for outcome in outcomes] == [6.0, 3.0]
    assert outcomes[0].metrics == {"parallelism": 1.0, "mean_end": 4.5}
    keys, writes, lengths, num_keys = session.asked[0]
    assert np.array_equal(keys, made.keys)
    assert writes.dtype == np.int64
    assert writes.tolist() == [[0, 0, 1], [0, 0, 1]]
    assert (lengths.tolist(), num_keys) == ([3, 3], 3)


def test_cpu_time_of_a_workload_is_limited_by_its_transactions(
    work: Callable[..., Transactions], planning: Callable[..., Any]
) -> None:
    sizes = (10, 25, 100)
    session = planning([range(size) for size in sizes])
    planner().play([work(*[[None]] * size) for size in sizes], session)
    assert session.allowed_s == [0.05, 0.05, 0.2]


@pytest.mark.parametrize(("order", "text"), [
    ([], "order has 0 entries, expected each of 4 transactions once"),
    ([0, 1, 2], "order has 3 entries, expected each of 4 transactions once"),
    ([0, 1, 2, 3, 0], "order has 5 entries, expected each of 4 transactions once"),
    ([0, 1, 2, 4], "order, place 3: transaction 4, expected 0 to 3"),
    ([0, -1, 2, 3], "order, place 1: transaction -1, expected 0 to 3"),
    ([2, 2, 2, 1], "order has transaction 2 3 times, and 2 not at all; expected each once"),
])  # fmt: skip
def test_an_order_without_each_transaction_once_is_a_violation(
    work: Callable[..., Transactions], order: Sequence[int], text: str
) -> None:
    outcome = planned(np.array(order, dtype=np.int64), work(*[[None]] * 4))
    assert (outcome.value, outcome.violation) == (None, text)


def test_every_permutation_is_valid() -> None:
    rng = np.random.default_rng(0)
    for count in (0, 1, 2, 50):
        assert violation(rng.permutation(count), count) == ""


def test_a_workload_is_fixed_by_its_scenario() -> None:
    first, again, other = (planner().workload(scenario(BATCH, seed)) for seed in (1, 1, 2))
    assert np.array_equal(first.keys, again.keys)
    assert first.keys.shape != other.keys.shape or not np.array_equal(first.keys, other.keys)
    streams = [online().workload(scenario(STREAM, seed)) for seed in (1, 1, 2)]
    assert np.array_equal(streams[0].arrivals, streams[1].arrivals)
    assert np.array_equal(streams[0].tables.known_looks, streams[1].tables.known_looks)
    assert not np.array_equal(streams[0].arrivals, streams[2].arrivals)
    assert np.array_equal(streams[0].work.keys, first.keys)


def test_arrivals_spread_the_work_over_its_share_of_the_workers() -> None:
    load = online().workload(scenario({**STREAM, "txns": 200}))
    span = int(load.work.lengths.sum()) / (4 * 2.0)
    assert load.arrivals.tolist() == sorted(load.arrivals.tolist())
    assert 0.9 * span <= load.arrivals.max() <= span + 1
    at_once = online().workload(scenario({**STREAM, "load": 0.0}))
    assert at_once.arrivals.tolist() == [0] * 30


def test_at_the_least_load_all_come_before_the_end_of_time() -> None:
    sparse = online().workload(scenario({**STREAM, "txns": 1000, "workers": 1, "load": 1e-6}))
    assert sparse.arrivals.max() < NEVER == sparse.tables.arrivals[-1]


@pytest.mark.parametrize("hidden", [0.0, 0.3, 1.0])
def test_accesses_are_known_with_the_given_probability(hidden: float) -> None:
    load = online().workload(scenario({**STREAM, "txns": 200, "hidden": hidden}))
    known = int(load.tables.fixed[1].sum())
    assert known / int((load.work.keys >= 0).sum()) == pytest.approx(1.0 - hidden, abs=0.05)


def test_bounds_do_not_depend_on_what_is_known() -> None:
    open_, closed = (
        online().workload(scenario({**STREAM, "hidden": hidden})) for hidden in (0.0, 1.0)
    )
    assert online().bound(open_) == online().bound(closed) > 0


@pytest.mark.parametrize(("params", "text"), [
    ({"workload": ""}, "txn params: parameter 'mode' is missing."),
    ({**PLANNER, "mode": "batch"}, "txn params.mode: expected one of planner, online, got 'batch'"),
    ({"mode": "planner", "workload": ""}, "parameter 'cpu_ms_per_txn' is missing."),
    ({**ONLINE, "cpu_ms_per_txn": 2}, "unknown parameter 'cpu_ms_per_txn'"),
    ({**PLANNER, "cpu_ms_per_txn": -1}, "txn params.cpu_ms_per_txn: expected a number from 0"),
    ({**PLANNER, "workload": 3}, "txn params.workload: expected a file's path or '', got 3"),
])  # fmt: skip
def test_wrong_evaluator_parameters_are_named(params: dict[str, Scalar], text: str) -> None:
    with pytest.raises(ProblemError) as raised:
        build(params)
    assert text in str(raised.value)


@pytest.mark.parametrize(("change", "text"), [
    ({"shape": "mars"}, "scenario train/0001.shape: expected one of ycsb_hot"),
    ({"txns": -1}, "scenario train/0001.txns: expected a whole number from 0 to 1000, got -1"),
    ({"txns": 2.5}, "train/0001.txns: expected a whole number"),
    ({"workers": 0}, "train/0001.workers: expected a whole number from 1"),
    ({"load": "2"}, "train/0001.load: expected a number from 0 to 1000, got '2'"),
    ({"load": 1e-12}, "train/0001.load: expected 0 or a number from 1e-06 to 1000, got 1e-12"),
    ({"hidden": 1.5}, "train/0001.hidden: expected a number from 0 to 1, got 1.5"),
    ({"speed": 1}, "unknown parameter 'speed'; there are shape, txns, workers, load, hidden"),
])  # fmt: skip
def test_wrong_scenario_parameters_are_named(change: dict[str, Scalar], text: str) -> None:
    with pytest.raises(ProblemError) as raised:
        online().workload(scenario({**STREAM, **change}))
    assert text in str(raised.value)


def test_a_planner_has_no_workers() -> None:
    with pytest.raises(ProblemError, match="unknown parameter 'workers'; there are shape, txns"):
        planner().workload(scenario(STREAM))
    with pytest.raises(ProblemError, match="parameter 'txns' is missing"):
        planner().workload(scenario({"shape": "tpcc"}))
