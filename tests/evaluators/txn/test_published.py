"""Files in the format of the published workloads; the tests write them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from adrs.core.scenario import Scalar, Scenario, Split
from adrs.errors import ProblemError
from adrs.evaluators.txn import TxnAdmission, TxnPlanner, build
from adrs.evaluators.txn.published import MOST_TRANSACTIONS, read_transactions
from adrs.evaluators.txn.transactions import NO_KEY, Transactions

GIVEN = '{"txn0": "w-17 r-5 * r-4", "txn1": "r-5 * *", "txn2": "*", "txn3": "w-5 w-17"}'


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    def written(text: str) -> str:
        path = tmp_path / "workload.json"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


def described(work: Transactions) -> list[str]:
    """The transactions as text, sorted, with keys by first appearance in it."""
    return sorted(
        f"{length}:{keys}:{writes}"
        for length, keys, writes in zip(
            work.lengths.tolist(), work.keys.tolist(), work.writes.tolist(), strict=True
        )
    )


def test_every_entry_is_one_slot(file: Callable[[str], str]) -> None:
    made = read_transactions(file(GIVEN))
    assert made.lengths.tolist() == [4, 3, 1, 2]
    assert made.num_keys == 3
    assert made.keys.tolist() == [
        [0, 1, NO_KEY, 2],
        [1, NO_KEY, NO_KEY, NO_KEY],
        [NO_KEY] * 4,
        [1, 0, NO_KEY, NO_KEY],
    ]
    assert made.writes.tolist() == [
        [True, False, False, False],
        [False] * 4,
        [False] * 4,
        [True, True, False, False],
    ]
    assert made.kinds.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(("text", "fault"), [
    ("", "workload.json: not JSON: "),
    ("[" * 100_000, "workload.json: not JSON: "),
    ("[]", "workload.json: expected an object with a string per transaction, got a list."),
    ("{}", f"workload.json: expected 1 to {MOST_TRANSACTIONS} transactions, got 0."),
    ('{"a": ' + "1" * 5000 + "}", "workload.json: not JSON: Exceeds the limit"),
    ('{"a": 3}', "workload.json: 'a': expected a string, got a number or truth value."),
    ('{"a": ["r-1"]}', "workload.json: 'a': expected a string, got a list."),
    ('{"a": {"b": "r-1"}}', "workload.json: 'a': expected a string, got an object."),
    ('{"a": ""}', "'a', slot 1: expected 'r-KEY', 'w-KEY' or '*', got ''."),
    ('{"a": "r-1  w-2"}', "'a', slot 2: expected 'r-KEY', 'w-KEY' or '*', got ''."),
    ('{"a": "r-1", "b": "r-1 x-2"}', "'b', slot 2: expected 'r-KEY', 'w-KEY' or '*', got 'x-2'."),
    ('{"a": "r1"}', "'a', slot 1: expected 'r-KEY'"),
    ('{"a": "w--1"}', "'a', slot 1: expected 'r-KEY'"),
    ('{"a": "w-1.5"}', "'a', slot 1: expected 'r-KEY'"),
    ('{"a": "w-\u0663"}', "'a', slot 1: expected 'r-KEY'"),
    ('{"a": "w-99999999999999999999"}', "'a', slot 1: keys go up to 1099511627776, got 999"),
    (json.dumps({"a": " ".join("*" * 1001)}), "'a': expected at most 1000 slots, got 1001."),
    (json.dumps({"a\n\x1b[31m": "x"}), r"workload.json: 'a\n\x1b[31m', slot 1: expected"),
    (json.dumps({"a" * 99: 1}), f"workload.json: '{'a' * 40}': expected a string"),
    (json.dumps({str(i): "*" for i in range(1001)}), "expected 1 to 1000 transactions, got 1001."),
])  # fmt: skip
def test_what_is_wrong_with_a_file_is_named(
    file: Callable[[str], str], text: str, fault: str
) -> None:
    with pytest.raises(ProblemError) as raised:
        read_transactions(file(text))
    assert fault in str(raised.value)


def test_transactions_of_one_name_all_count(file: Callable[[str], str]) -> None:
    made = read_transactions(file('{"t": "w-1 r-2", "t": "w-3", "u": "r-1", "t": "*"}'))
    assert made.lengths.tolist() == [2, 1, 1, 1]
    with pytest.raises(ProblemError, match="expected 1 to 1000 transactions, got 1001"):
        read_transactions(file("{" + ", ".join(['"t": "*"'] * 1001) + "}"))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match=r"nowhere.json: cannot be read: No such file"):
        read_transactions(str(tmp_path / "nowhere.json"))
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProblemError, match=r"binary.json: not text in UTF-8"):
        read_transactions(str(binary))


def planner(seed: int) -> Scenario:
    params: dict[str, Scalar] = {"shape": "ycsb_hot", "txns": 60}
    return Scenario(id=f"train/{seed:04d}", split=Split.TRAIN, seed=seed, params=params)


def test_a_planner_gets_the_file_in_an_order_of_the_scenarios_own(
    file: Callable[[str], str],
) -> None:
    path = file(json.dumps({f"t{i}": f"w-{i % 7} {'* ' * i}r-3" for i in range(20)}))
    evaluator = build({"mode": "planner", "workload": path, "cpu_ms_per_txn": 1})
    assert isinstance(evaluator, TxnPlanner)
    first, again, other = (evaluator.workload(planner(seed)) for seed in (1, 1, 2))
    lengths = list(range(2, 22))
    assert sorted(first.lengths.tolist()) == sorted(other.lengths.tolist()) == lengths
    assert described(first) == described(again)
    assert first.lengths.tolist() != other.lengths.tolist()


def test_an_online_stream_takes_the_file_too(file: Callable[[str], str]) -> None:
    evaluator = build({"mode": "online", "workload": file(GIVEN)})
    assert isinstance(evaluator, TxnAdmission)
    params: dict[str, Scalar] = {
        "shape": "tpcc", "txns": 60, "workers": 2, "load": 1.0, "hidden": 0.5
    }  # fmt: skip
    load = evaluator.workload(Scenario(id="a", split=Split.TRAIN, seed=3, params=params))
    assert sorted(load.work.lengths.tolist()) == [1, 2, 3, 4]
    assert load.workers == 2
    assert load.arrivals.max() <= 5
