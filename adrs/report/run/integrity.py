"""Why the figures of a report can be believed, or cannot, as frozen plain data."""

from dataclasses import dataclass
from enum import StrEnum

from adrs.core.scenario import Split
from adrs.core.trial import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class AboveBound:
    """The first evaluation that was better than a proven bound, which cannot be.

    Attributes:
        program_id: the program.
        split: where.
        arm: the search it came from; None for an evaluation outside of the searches.
        trial: number of its trial; None likewise.
        detail: by how much, in words; may be empty.
    """

    program_id: str
    split: Split
    arm: Arm | None
    trial: int | None
    detail: str


class JumpKind(StrEnum):
    """What moved too far at once."""

    MEDIAN = "median-scenario"  # the gap to the bound in the median scenario
    SINGLE = "single-scenario"  # all of one scenario's gap, or of a few, and little else


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """A gain that a human should look at before it is believed.

    Attributes:
        kind: what moved.
        split: on which split: train for a trial that was the best so far, held-out for the
            champion against the best human program.
        trial: number of the trial that the program came from; None for none.
        program_id: the program.
        scenario: id of the scenario, of several the one with the largest gap; None for the median.
        factor: how many times smaller the gap to the bound became there; at most 1e9.
    """

    kind: JumpKind
    split: Split
    trial: int | None
    program_id: str
    scenario: str | None
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrity:
    """Why the figures can be believed, or cannot.

    Attributes:
        isolation: isolation levels under which programs ran ("L3"), strongest first.
        evaluators: evaluators and versions that scored them ("spot 1").
        repeats: evaluations of a program that had been evaluated on the same split before.
        repeats_identical: those of them that gave the same verdict, values and decisions.
        evaluated_twice: evaluations that were made twice on the spot, to compare every decision.
        nondeterministic: those of them that differed; they have no score.
        repeated: evaluations of either kind, the whole of the determinism check.
        differed: those of them that did not agree.
        bounds: splits whose proven best values are known.
        above_bound: evaluations better than a proven bound.
        first_above_bound: the first of them.
        attacks: evaluations that ended with the verdict `security`.
        flags: what casts doubt on the result, one sentence each.
        heldout_refusal: why held-out workloads were not scored in the end; empty where they were.
    """

    isolation: tuple[str, ...]
    evaluators: tuple[str, ...]
    repeats: int
    repeats_identical: int
    evaluated_twice: int
    nondeterministic: int
    repeated: int
    differed: int
    bounds: int
    above_bound: int
    first_above_bound: AboveBound | None
    attacks: int
    flags: tuple[str, ...]
    heldout_refusal: str = ""
