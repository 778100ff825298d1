import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from adrs.evaluators.llm_sql import bounds
from adrs.evaluators.llm_sql.bounds import (
    agreement,
    most_hits,
    repeated_tokens,
    spanning_agreement,
)
from adrs.evaluators.llm_sql.generator import KINDS, generate
from adrs.evaluators.llm_sql.simulator import Prompts
from adrs.evaluators.llm_sql.table import Table, encode

RandomTable = Callable[[np.random.Generator, int, int, int], Table]


def all_fields(table: Table) -> list[NDArray[np.int64]]:
    rows, columns = table.cells.shape
    orders = list(itertools.permutations(range(columns)))
    return [np.array(choice) for choice in itertools.product(orders, repeat=rows)]


def most_hits_by_enumeration(table: Table) -> int:
    """Return the optimum of a cache that never evicts, for which the rows' order is nothing."""
    rows = np.arange(len(table.cells))
    hits: list[int] = [
        Prompts(table, rows, fields).hits_without_eviction() for fields in all_fields(table)
    ]
    return max(hits)


@pytest.mark.parametrize(("rows", "columns"), [(2, 3), (3, 3), (4, 2), (7, 2)])
def test_no_plan_hits_more_than_the_bounds(
    rows: int, columns: int, random_table: RandomTable
) -> None:
    rng = np.random.default_rng(rows * 10 + columns)
    for _ in range(4):
        table = random_table(rng, rows, columns, 3)
        best = most_hits_by_enumeration(table)
        assert best <= spanning_agreement(table, table.total_tokens)
        assert best <= repeated_tokens(table)


def test_no_plan_hits_more_in_a_small_cache_either(random_table: RandomTable) -> None:
    rng = np.random.default_rng(5)
    for _ in range(3):
        table = random_table(rng, 3, 2, 3)
        for capacity in range(6):
            best = max(
                Prompts(table, np.array(rows), fields[list(rows)]).hits(capacity)
                for rows in itertools.permutations(range(3))
                for fields in all_fields(table)
            )
            assert best <= most_hits(table, capacity)


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 6), st.integers(0, 80))
def test_random_plans_stay_below_the_bound(
    random_table: RandomTable, seed: int, rows: int, columns: int, capacity: int
) -> None:
    rng = np.random.default_rng(seed)
    table = random_table(rng, rows, columns, 4)
    fields = rng.permuted(np.tile(np.arange(columns), (rows, 1)), axis=1)
    order = np.lexsort(np.take_along_axis(table.cells, fields, axis=1).T[::-1])
    prompts = Prompts(table, order, fields[order])
    assert prompts.hits(capacity) <= most_hits(table, capacity)
    assert prompts.hits_without_eviction() <= most_hits(table, table.total_tokens)


@pytest.mark.parametrize("seed", range(6))
def test_two_rows_reach_the_bound(seed: int, random_table: RandomTable) -> None:
    table = random_table(np.random.default_rng(seed), 2, 4, 4)
    assert most_hits_by_enumeration(table) == spanning_agreement(table, table.total_tokens)


def test_columns_that_nest_reach_the_bound() -> None:
    table = encode([["eu"] * 4 + ["us"] * 2, ["de", "de", "fr", "fr", "ny", "ny"], list("abcdef")])
    prompts = Prompts(table, np.arange(6), np.tile(np.arange(3), (6, 1)))
    assert prompts.hits_without_eviction() == spanning_agreement(table, 100) == 2 * 4 + 2 * 3


def test_groups_that_compete_for_the_first_place_are_where_the_bound_is_loose() -> None:
    table = encode([["x", "x", "y", "y"], ["u", "v", "u", "v"]])
    assert most_hits_by_enumeration(table) == 2
    assert spanning_agreement(table, 100) == 3


def test_agreement_counts_whole_fields_and_the_longest_part_of_one_more() -> None:
    table = encode([["same", "same", "else"], ["abcd", "abxx", "abcx"], ["kl", "kk", "kl"]])
    assert agreement(table, 0, 100).tolist() == [10, 4 + 2, 2 + 3]
    assert agreement(table, 0, 5).tolist() == [5, 5, 5]


def test_repeated_tokens_are_those_that_need_not_be_computed_once_more() -> None:
    table = encode([["abc", "abd", "abc"], ["x", "y", "y"]])
    assert repeated_tokens(table) == (2 + 3) + 1


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_spanning_tree_is_the_tighter_bound(kind: str) -> None:
    table = generate(KINDS[kind], rows=64, skew=1.0, seed=4)
    assert spanning_agreement(table, table.total_tokens) <= repeated_tokens(table)


def test_tables_too_large_for_the_tree_get_the_cheaper_bound() -> None:
    rows = bounds.LARGEST_FOREST + 1
    table = encode([["ab"] * rows, ["c", "d"] * (rows // 2) + ["c"]])
    assert most_hits(table, table.total_tokens) == 3 * rows - 4
    assert most_hits(table, 2) == 2 * (rows - 1)


def test_an_empty_cache_has_no_hits() -> None:
    table = generate(KINDS["sales"], rows=20, skew=1.0, seed=4)
    assert most_hits(table, 0) == 0
