"""Scenarios: seeded workload instances, grouped in splits."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Scalar = int | float | str
PUBLIC_SET = "public"


class Split(StrEnum):
    """What a scenario is used for.

    `HELDOUT` (new seeds) and `SHIFTED` (another family of workloads) are both held out: they are
    touched once, at the end of a run. `STRESS` holds odd shapes on which a champion must stay
    valid; its values are never compared.
    """

    TRAIN = "train"
    VALIDATION = "validation"
    HELDOUT = "heldout"
    SHIFTED = "shifted"
    STRESS = "stress"

    @property
    def held_out(self) -> bool:
        """True for the splits that search, prompts and selection must never see."""
        return self in (Split.HELDOUT, Split.SHIFTED)

    @property
    def keyed(self) -> bool:
        """True for the splits whose seeds depend on a held-out key; train is public."""
        return self is not Split.TRAIN


def heldout_set(key: str) -> str:
    """Return the name of the held-out scenarios that a key draws, from which no key can be told.

    Two results on the same set can be compared; "public" is the set of the empty key.
    """
    return hashlib.blake2b(key.encode()).hexdigest()[:8] if key else PUBLIC_SET


def scenario_id(split: Split, index: int) -> str:
    """Return the id of the scenario at a place in its split, counted from 0."""
    return f"{split.value}/{index:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One workload instance, fully determined by its seed and parameters.

    Attributes:
        id: unique in the problem, such as "train/0007".
        split: what it is used for.
        seed: keys every random stream of the instance (unsigned, 64 bits).
        params: the family's parameters of this instance, such as {"zone": "a", "job_h": 48}.
    """

    id: str
    split: Split
    seed: int
    params: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSpec:
    """How a problem asks for the scenarios of one split.

    Attributes:
        split: the split.
        count: how many scenarios.
        choices: for each parameter of the family the values to draw from; scenarios cover the
            product evenly.
        draw: which of the possible draws of seeds. A small split may take one on which the
            baselines stand to each other as they do on a large one.
    """

    split: Split
    count: int
    choices: Mapping[str, tuple[Scalar, ...]] = field(default_factory=dict)
    draw: int = 0
