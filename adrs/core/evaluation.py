"""How a program did on one split."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Objective
from adrs.core.scenario import Split


class Verdict(StrEnum):
    """How an evaluation ended."""

    OK = "ok"  # every scenario was driven to its end and is valid
    REJECTED = "rejected"  # does not compile, or lacks the interface
    INVALID = "invalid"  # broke a constraint of the problem
    EXCEPTION = "exception"  # raised
    TIMEOUT = "timeout"  # used up its CPU or wall time
    MEMORY = "memory"  # used up its memory
    SECURITY = "security"  # did what only an attack does: a forbidden system call, a forged frame
    NONDETERMINISTIC = "nondeterministic"  # evaluated twice, it decided differently
    IMPOSSIBLE = "impossible"  # better than a proven bound: the evaluator or the bound is wrong
    CRASH = "crash"  # its process died, or its scorer did
    BEHIND = "behind"  # stopped in a race: valid so far, and out of reach of its rival


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A program's result on one split; a score exists only if every scenario is valid.

    Attributes:
        program_id: the program.
        split: the split.
        verdict: how it ended.
        score: mean of `values`, in the objective's unit; None unless the verdict is OK.
        values: one raw value per scenario, in the split's order; empty unless OK.
        metrics: means over scenarios of the evaluator's further metrics; empty unless OK.
        fingerprint: hash of every decision, and of the values where they repeat; equal for programs
            that act the same. Empty unless OK.
        detail: why it is not OK: one cleaned line or a few.
        failed_scenario: id of the scenario in which it failed, where that is known.
        decisions: decisions (or plans) that were answered, in one evaluation.
        cpu_s: CPU seconds of the candidate's processes, of all evaluations where it took several.
        repeated: whether it was evaluated more than once and all agreed, decision by decision.
        scenarios: how many were played to their end and are valid.
        rival: id of the program it raced against; empty without a race.
        behind_after: after how many scenarios the race was decided against it; of a sample, the
            rest was played all the same, and the verdict may be OK. None when it was not.
        isolation: what stood between the candidate and the host.
        evaluator: the evaluator's name and version, such as "spot 1".
    """

    program_id: str
    split: Split
    verdict: Verdict
    score: float | None = None
    values: tuple[float, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    fingerprint: str = ""
    detail: str = ""
    failed_scenario: str | None = None
    decisions: int = 0
    cpu_s: float = 0.0
    repeated: bool = False
    scenarios: int = 0
    rival: str = ""
    behind_after: int | None = None
    isolation: IsolationLevel
    evaluator: str

    @property
    def ok(self) -> bool:
        """True when the program has a score."""
        return self.verdict is Verdict.OK

    def behaviour(self, objective: Objective) -> str:
        """Return what is equal for programs that a search need not tell apart; empty unless OK.

        That is what they decide, and, where a measured value is the objective, the value too: the
        same decisions in less time are what is looked for.
        """
        if self.score is None or not objective.measured:
            return self.fingerprint
        return f"{self.fingerprint} {self.score:g}"
