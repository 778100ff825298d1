"""The family's parameters: of the instrument, of its scenarios, and the named stress cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from adrs.core.scenario import Scalar, Scenario
from adrs.evaluation.parameters import Parameters

from .generator import KINDS, Field, Relation

STRESS_KEY = "stress"
KEYS = ("kind", "rows", "skew", "cache_rows")
SETTINGS_KEYS = ("table", "table_rows", "chars_per_token")
UNBOUNDED = "unbounded"
_MOST_CACHE_ROWS = 1e9  # their tokens are counted in int64


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The evaluator's parameters, the same for every scenario.

    Attributes:
        table: path of a CSV file from which scenarios are taken; empty for generated tables.
        table_rows: rows in each scenario of that file; 0 for as many as a generated one would have.
        chars_per_token: characters of that file in a token, at least 1.
    """

    table: str
    table_rows: int
    chars_per_token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a scenario asks for.

    Attributes:
        kind: the facts of the table and what they refer to.
        rows: number of rows.
        skew: Zipf exponent of references and categories.
        cache_rows: size of the cache in rows of mean length; None if it never evicts.
    """

    kind: Relation
    rows: int
    skew: float
    cache_rows: float | None


_JOIN = KINDS["sales"]
_STRESS = {
    "one_cell": Setting(kind=Relation(fields=(Field(tokens=5),)), rows=1, skew=1, cache_rows=None),
    "one_row": Setting(kind=_JOIN, rows=1, skew=1, cache_rows=4),
    "two_rows": Setting(kind=_JOIN, rows=2, skew=1, cache_rows=None),
    "one_column": Setting(
        kind=Relation(fields=(Field(tokens=6, values=10),)), rows=64, skew=1, cache_rows=2
    ),
    "all_equal": Setting(
        kind=Relation(fields=(Field(tokens=5, values=1),) * 6), rows=64, skew=1, cache_rows=2
    ),
    "all_different": Setting(
        kind=Relation(fields=(Field(tokens=8),) * 6), rows=64, skew=1, cache_rows=None
    ),
    "no_tokens": Setting(
        kind=Relation(fields=(Field(tokens=8, missing=1.0),) * 4), rows=32, skew=1, cache_rows=2
    ),
    "ties": Setting(
        kind=Relation(fields=(Field(tokens=1, values=4),) * 6), rows=64, skew=0, cache_rows=None
    ),
    "copies": Setting(
        kind=Relation(fields=(), joins=(Relation(fields=(Field(tokens=8),) * 5, each=8),)),
        rows=96,
        skew=1,
        cache_rows=3,
    ),
    "many_columns": Setting(
        kind=Relation(fields=(Field(tokens=3, values=5), Field(tokens=4, missing=0.5)) * 30),
        rows=48,
        skew=1,
        cache_rows=4,
    ),
    "no_cache": Setting(kind=_JOIN, rows=64, skew=1, cache_rows=0),
    "tiny_cache": Setting(kind=_JOIN, rows=64, skew=1, cache_rows=0.01),
    "one_row_cache": Setting(kind=KINDS["posts"], rows=96, skew=1, cache_rows=1),
    "times_four": Setting(kind=_JOIN, rows=768, skew=1, cache_rows=16),
}
STRESS: Mapping[str, Setting] = MappingProxyType(_STRESS)


def read_settings(params: Mapping[str, Scalar]) -> Settings:
    """Parse the evaluator's parameters.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    read = Parameters(params, "llm_sql params", SETTINGS_KEYS)
    return Settings(
        table=read.text("table", "the path of a file"),
        table_rows=read.whole("table_rows"),
        chars_per_token=read.whole("chars_per_token", least=1),
    )


def read_scenario(scenario: Scenario) -> Setting:
    """Parse a scenario's parameters: either `stress` alone, or all of `KEYS`.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    if STRESS_KEY in scenario.params:
        stress = Parameters.of_scenario(scenario, (STRESS_KEY,))
        return STRESS[stress.choice(STRESS_KEY, STRESS)]
    read = Parameters.of_scenario(scenario, KEYS)
    unbounded = read.raw("cache_rows") == UNBOUNDED
    return Setting(
        kind=KINDS[read.choice("kind", KINDS)],
        rows=read.whole("rows", least=1),
        skew=read.number("skew"),
        cache_rows=None if unbounded else read.number("cache_rows", most=_MOST_CACHE_ROWS),
    )
