import numpy as np
import pytest

from adrs.evaluators.llm_sql.scoring import score, violation
from adrs.evaluators.llm_sql.table import encode

TABLE = encode([["aa", "bb", "aa"], ["x", "x", "y"], ["long text", "", "long tale"]])
ROWS = np.array([0, 2, 1])
FIELDS = np.array([[0, 2, 1], [0, 2, 1], [1, 0, 2]])


def test_a_valid_plan_gets_a_value_and_every_metric() -> None:
    outcome = score(TABLE, 24, rows=ROWS, fields=FIELDS)
    assert TABLE.total_tokens == 12 + 3 + 12
    assert outcome.violation == ""
    assert outcome.value == pytest.approx((2 + 6) / 27, rel=1e-15)
    assert outcome.metrics == pytest.approx(
        {"unbounded": 8 / 27, "neighbour": 8 / 27, "orders": 2.0}, rel=1e-15
    )


def test_the_value_is_that_of_the_cache_and_the_metrics_are_not() -> None:
    rows, fields = np.array([0, 1, 2]), np.array([[0, 2, 1], [1, 0, 2], [0, 2, 1]])
    outcome = score(TABLE, 3, rows=rows, fields=fields)
    assert outcome.value == 0.0
    assert outcome.metrics["unbounded"] == pytest.approx(8 / 27, rel=1e-15)
    assert outcome.metrics["neighbour"] == 0.0


def test_a_table_without_tokens_is_served_whole() -> None:
    table = encode([["", ""], ["", ""]])
    outcome = score(table, 0, rows=np.arange(2), fields=np.tile(np.arange(2), (2, 1)))
    assert outcome.value == 1.0
    assert set(outcome.metrics) == {"unbounded", "neighbour", "orders"}


@pytest.mark.parametrize(
    ("place", "row", "says"),
    [
        (1, 3, "rows[1]: row 3, expected 0 to 2"),
        (2, -1, "rows[2]: row -1, expected 0 to 2"),
        (0, 2**62, "rows[0]: row"),
        (0, 1, "row 1 is sent 2 times (1 rows are not sent at all)"),
    ],
)
def test_wrong_rows_are_violations_without_a_value(place: int, row: int, says: str) -> None:
    rows = ROWS.copy()
    rows[place] = row
    outcome = score(TABLE, 24, rows=rows, fields=FIELDS)
    assert outcome.value is None
    assert not outcome.metrics
    assert says in outcome.violation


@pytest.mark.parametrize(
    ("place", "column", "says"),
    [
        ((1, 0), 3, "fields[1, 0]: column 3, expected 0 to 2"),
        ((2, 2), -1, "fields[2, 2]: column -1, expected 0 to 2"),
        ((1, 0), 2, "fields[1]: column 2 comes 2 times and column 0 not at all (1 such prompts)"),
    ],
)
def test_wrong_fields_are_violations_without_a_value(
    place: tuple[int, int], column: int, says: str
) -> None:
    fields = FIELDS.copy()
    fields[place] = column
    outcome = score(TABLE, 24, rows=ROWS, fields=fields)
    assert outcome.value is None
    assert outcome.violation == says


@pytest.mark.parametrize("shape", [(0,), (2,), (4,)])
def test_another_number_of_rows_is_a_violation(shape: tuple[int, ...]) -> None:
    says = violation(TABLE, np.zeros(shape, np.int64), FIELDS)
    assert says == f"rows has shape {shape}, expected [rows] = (3,)"


@pytest.mark.parametrize("shape", [(0, 3), (3, 2), (3, 4), (2, 3), (9, 1)])
def test_another_number_of_fields_is_a_violation(shape: tuple[int, int]) -> None:
    says = violation(TABLE, ROWS, np.zeros(shape, np.int64))
    assert says == f"fields has shape {shape}, expected [rows, columns] = (3, 3)"
