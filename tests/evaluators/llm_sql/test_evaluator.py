from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from adrs.core.evaluation import Verdict
from adrs.core.problem import Limits
from adrs.core.scenario import Scalar, Scenario, Split
from adrs.errors import ProblemError
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluators.llm_sql import build
from adrs.evaluators.llm_sql.generator import KINDS
from adrs.evaluators.llm_sql.scenarios import STRESS
from adrs.sandbox.protocol import Job, PolicyFailed
from adrs.testing.sandbox import InlineSandbox

PARAMS: dict[str, Scalar] = {"table": "", "table_rows": 0, "chars_per_token": 4}
CHOICES: dict[str, Scalar] = {"kind": "sales", "rows": 40, "skew": 1.0, "cache_rows": "unbounded"}
AS_IT_IS = """
import numpy as np
def reorder(cells, tokens, shared, determines, cache_tokens):
    assert cells.max() < len(tokens) == len(shared)
    assert determines.shape == (cells.shape[1],) * 2 and type(cache_tokens) is int
    answer = np.arange(len(cells)), np.tile(np.arange(cells.shape[1]), (len(cells), 1))
    for array in (cells, tokens, shared, determines):
        array[:] = 0
    return answer
"""


def scenario(params: Mapping[str, Scalar], seed: int = 1, split: Split = Split.TRAIN) -> Scenario:
    return Scenario(id=f"{split}/0000", split=split, seed=seed, params=params)


def play(evaluator: Evaluator[Any], workloads: Sequence[Any], source: str) -> Sequence[Outcome]:
    job = Job(source=source, interface=evaluator.interface, limits=Limits())
    return evaluator.play(workloads, InlineSandbox().open(job))


def csv_file(folder: Path, rows: int) -> Path:
    lines = [f"{i},{'abcdefgh' * (1 + i % 3)},{'long text ' * 5}{i % 11}" for i in range(rows)]
    path = folder / "table.csv"
    path.write_text("\n".join(["id,word,text", *lines]))
    return path


def test_one_plan_is_asked_per_table_and_scored_on_its_own() -> None:
    evaluator = build(PARAMS)
    workloads = [evaluator.workload(scenario(CHOICES, seed)) for seed in range(3)]
    together = play(evaluator, workloads, AS_IT_IS)
    alone = [play(evaluator, [workload], AS_IT_IS)[0] for workload in workloads]
    assert together == alone
    assert len({outcome.value for outcome in together}) == 3


def test_a_policy_cannot_reach_the_table_through_its_arguments() -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario(CHOICES))
    before = workload.table.cells.copy(), workload.table.tokens.copy()
    play(evaluator, [workload], AS_IT_IS)
    assert (workload.table.cells == before[0]).all()
    assert (workload.table.tokens == before[1]).all()


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("cache_rows", ["unbounded", 0, 0.5, 4, 1e9])
def test_values_stay_below_the_bound(kind: str, cache_rows: Scalar) -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario({**CHOICES, "kind": kind, "cache_rows": cache_rows}))
    (outcome,) = play(evaluator, [workload], AS_IT_IS)
    assert outcome.value is not None
    assert 0.0 <= outcome.value <= evaluator.bound(workload) < 1.0


@pytest.mark.parametrize("stress", list(STRESS))
def test_every_stress_case_can_be_played(stress: str) -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario({"stress": stress}, split=Split.STRESS))
    (outcome,) = play(evaluator, [workload], AS_IT_IS)
    assert outcome.violation == ""
    assert outcome.value is not None
    assert 0.0 <= outcome.value <= evaluator.bound(workload) <= 1.0


@pytest.mark.parametrize(
    ("stress", "capacity"), [("no_cache", 0), ("tiny_cache", 1), ("no_tokens", 0)]
)
def test_caches_can_be_as_small_as_nothing(stress: str, capacity: int) -> None:
    workload = build(PARAMS).workload(scenario({"stress": stress}, split=Split.STRESS))
    assert workload.capacity == capacity


def test_the_cache_holds_rows_of_mean_length_or_the_whole_table() -> None:
    evaluator = build(PARAMS)
    whole, some = (
        evaluator.workload(scenario({**CHOICES, "cache_rows": rows})) for rows in ("unbounded", 3)
    )
    total = whole.table.total_tokens
    assert whole.capacity == total
    assert 3 * total / 40 <= some.capacity < 3 * total / 40 + 1


def test_the_same_scenario_gives_the_same_table() -> None:
    first, second = (build(PARAMS).workload(scenario(CHOICES)) for _ in range(2))
    assert (first.table.cells == second.table.cells).all()
    assert (first.table.tokens == second.table.tokens).all()


def test_failures_of_the_policy_are_let_through() -> None:
    evaluator = build(PARAMS)
    workload = evaluator.workload(scenario(CHOICES))
    with pytest.raises(PolicyFailed) as failure:
        play(evaluator, [workload], "def reorder(*arguments):\n    raise ValueError('no')\n")
    assert failure.value.verdict is Verdict.EXCEPTION
    assert failure.value.slot == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"table_rows": -1}, r"params\.table_rows: expected a whole number of at least 0, got -1"),
        ({"chars_per_token": 0}, r"params\.chars_per_token: expected .* at least 1, got 0"),
        ({"table": 3}, r"params\.table: expected the path of a file, got 3"),
        ({"tabel": "x"}, "params: unknown parameter 'tabel'; there are table"),
        ({"table": "/nowhere/x.csv"}, r"table /nowhere/x\.csv: cannot be read: No such file"),
    ],
)
def test_wrong_parameters_are_refused(change: dict[str, Scalar], says: str) -> None:
    with pytest.raises(ProblemError, match=says):
        build({**PARAMS, **change})


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({**CHOICES, "kind": "beers"}, "kind: expected one of reviews, .*, got 'beers'"),
        ({**CHOICES, "rows": 0}, "rows: expected a whole number of at least 1, got 0"),
        ({**CHOICES, "rows": 9.5}, "rows: expected a whole number"),
        ({**CHOICES, "skew": -1}, "skew: expected a number of at least 0"),
        ({**CHOICES, "cache_rows": "all"}, r"cache_rows: expected a number from 0 to 1e\+09"),
        ({**CHOICES, "cache_rows": 1e300}, r"cache_rows: expected .* to 1e\+09, got 1e\+300"),
        ({**CHOICES, "cache_rows": float("inf")}, "cache_rows: expected a number"),
        ({**CHOICES, "more": 1}, "unknown parameter 'more'"),
        ({"kind": "sales"}, "parameter 'rows' is missing"),
        ({"stress": "none"}, "stress: expected one of one_cell"),
        ({**CHOICES, "stress": "ties"}, "unknown parameter 'kind'; there are stress"),
    ],
)
def test_wrong_scenarios_are_refused(params: dict[str, Scalar], says: str) -> None:
    with pytest.raises(ProblemError, match=f"scenario train/0000.*{says}"):
        build(PARAMS).workload(scenario(params))


def test_scenarios_can_be_taken_from_a_file(tmp_path: Path) -> None:
    evaluator = build({**PARAMS, "table": str(csv_file(tmp_path, 500))})
    workloads = [evaluator.workload(scenario(CHOICES, seed)) for seed in range(4)]
    assert {w.table.cells.shape for w in workloads} == {(40, 3)}
    assert len({int(w.table.cells[0, 0]) + w.table.total_tokens for w in workloads}) > 1
    outcomes = play(evaluator, workloads, AS_IT_IS)
    for outcome, workload in zip(outcomes, workloads, strict=True):
        assert outcome.value is not None
        assert outcome.value <= evaluator.bound(workload)


def test_the_file_says_how_long_texts_are_and_the_parameters_how_long_tokens(
    tmp_path: Path,
) -> None:
    path = str(csv_file(tmp_path, 500))
    letters, quarters = (
        build({**PARAMS, "table": path, "chars_per_token": chars}).workload(scenario(CHOICES))
        for chars in (1, 4)
    )
    assert letters.table.tokens[letters.table.cells[:, 1]].tolist() in (
        [8 * (1 + (i + k) % 3) for i in range(40)] for k in range(3)
    )
    assert (quarters.table.tokens == -(-letters.table.tokens // 4)).all()


def test_scenarios_of_a_file_have_as_many_rows_as_asked_for(tmp_path: Path) -> None:
    path = str(csv_file(tmp_path, 500))
    evaluator = build({**PARAMS, "table": path, "table_rows": 150})
    assert evaluator.workload(scenario(CHOICES)).table.cells.shape == (150, 3)
    heldout = evaluator.workload(scenario(CHOICES, split=Split.HELDOUT))
    assert heldout.table.cells.shape == (100, 3)


def test_stress_cases_are_the_same_with_a_file_and_without(tmp_path: Path) -> None:
    path = str(csv_file(tmp_path, 50))
    own, file = (
        build({**PARAMS, "table": table}).workload(scenario({"stress": "ties"}, split=Split.STRESS))
        for table in ("", path)
    )
    assert (own.table.cells == file.table.cells).all()
