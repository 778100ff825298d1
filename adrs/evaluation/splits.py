"""The scenarios of a split, made from a problem's specification."""

import itertools

import numpy as np

from adrs.core.scenario import Scenario, SplitSpec
from adrs.core.seeds import derive_seed


def scenarios(problem: str, spec: SplitSpec) -> tuple[Scenario, ...]:
    """Return the scenarios of one split, the same on every call.

    The product of the parameters' choices is walked in a shuffled order, as often as needed, so
    that every combination comes up equally often (to within one).

    Args:
        problem: the problem's name; it keys the seeds.
        spec: how many scenarios of which kind.
    """
    names = sorted(spec.choices)
    product = list(itertools.product(*(spec.choices[name] for name in names)))
    seed = derive_seed(problem, "scenarios", spec.split.value)
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(product))
    return tuple(
        Scenario(
            id=f"{spec.split.value}/{i:04d}",
            split=spec.split,
            seed=derive_seed(problem, "scenario", spec.split.value, i),
            params=dict(zip(names, product[order[i % len(product)]], strict=True)),
        )
        for i in range(spec.count)
    )
