import itertools

import numpy as np
import pytest

from adrs.evaluators.llm_sql.table import Table, encode

COLUMNS = [["pear", "apple", "pear", "apricot"], ["x", "", "x", "pear"], ["7", "7", "7", "7"]]


@pytest.fixture
def table() -> Table:
    return encode(COLUMNS)


def test_values_are_numbered_by_column_and_then_by_text(table: Table) -> None:
    assert table.cells.tolist() == [[2, 5, 6], [0, 3, 6], [2, 5, 6], [1, 4, 6]]
    assert table.tokens.tolist() == [5, 7, 4, 0, 4, 1, 1]


def test_shared_is_the_common_beginning_with_the_value_before(table: Table) -> None:
    assert table.shared.tolist() == [0, 2, 0, 0, 0, 0, 0]


def test_the_least_of_shared_between_two_values_is_what_they_have_in_common() -> None:
    rng = np.random.default_rng(1)
    texts = ["".join(rng.choice(["a", "b"], size=5)) for _ in range(40)]
    table = encode([texts])
    cells = table.cells[:, 0]
    for one, other in rng.integers(40, size=(60, 2)).tolist():
        low, high = sorted((int(cells[one]), int(cells[other])))
        if low != high:
            pairs = zip(texts[one], texts[other], strict=True)
            alike = len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))
            assert int(table.shared[low + 1 : high + 1].min()) == alike


def test_equal_texts_of_two_columns_are_two_values(table: Table) -> None:
    assert table.cells[0, 0] != table.cells[3, 1]


def test_dependencies_are_those_that_hold_in_the_rows(table: Table) -> None:
    assert table.determines.tolist() == [[1, 1, 1], [1, 1, 1], [0, 0, 1]]


def test_a_dependency_can_hold_in_one_direction_only() -> None:
    table = encode([["berlin", "bonn", "paris"], ["de", "de", "fr"]])
    assert table.determines.tolist() == [[1, 1], [0, 1]]


def test_row_tokens_add_up(table: Table) -> None:
    assert table.row_tokens.tolist() == [6, 6, 6, 12]
    assert table.total_tokens == 30


@pytest.mark.parametrize(
    ("chars", "tokens", "shared"), [(1, [6, 9], 5), (2, [3, 5], 2), (4, [2, 3], 1), (9, [1, 1], 0)]
)
def test_a_token_is_a_run_of_characters(chars: int, tokens: list[int], shared: int) -> None:
    table = encode([["abcdeX", "abcdefghi"]], chars_per_token=chars)
    assert table.tokens.tolist() == tokens
    assert table.shared.tolist() == [0, shared]


def test_a_table_cannot_be_written(table: Table) -> None:
    for array in (table.cells, table.tokens, table.shared, table.determines, table.row_tokens):
        with pytest.raises(ValueError, match="read-only"):
            array.flat[0] = 9
