"""One numbered step of a run, and what passes between its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.program import Program


class Arm(StrEnum):
    """Which search of a run a trial belongs to."""

    SEARCH = "search"
    CONTROL = "control"  # blind single edits at the same number of evaluations


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An earlier attempt on the same parent that brought nothing, in one line.

    Attributes:
        idea: what was tried, in its proposer's words; may be empty.
        outcome: what became of it ("timeout in train/0003: ...", "worse: 1.31 against 1.24").
    """

    idea: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What is known about the programs of an ask; train results only, never held-out ones.

    Attributes:
        parent: the parent's evaluation on train; None where it has none.
        inspirations: the evaluations of the ask's inspirations, in their order.
        failures: failed attempts on the parent, newest first.
        best: the best score on train so far.
        scratchpad: what was learned in the run so far, a few lines; may be empty.
    """

    parent: Evaluation | None
    inspirations: tuple[Evaluation | None, ...] = ()
    failures: tuple[Failure, ...] = ()
    best: float | None = None
    scratchpad: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a strategy asks for: a change of a kind to a parent.

    Attributes:
        operator: the kind of change ("refine", "crossover").
        parent: the program to change.
        inspirations: further programs to learn or borrow from, best first.
        tier: the tier of models to ask ("strong"); None for any. Blind proposers ignore it.
        leaning: a factor on each model's weight, by the name that its proposals bear; 1 for those
            that are not named. Blind proposers ignore it.
        rival: the evaluation on train that the new program races against; None: it is played
            whole.
        notes: what the engine knows about these programs; None where nobody needs it.
    """

    operator: str
    parent: Program
    inspirations: tuple[Program, ...] = ()
    tier: str | None = None
    leaning: Mapping[str, float] = field(default_factory=dict)
    rival: Evaluation | None = None
    notes: Notes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An ask with its place in the run: what a proposer needs to answer it and to keep record.

    Attributes:
        ask: what is asked for.
        arm: the search it belongs to.
        number: the trial's number.
        asked_after: how many trials had been told when it was asked.
        seed: 64-bit seed of this one proposal.
    """

    ask: Ask
    arm: Arm
    number: int
    asked_after: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a proposer answered.

    Attributes:
        proposer: its name and version, such as "mutator/ast@1".
        source: the new program's whole text; None when nothing usable came.
        operators: the elementary changes that were made, in order.
        idea: one line on what was changed.
        rejection: why there is no source.
    """

    proposer: str
    source: str | None
    operators: tuple[str, ...] = ()
    idea: str = ""
    rejection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One step: ask → propose → evaluate → tell. Immutable once it is committed.

    Exactly one of these holds: it has an evaluation; it is a duplicate of an earlier program of
    the run (`duplicate_of`); it has no program (`proposal.source` is None).

    Attributes:
        arm: which search it belongs to.
        number: from 1, in the order of asking; 0 is the initial program.
        operator: what the strategy asked for.
        parent_ids: the parent first, then the inspirations.
        proposal: what the proposer answered.
        program: the proposed program.
        evaluation: its evaluation on train.
        duplicate_of: id of the program it repeats.
        asked_after: how many trials of the arm had been told when it was asked.
        arrival: its place, from 1, in the order in which the arm's proposals were taken in.
        tried: evaluations of other programs that were made on the way to this one, by a tuner.
    """

    arm: Arm
    number: int
    operator: str
    parent_ids: tuple[str, ...]
    proposal: Proposal
    program: Program | None
    evaluation: Evaluation | None = None
    duplicate_of: str | None = None
    asked_after: int = 0
    arrival: int = 0
    tried: int = 0

    @property
    def evaluations(self) -> int:
        """How many evaluations it took out of the budget."""
        return self.tried + (self.evaluation is not None)

    @property
    def verdict(self) -> Verdict | None:
        """How it ended; None for a duplicate, which is never evaluated."""
        if self.duplicate_of is not None:
            return None
        return Verdict.REJECTED if self.evaluation is None else self.evaluation.verdict

    @property
    def score(self) -> float | None:
        """Raw train score, None without one."""
        return None if self.evaluation is None else self.evaluation.score
