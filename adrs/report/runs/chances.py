"""How likely a program is better than another on further scenarios of the same kind."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from adrs.core.objective import Objective
from adrs.evaluation.statistics import RESAMPLES
from adrs.report.run.compare import SEED
from adrs.simulation.streams import stream

_TIE = 1e-12
"""Means this near each other, relative to the largest, differ by rounding only."""


def chances(samples: Sequence[Sequence[float]], objective: Objective) -> NDArray[np.float64]:
    """Return the part of paired bootstrap samples in which one program is better than another.

    Every resample draws the same scenarios for all programs; a tie counts half for each. Means of a
    measured value tie within a step: all scenarios are measured together.

    Args:
        samples: each program's values on the same scenarios, in the same order.
        objective: which way is better.

    Returns:
        Shape [programs, programs]: row i, column j is the chance that i is better than j; one half
        on the diagonal.

    Raises:
        ValueError: the programs have no values, or not the same number.
    """
    lengths = {len(sample) for sample in samples}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(f"need as many values of every program, at least one, got {lengths}")
    values = objective.fitness(1.0) * np.array(samples, dtype=np.float64)
    means = _resampled_means(values)
    tie = objective.step + _TIE * max(objective.step, float(np.abs(values).max()))
    found = np.full((len(values), len(values)), 0.5)
    for row, own in enumerate(means):
        gaps = own - means[row + 1 :]
        share = ((gaps > tie) + 0.5 * (np.abs(gaps) <= tie)).mean(axis=1)
        found[row, row + 1 :] = share
        found[row + 1 :, row] = 1.0 - share
    return found


def _resampled_means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return means of shape [programs, resamples], from how often each scenario is drawn."""
    count = values.shape[1]
    drawn = stream(SEED, "chances").integers(0, count, size=(RESAMPLES, count))
    places = drawn + count * np.arange(RESAMPLES)[:, np.newaxis]
    times = np.bincount(places.ravel(), minlength=count * RESAMPLES).reshape(RESAMPLES, count)
    means: NDArray[np.float64] = values @ times.T.astype(np.float64) / count
    return means
