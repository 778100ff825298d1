"""Order of rows and fields of a table whose rows go to a language model, for a prefix cache.

After Liu et al., "Optimizing LLM Queries in Relational Data Analytics Workloads" (MLSys 2025): a
query asks a model about every row of a table, and what prompts begin with in common is computed
once. The policy sees the table as numbers and returns two permutations, of the rows and of each
row's fields; prompts are made from them here, so that no text can be added, lost or moved.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adrs.core.interface import PlannerInterface
from adrs.core.scenario import Scalar, Scenario, Split
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import Session

from .bounds import most_hits
from .csv_tables import CsvTable, read_csv
from .generator import generate
from .interface import INTERFACE
from .scenarios import Setting, Settings, read_scenario, read_settings
from .scoring import score
from .table import Table, encode

__all__ = ["LlmSqlEvaluator", "Workload", "build"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workload:
    """One instance.

    Attributes:
        table: the table.
        capacity: tokens that the cache holds.
    """

    table: Table
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmSqlEvaluator:
    """The instrument of the reordering problem; keeps no state between calls.

    Attributes:
        settings: its parameters.
        file: rows of the CSV file that `settings.table` names; None for generated tables.
    """

    settings: Settings
    file: CsvTable | None
    family: str = "llm_sql"
    version: int = 1
    interface: PlannerInterface = INTERFACE

    def workload(self, scenario: Scenario) -> Workload:
        """Generate the scenario's table, or take it from the file; stress cases are generated.

        Raises:
            ProblemError: a parameter is missing, unknown or out of range.
        """
        setting = read_scenario(scenario)
        table = self._table(scenario, setting)
        total = table.total_tokens
        if setting.cache_rows is None:
            return Workload(table=table, capacity=total)
        return Workload(
            table=table, capacity=math.ceil(setting.cache_rows * total / len(table.cells))
        )

    def _table(self, scenario: Scenario, setting: Setting) -> Table:
        if self.file is None or scenario.split is Split.STRESS:
            return generate(setting.kind, rows=setting.rows, skew=setting.skew, seed=scenario.seed)
        rows = self.settings.table_rows or setting.rows
        columns = self.file.block(scenario.split, rows, scenario.seed)
        return encode(columns, chars_per_token=self.settings.chars_per_token)

    def bound(self, workload: Workload) -> float:
        """Return a proven upper bound on the hit rate."""
        total = workload.table.total_tokens
        return most_hits(workload.table, workload.capacity) / total if total else 1.0

    def play(self, workloads: Sequence[Workload], session: Session) -> Sequence[Outcome]:
        """Ask for one plan per table and score each.

        Raises:
            PolicyFailed: let through from the session.
        """
        return [self._play_one(slot, workload, session) for slot, workload in enumerate(workloads)]

    def _play_one(self, slot: int, workload: Workload, session: Session) -> Outcome:
        table = workload.table
        rows, fields = session.plan(
            slot,
            (table.cells, table.tokens, table.shared, table.determines, workload.capacity),
        )
        return score(
            table,
            workload.capacity,
            rows=np.asarray(rows, dtype=np.int64),
            fields=np.asarray(fields, dtype=np.int64),
        )


def build(params: Mapping[str, Scalar]) -> LlmSqlEvaluator:
    """Return the instrument with a problem's parameters (`scenarios.Settings`).

    Raises:
        ProblemError: one is missing, unknown or out of range, or the table cannot be read.
    """
    settings = read_settings(params)
    file = read_csv(Path(settings.table)) if settings.table else None
    return LlmSqlEvaluator(settings=settings, file=file)
