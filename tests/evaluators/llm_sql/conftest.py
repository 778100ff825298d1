from collections.abc import Callable

import numpy as np
import pytest

from adrs.evaluators.llm_sql.table import Table, encode

RandomTable = Callable[[np.random.Generator, int, int, int], Table]


@pytest.fixture(scope="session")
def random_table() -> RandomTable:
    """Return tables of short texts of two letters, which repeat and begin alike all the time."""

    def random_table(rng: np.random.Generator, rows: int, columns: int, longest: int) -> Table:
        def text() -> str:
            return "".join(rng.choice(["a", "b"], size=rng.integers(longest + 1)))

        return encode([[text() for _ in range(rows)] for _ in range(columns)])

    return random_table
