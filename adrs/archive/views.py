"""What an archive tells without being read whole: runs and trials in outline, programs' places."""

from dataclasses import dataclass

from adrs.core.evaluation import Verdict
from adrs.core.run import Assessment
from adrs.core.trial import Arm, Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOverview:
    """What a run has come to, in figures.

    Attributes:
        name: the run.
        trials: trials of its search so far.
        train: its champion's raw train score; None while that is not settled.
        heldout: the champion's raw held-out score; None likewise.
        improved: what the run concluded; None while it is not finished.
        calls: model calls that were made and answered.
        known_usd: what those of them cost whose price is known.
        unpriced: those of them whose price is not known.
    """

    name: str
    trials: int = 0
    train: float | None = None
    heldout: float | None = None
    improved: bool | None = None
    calls: int = 0
    known_usd: float = 0.0
    unpriced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOutline:
    """A trial without its texts and its scenarios' values.

    Attributes:
        number: its number in its arm; 0 is the initial program.
        operator: what the strategy asked for.
        parent_ids: the parent first, then the inspirations.
        proposer: who proposed it.
        operators: the elementary changes that were made, in order.
        idea: one line on what was changed.
        program_id: the proposed program; None where there is none.
        verdict: how its evaluation ended; None without one.
        score: its raw train score; None without one.
        duplicate_of: id of the program it repeats.
        tried: evaluations of other programs that were made on the way to this one.
    """

    number: int
    operator: str
    parent_ids: tuple[str, ...]
    proposer: str
    operators: tuple[str, ...]
    idea: str
    program_id: str | None
    verdict: Verdict | None
    score: float | None
    duplicate_of: str | None
    tried: int

    @staticmethod
    def of(trial: Trial) -> "TrialOutline":
        """Return the outline of a trial."""
        evaluation = trial.evaluation
        return TrialOutline(
            number=trial.number,
            operator=trial.operator,
            parent_ids=trial.parent_ids,
            proposer=trial.proposal.proposer,
            operators=trial.proposal.operators,
            idea=trial.proposal.idea,
            program_id=None if trial.program is None else trial.program.id,
            verdict=None if evaluation is None else evaluation.verdict,
            score=trial.score,
            duplicate_of=trial.duplicate_of,
            tried=trial.tried,
        )

    @property
    def evaluations(self) -> int:
        """How many evaluations it took out of the budget."""
        return self.tried + (self.verdict is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A place where a program occurs: as a trial's, or in an assessment; one of the two is None."""

    run: str
    trial: Trial | None = None
    assessment: Assessment | None = None

    @property
    def arm(self) -> Arm | None:
        """The search it belongs to; None outside of the searches."""
        return None if self.trial is None else self.trial.arm
