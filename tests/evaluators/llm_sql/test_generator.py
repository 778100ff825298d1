import hashlib

import numpy as np
import pytest

from adrs.evaluators.llm_sql.generator import KINDS, Field, Relation, generate

# A hash of the cells and lengths of a small instance.
DIGEST = "9aad4a3c637b18f4"


def digest(kind: str, seed: int) -> str:
    table = generate(KINDS[kind], rows=20, skew=1.0, seed=seed)
    whole = np.concatenate([table.cells.ravel(), table.tokens, table.shared]).astype("<i8")
    return hashlib.blake2b(whole.tobytes(), digest_size=8).hexdigest()


def columns_of(relation: Relation) -> int:
    return len(relation.fields) + sum(columns_of(joined) for joined in relation.joins)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_table_has_the_rows_and_columns_of_its_join(kind: str) -> None:
    table = generate(KINDS[kind], rows=50, skew=1.0, seed=1)
    assert table.cells.shape == (50, columns_of(KINDS[kind]))
    assert table.total_tokens > 50 * 20


def test_fields_of_a_joined_relation_depend_on_one_another() -> None:
    shop = Relation(fields=(Field(tokens=20), Field(tokens=20)), each=5)
    table = generate(
        Relation(fields=(Field(tokens=2, values=4),), joins=(shop,)), rows=100, skew=1.0, seed=1
    )
    assert table.determines.sum(axis=1).tolist() in ([1, 2, 2], [2, 1, 2], [2, 2, 1])
    distinct = sorted(len(np.unique(column)) for column in table.cells.T)
    assert distinct[0] == 4
    assert distinct[1] == distinct[2] <= 20


def test_what_a_member_refers_to_depends_on_it_and_not_the_other_way() -> None:
    region = Relation(fields=(Field(tokens=20),), each=4)
    shop = Relation(fields=(Field(tokens=20),), joins=(region,), each=2)
    table = generate(Relation(fields=(), joins=(shop,)), rows=80, skew=0.5, seed=1)
    assert sorted(table.determines.ravel().tolist()) == [0, 1, 1, 1]


@pytest.mark.parametrize(("skew", "share"), [(0.0, 0.1), (1.0, 0.341), (2.0, 0.645)])
def test_categories_are_zipf(skew: float, share: float) -> None:
    kind = Relation(fields=(Field(tokens=30, values=10),))
    table = generate(kind, rows=4000, skew=skew, seed=1)
    counts = np.bincount(table.cells[:, 0])
    assert counts.max() / 4000 == pytest.approx(share, abs=0.03)
    assert len(counts) == 10


def test_texts_have_the_mean_length_asked_for() -> None:
    table = generate(Relation(fields=(Field(tokens=40),)), rows=2000, skew=1.0, seed=1)
    assert len(table.tokens) == 2000
    assert table.tokens.mean() == pytest.approx(40, rel=0.05)
    assert table.tokens.min() >= 1


def test_stems_are_common_beginnings() -> None:
    plain, stemmed = (
        generate(Relation(fields=(Field(tokens=12, stems=stems),)), rows=200, skew=1.0, seed=1)
        for stems in (0, 5)
    )
    assert (stemmed.shared >= 8).sum() == 200 - 5
    assert (plain.shared >= 2).sum() == 0


def test_missing_texts_are_empty() -> None:
    kind = Relation(fields=(Field(tokens=9, missing=0.3),))
    table = generate(kind, rows=1000, skew=1.0, seed=1)
    assert (table.row_tokens == 0).mean() == pytest.approx(0.3, abs=0.04)


def test_columns_come_in_another_order_with_another_seed() -> None:
    kind = Relation(fields=(Field(tokens=2), Field(tokens=200)))
    longer = {
        bool(np.diff(generate(kind, rows=9, skew=1.0, seed=s).tokens.reshape(2, 9).sum(axis=1)) > 0)
        for s in range(8)
    }
    assert longer == {True, False}


def test_the_same_seed_gives_the_same_instance_and_another_one_another() -> None:
    assert digest("posts", 1) == digest("posts", 1)
    assert digest("posts", 1) != digest("posts", 2)


def test_the_instance_of_a_seed_is_pinned() -> None:
    assert digest("scores", 7) == DIGEST
