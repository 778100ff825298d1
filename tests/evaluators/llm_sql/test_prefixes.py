import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from adrs.evaluators.llm_sql.prefixes import SharedPrefixes


def in_common(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))


@given(st.sets(st.text("ab", max_size=6), min_size=2, max_size=20))
def test_any_two_of_a_sorted_collection_share_what_they_share(texts: set[str]) -> None:
    ordered = sorted(texts)
    neighbours = [0] + [in_common(*pair) for pair in itertools.pairwise(ordered)]
    shared = SharedPrefixes(np.array(neighbours, dtype=np.int64))
    pairs = list(itertools.permutations(range(len(ordered)), 2))
    first, second = np.array(pairs, dtype=np.int64).T
    expected = [in_common(ordered[a], ordered[b]) for a, b in pairs]
    assert shared.of(first, second).tolist() == expected


def test_the_answers_have_the_shape_of_the_questions() -> None:
    shared = SharedPrefixes(np.array([0, 3, 1, 2, 5], dtype=np.int64))
    places = np.array([[0, 1], [2, 4]])
    assert shared.of(places, np.array([[4, 3], [3, 0]])).tolist() == [[1, 1], [2, 1]]
    assert shared.of(places[:0], places[:0]).shape == (0, 2)
