"""Checks a plan completely and computes every metric from it."""

import numpy as np
from numpy.typing import NDArray

from adrs.evaluation.protocol import Outcome

from .simulator import Prompts
from .table import Table


def score(
    table: Table, capacity: int, *, rows: NDArray[np.int64], fields: NDArray[np.int64]
) -> Outcome:
    """Return what a plan comes to.

    The value is the part of all tokens that the cache hits; 1 for a table without tokens. Metrics:

    - unbounded: the same in a cache that never evicts.
    - neighbour: the part that prompts share with the one sent just before them.
    - orders: how many different orders of the columns the plan uses.

    Args:
        table: the instance.
        capacity: tokens that the cache holds.
        rows: the policy's order of rows, one-dimensional.
        fields: the policy's orders of columns, two-dimensional.
    """
    fault = violation(table, rows, fields)
    if fault:
        return Outcome(value=None, violation=fault)
    prompts = Prompts(table, rows, fields)
    total = table.total_tokens
    return Outcome(
        value=_part(prompts.hits(capacity), total),
        metrics={
            "unbounded": _part(prompts.hits_without_eviction(), total),
            "neighbour": _part(prompts.hits_on_the_prompt_before(), total),
            "orders": float(len(np.unique(fields, axis=0))),
        },
    )


def _part(hits: int, total: int) -> float:
    return hits / total if total else 1.0


def violation(table: Table, rows: NDArray[np.int64], fields: NDArray[np.int64]) -> str:
    """Return the first constraint that a plan breaks, and how; empty when it is valid."""
    count, columns = table.cells.shape
    if rows.shape != (count,):
        return f"rows has shape {rows.shape}, expected [rows] = {(count,)}"
    if fields.shape != (count, columns):
        return f"fields has shape {fields.shape}, expected [rows, columns] = {(count, columns)}"
    return _rows_fault(rows, count) or _fields_fault(fields, columns)


def _rows_fault(rows: NDArray[np.int64], count: int) -> str:
    outside = (rows < 0) | (rows >= count)
    if outside.any():
        at = int(outside.argmax())
        return f"rows[{at}]: row {int(rows[at])}, expected 0 to {count - 1}"
    times = np.bincount(rows, minlength=count)
    if (times != 1).any():
        row = int(times.argmax())
        left_out = int((times == 0).sum())
        return f"row {row} is sent {int(times[row])} times ({left_out} rows are not sent at all)"
    return ""


def _fields_fault(fields: NDArray[np.int64], columns: int) -> str:
    outside = (fields < 0) | (fields >= columns)
    if outside.any():
        prompt, at = (int(i) for i in np.argwhere(outside)[0])
        return (
            f"fields[{prompt}, {at}]: column {int(fields[prompt, at])}, expected 0 to {columns - 1}"
        )
    wrong = (np.sort(fields, axis=1) != np.arange(columns)).any(axis=1)
    if wrong.any():
        prompt = int(wrong.argmax())
        times = np.bincount(fields[prompt], minlength=columns)
        column, missing = int(times.argmax()), int(times.argmin())
        return (
            f"fields[{prompt}]: column {column} comes {int(times[column])} times and column "
            f"{missing} not at all ({int(wrong.sum())} such prompts)"
        )
    return ""
