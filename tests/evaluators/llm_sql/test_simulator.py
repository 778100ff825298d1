from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.evaluators.llm_sql.generator import KINDS, generate
from adrs.evaluators.llm_sql.simulator import Prompts
from adrs.evaluators.llm_sql.table import Table, encode

Plan = tuple[NDArray[np.int64], NDArray[np.int64]]
RandomTable = Callable[[np.random.Generator, int, int, int], Table]
Token = tuple[int, str]


def tokens_of(columns: list[list[str]], row: int, fields: NDArray[np.int64]) -> list[Token]:
    """Return a prompt token by token; an empty text stands for the end of a field."""
    prompt: list[Token] = []
    for column in fields.tolist():
        prompt += [(column, letter) for letter in columns[column][row]] + [(column, "")]
    return prompt


def hits_of_a_literal_cache(columns: list[list[str]], plan: Plan, capacity: int) -> int:
    """Return the hits of a cache that keeps every token with its path and evicts one by one."""
    last_used: dict[tuple[Token, ...], tuple[int, int]] = {}
    hits = 0
    for now, (row, fields) in enumerate(zip(plan[0].tolist(), plan[1], strict=True)):
        path: tuple[Token, ...] = ()
        used = []
        hitting = True
        for token in tokens_of(columns, row, fields):
            path = (*path, token)
            if token[1]:
                hitting = hitting and path in last_used
                hits += hitting
                used.append(path)
        last_used |= {path: (now, -len(path)) for path in used}
        while len(last_used) > capacity:
            del last_used[min(last_used, key=lambda path: last_used[path])]
    return hits


def random_plan(rng: np.random.Generator, rows: int, columns: int) -> Plan:
    fields = np.tile(np.arange(columns), (rows, 1))
    return rng.permutation(rows), rng.permuted(fields, axis=1)


def sorted_rows(table: Table, fields: NDArray[np.int64]) -> Plan:
    """Return the plan that gives row i the columns `fields[i]` and sorts the prompts."""
    order = np.lexsort(np.take_along_axis(table.cells, fields, axis=1).T[::-1])
    return order, fields[order]


@pytest.mark.parametrize("seed", range(40))
def test_hits_are_those_of_a_cache_simulated_token_by_token(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(1, 10)), int(rng.integers(1, 5))
    texts = [
        ["".join(rng.choice(["a", "b"], size=rng.integers(6))) for _ in range(rows)]
        for _ in range(columns)
    ]
    plan = random_plan(rng, rows, columns)
    prompts = Prompts(encode(texts), *plan)
    for capacity in range(40):
        assert prompts.hits(capacity) == hits_of_a_literal_cache(texts, plan, capacity)
    assert prompts.hits_without_eviction() == hits_of_a_literal_cache(texts, plan, 10**6)


def test_a_generated_table_is_served_as_by_the_literal_cache() -> None:
    table = generate(KINDS["events"], rows=40, skew=1.0, seed=3)
    alphabet = [chr(ord("a") + i) for i in range(26)]
    rng = np.random.default_rng(2)
    texts = [
        [alphabet[int(value) % 26] * int(table.tokens[value]) for value in column]
        for column in table.cells.T
    ]
    plan = random_plan(rng, *table.cells.shape)
    capacity = 3 * table.total_tokens // 40
    prompts = Prompts(encode(texts), *plan)
    assert prompts.hits(capacity) == hits_of_a_literal_cache(texts, plan, capacity) > 0


def test_a_prompt_hits_whole_fields_and_the_beginning_of_one_more() -> None:
    table = encode([["aaa", "aaa"], ["bbcc", "bbd"], ["e", "e"]])
    prompts = Prompts(table, np.arange(2), np.tile(np.arange(3), (2, 1)))
    assert prompts.hits_without_eviction() == 3 + 2


def test_texts_of_different_columns_never_match() -> None:
    table = encode([["same", "else"], ["other", "same"]])
    prompts = Prompts(table, np.arange(2), np.array([[0, 1], [1, 0]]))
    assert prompts.hits_without_eviction() == 0


def test_nothing_is_hit_behind_a_field_that_begins_like_another() -> None:
    table = encode([["ab", "abc"], ["cd", "d"]])
    prompts = Prompts(table, np.arange(2), np.array([[0, 1], [0, 1]]))
    assert prompts.hits_without_eviction() == 2


def test_the_tokens_used_longest_ago_are_evicted_from_their_end() -> None:
    table = encode([["aaaa", "bbb", "aaaa"]])
    prompts = Prompts(table, np.arange(3), np.zeros((3, 1), dtype=np.int64))
    assert [prompts.hits(capacity) for capacity in range(9)] == [0, 0, 0, 0, 1, 2, 3, 4, 4]


def test_a_hit_makes_old_tokens_new() -> None:
    table = encode([["aab", "aac", "ddd", "aab"]])
    prompts = Prompts(table, np.arange(4), np.zeros((4, 1), dtype=np.int64))
    # Before the last prompt the order of eviction is b of the first, c, aa, ddd.
    assert [prompts.hits(capacity) - 2 for capacity in (3, 4, 5, 6, 7)] == [0, 1, 2, 2, 3]


def test_where_nothing_is_evicted_the_order_of_rows_does_not_matter() -> None:
    table = generate(KINDS["sales"], rows=60, skew=1.0, seed=1)
    rng = np.random.default_rng(1)
    rows, fields = random_plan(rng, *table.cells.shape)
    again = rng.permutation(60)
    hits = Prompts(table, rows, fields).hits_without_eviction()
    assert Prompts(table, rows[again], fields[again]).hits_without_eviction() == hits


def test_larger_caches_hit_no_less_up_to_the_whole_tree(random_table: RandomTable) -> None:
    rng = np.random.default_rng(7)
    table = random_table(rng, 30, 3, 4)
    prompts = Prompts(table, *random_plan(rng, 30, 3))
    hits = [prompts.hits(capacity) for capacity in range(table.total_tokens + 2)]
    assert hits == sorted(hits)
    assert hits[0] == 0
    assert hits[-1] == prompts.hits_without_eviction()


@pytest.mark.parametrize("kind", ["posts", "sales"])
def test_sorted_prompts_need_room_for_one_prompt_only(kind: str) -> None:
    table = generate(KINDS[kind], rows=80, skew=1.0, seed=2)
    fields = np.random.default_rng(3).permuted(
        np.tile(np.arange(table.cells.shape[1]), (80, 1)), axis=1
    )
    prompts = Prompts(table, *sorted_rows(table, fields))
    assert prompts.hits(int(table.row_tokens.max())) == prompts.hits_without_eviction()
    assert prompts.hits_on_the_prompt_before() == prompts.hits_without_eviction()


def test_a_unique_first_field_spoils_what_all_rows_have_in_common() -> None:
    """Liu et al. (MLSys 2025), section 3: from nothing to (n - 1)(m - 1) fields by their order."""
    rows, columns = 12, 5
    table = encode([[chr(97 + i) for i in range(rows)]] + [["z"] * rows] * (columns - 1))
    unique_first = np.tile(np.arange(columns), (rows, 1))
    unique_last = np.roll(unique_first, -1, axis=1)
    assert Prompts(table, np.arange(rows), unique_first).hits_without_eviction() == 0
    hits = Prompts(table, np.arange(rows), unique_last).hits_without_eviction()
    assert hits == (rows - 1) * (columns - 1)


def test_orders_by_row_hit_as_many_times_more_as_there_are_fields() -> None:
    """Liu et al. (MLSys 2025), section 3: m groups of x rows, each alike in another field only."""
    columns, size = 4, 6
    rows = columns * size
    texts = [
        [chr(100) if row // size == column else chr(1000 + row) for row in range(rows)]
        for column in range(columns)
    ]
    table = encode(texts)
    fixed = np.tile(np.arange(columns), (rows, 1))
    own_first = np.array([np.roll(np.arange(columns), -(row // size)) for row in range(rows)])
    fixed_hits = Prompts(table, np.arange(rows), fixed).hits_without_eviction()
    assert fixed_hits == size - 1
    hits = Prompts(table, np.arange(rows), own_first).hits_without_eviction()
    assert hits == columns * fixed_hits
