"""The scenarios of a split, made from a problem's specification."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adrs.core.scenario import Scalar, Scenario, SplitSpec, scenario_id
from adrs.core.seeds import derive_seed


def scenarios(problem: str, spec: SplitSpec, key: str = "") -> tuple[Scenario, ...]:
    """Return the scenarios of one split, the same on every call.

    Without a key anybody can work out the seeds from this source, a candidate too: one that carries
    the generator could look up what comes next. So a key enters the seeds of every split but train
    (`Split.keyed`): what search gains by looking up is lost again where the champion is chosen.

    The whole product of the parameters' choices comes as often as it fits into the count; what is
    left over is a Latin hypercube (McKay, Beckman and Conover, Technometrics 1979), so that every
    single choice still comes equally often, to within one.

    Args:
        problem: the problem's name; it keys the seeds.
        spec: how many scenarios of which kind.
        key: the held-out key; empty for the public scenarios.
    """
    seeding = _Seeding(problem=problem, spec=spec, key=key if spec.split.keyed else "")
    return tuple(
        Scenario(
            id=scenario_id(spec.split, i),
            split=spec.split,
            seed=seeding.seed("scenario", i),
            params=params,
        )
        for i, params in enumerate(_covering(spec, seeding))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seeding:
    """What every seed of a split is drawn from."""

    problem: str
    spec: SplitSpec
    key: str

    def seed(self, kind: str, purpose: str | int) -> int:
        place = (self.problem, kind, self.spec.split.value, self.spec.draw)
        keyed = ("key", self.key) if self.key else ()
        return derive_seed(*place, *keyed, purpose)

    def permutation(self, purpose: str, size: int) -> NDArray[np.int64]:
        generator = np.random.Generator(np.random.PCG64(self.seed("scenarios", purpose)))
        return generator.permutation(size)


def _covering(spec: SplitSpec, seeding: _Seeding) -> list[Mapping[str, Scalar]]:
    names = sorted(spec.choices)
    product = list(itertools.product(*(spec.choices[name] for name in names)))
    rounds, rest = divmod(spec.count, len(product))
    order = seeding.permutation("product", len(product))
    rows = [product[at] for at in order] * rounds
    columns = [
        [spec.choices[name][at % len(spec.choices[name])] for at in seeding.permutation(name, rest)]
        for name in names
    ]
    rows += list(zip(*columns, strict=True)) if names else [()] * rest
    return [dict(zip(names, row, strict=True)) for row in rows]
