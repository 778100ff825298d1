"""What is no longer as it was when a run began."""

from collections.abc import Sequence

from adrs.core.problem import OWN_EVALUATOR, Problem
from adrs.core.run import RunRecord


def changed_parts(record: RunRecord, problem: Problem, evaluator: str) -> Sequence[str]:
    """Name what is no longer as it was when a run began; empty when all is the same.

    Not named is the file of an evaluator in the problem's folder, see `changed_evaluator`.
    """
    changed = [name for name in _changed(record, problem) if not name.startswith(OWN_EVALUATOR)]
    if record.evaluator != evaluator:
        changed.append(f"evaluator ({record.evaluator} → {evaluator})")
    return changed


def changed_evaluator(record: RunRecord, problem: Problem) -> str | None:
    """Return the file of an evaluator in the problem's folder that is not as it was.

    That alone is no reason to give up what was paid for: a fault of it may have been mended. Its
    version tells whether scores are still the same.
    """
    before = [name for name in record.problem_parts if name.startswith(OWN_EVALUATOR)]
    changed = [name for name in _changed(record, problem) if name.startswith(OWN_EVALUATOR)]
    return changed[0].removeprefix(OWN_EVALUATOR) if before and changed else None


def _changed(record: RunRecord, problem: Problem) -> Sequence[str]:
    before, now = record.problem_parts, problem.parts
    return [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
