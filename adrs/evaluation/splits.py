"""The scenarios of a split, made from a problem's specification."""

import itertools
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from adrs.core.scenario import Scalar, Scenario, SplitSpec
from adrs.core.seeds import derive_seed


def scenarios(problem: str, spec: SplitSpec) -> tuple[Scenario, ...]:
    """Return the scenarios of one split, the same on every call.

    The whole product of the parameters' choices comes as often as it fits into the count; what is
    left over is a Latin hypercube (McKay, Beckman and Conover, Technometrics 1979), so that every
    single choice still comes equally often, to within one.

    Args:
        problem: the problem's name; it keys the seeds.
        spec: how many scenarios of which kind.
    """
    return tuple(
        Scenario(
            id=f"{spec.split.value}/{i:04d}",
            split=spec.split,
            seed=derive_seed(problem, "scenario", spec.split.value, spec.draw, i),
            params=params,
        )
        for i, params in enumerate(_covering(problem, spec))
    )


def _covering(problem: str, spec: SplitSpec) -> list[Mapping[str, Scalar]]:
    names = sorted(spec.choices)
    product = list(itertools.product(*(spec.choices[name] for name in names)))
    rounds, rest = divmod(spec.count, len(product))
    order = _permutation(problem, spec, "product", len(product))
    rows = [product[at] for at in order] * rounds
    columns = [
        [
            spec.choices[name][at % len(spec.choices[name])]
            for at in _permutation(problem, spec, name, rest)
        ]
        for name in names
    ]
    rows += list(zip(*columns, strict=True)) if names else [()] * rest
    return [dict(zip(names, row, strict=True)) for row in rows]


def _permutation(problem: str, spec: SplitSpec, purpose: str, size: int) -> NDArray[np.int64]:
    seed = derive_seed(problem, "scenarios", spec.split.value, spec.draw, purpose)
    return np.random.Generator(np.random.PCG64(seed)).permutation(size)
