"""Transactions ordered or admitted for the least makespan under read and write conflicts.

Two instruments share transactions, rule, generator and bounds: with `mode` "planner" one order of a
known batch is asked for, with "online" one admission at a time of transactions that come over time.
"""

from collections.abc import Mapping

from adrs.core.scenario import Scalar

from .admission import TxnAdmission
from .planner import TxnPlanner
from .published import read_transactions
from .scenarios import Mode, read_settings

__all__ = ["TxnAdmission", "TxnPlanner", "build"]


def build(params: Mapping[str, Scalar]) -> TxnPlanner | TxnAdmission:
    """Return the instrument with a problem's parameters (`scenarios.Settings`).

    Raises:
        ProblemError: one is missing, unknown or out of range, or the file of transactions is not
            of its format.
    """
    settings = read_settings(params)
    given = read_transactions(settings.workload) if settings.workload else None
    if settings.mode is Mode.PLANNER:
        return TxnPlanner(settings=settings, given=given)
    return TxnAdmission(settings=settings, given=given)
