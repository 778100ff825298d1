"""What every archive refuses to keep, checked in one place."""

import math
from collections.abc import Iterator

from adrs.core.evaluation import Evaluation


def check_seconds(seconds: float) -> None:
    """Refuse a span of time that is not a finite number ≥ 0.

    Raises:
        ValueError: it is not.
    """
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"a span of time must be finite and at least 0 s, got {seconds!r}")


def check_evaluation(evaluation: Evaluation) -> None:
    """Refuse an evaluation with a number that is not finite, or a score without the verdict OK.

    Such an evaluation breaks the contract of the core types: a failed evaluation has no score, and
    absence is None. Whoever made it has a fault, so it is not kept in an altered form.

    Raises:
        ValueError: the text names the program, the split and the number.
    """
    where = f"evaluation of program {evaluation.program_id!r} on {evaluation.split}"
    for name, value in _numbers(evaluation):
        if not math.isfinite(value):
            raise ValueError(f"{where}: {name} must be finite, got {value!r}")
    if evaluation.score is not None and not evaluation.ok:
        raise ValueError(
            f"{where}: a score needs the verdict ok, got {evaluation.score!r} with "
            f"{evaluation.verdict}"
        )


def _numbers(evaluation: Evaluation) -> Iterator[tuple[str, float]]:
    if evaluation.score is not None:
        yield "score", evaluation.score
    yield "cpu_s", evaluation.cpu_s
    for index, value in enumerate(evaluation.values):
        yield f"value {index}", value
    for name, value in evaluation.metrics.items():
        yield f"metric {name!r}", value
