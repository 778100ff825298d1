"""What a running run has come to, counted from its events; the views draw it."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.events import (
    Assessed,
    CallsMoved,
    Event,
    Phase,
    PhaseStarted,
    RunEnded,
    RunStarted,
    TrialTold,
)
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Objective
from adrs.core.run import Assessment, Role, RunRecord
from adrs.core.scenario import Split
from adrs.core.spending import Spending
from adrs.core.trial import Arm, Trial
from adrs.report.format import clean, model_name
from adrs.report.live.shares import Shares
from adrs.report.problemfacts import ProblemFacts
from adrs.report.run.curve import BestSoFar
from adrs.report.run.integrity import Jump
from adrs.report.run.jumps import JumpWatch, ground_of

MOST_KEPT = 40
LONGEST_DETAIL = 200
SEARCHES = {Phase.SEARCH: Arm.SEARCH, Phase.CONTROL: Arm.CONTROL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """A trial that beat everything before it.

    Attributes:
        trial: the trial.
        score: its raw train score.
        previous: the best before it; None for the first.
    """

    trial: Trial
    score: float
    previous: float | None


class ArmProgress:
    """One search as far as it has come."""

    def __init__(self) -> None:
        self.trials = 0
        self.evaluations = 0
        self.fresh = 0
        self.duplicates = 0
        self.verdicts: Counter[Verdict] = Counter()
        self.operators = Shares()
        self.proposers = Shares()
        self.best: float | None = None
        self.improved_at = 0
        self.niches = 0
        self.curve = BestSoFar()
        self.improvements: deque[Improvement] = deque(maxlen=MOST_KEPT)

    def begin(self, score: float) -> None:
        """Start from the initial program's score."""
        if self.best is None:
            self.best = score
            self.curve.add(0, score)

    def add(self, event: TrialTold) -> Improvement | None:
        """Take in one told trial; return the improvement when it is one."""
        trial = event.trial
        evaluations = trial.evaluations
        self.niches = event.niches
        if trial.number > 0:
            self.trials += 1
            self.evaluations += evaluations
            self.fresh += 0 if event.replayed else evaluations
            if trial.verdict is None:
                self.duplicates += 1
            else:
                self.verdicts[trial.verdict] += 1
        improvement = self._follow(event, evaluated=evaluations > 0)
        if trial.number > 0:
            gained = improvement is not None
            self.operators.add(trial.operator, trial, gained=gained)
            self.proposers.add(model_name(trial.proposal.proposer), trial, gained=gained)
        return improvement

    def counts(self) -> list[tuple[str, int]]:
        """Return how trials ended, by word, duplicates last; `ok` is always among them."""
        shown = [
            (verdict.value, self.verdicts[verdict])
            for verdict in Verdict
            if self.verdicts[verdict] or verdict is Verdict.OK
        ]
        return [*shown, ("duplicate", self.duplicates)] if self.duplicates else shown

    def _follow(self, event: TrialTold, *, evaluated: bool) -> Improvement | None:
        previous, score = self.best, event.trial.score
        if event.best_score is not None:
            self.best = event.best_score
            if evaluated:
                self.curve.add(self.evaluations, event.best_score)
        if not event.improved or event.trial.number == 0 or score is None:
            return None
        self.improved_at = self.evaluations
        improvement = Improvement(trial=event.trial, score=score, previous=previous)
        self.improvements.append(improvement)
        return improvement


class Tally:
    """Counts events; knows nothing of clocks and terminals."""

    def __init__(self) -> None:
        self.record: RunRecord | None = None
        self.isolation: IsolationLevel | None = None
        self.phase: Phase | None = None
        self.phase_total: int | None = None
        self.phase_done = 0
        self.arms = {arm: ArmProgress() for arm in Arm}
        self.baselines: dict[str, float] = {}
        self.impossible = 0
        self.first_impossible = ""
        self.spending: Spending | None = None
        self.spending_before: Spending | None = None
        self._facts: ProblemFacts | None = None
        self._yardsticks: list[Assessment] = []
        self._watch: JumpWatch | None = None

    def add(self, event: Event) -> Improvement | None:
        """Take in one event; return the improvement when it tells of one."""
        match event:
            case TrialTold():
                return self._tell(event)
            case RunStarted():
                self.record, self.isolation = event.record, event.isolation
                self._facts = ProblemFacts.of(event.problem)
            case PhaseStarted():
                self._enter(event)
            case Assessed():
                self.phase_done += event.assessment.role is not Role.BOUND
                self._assess(event.assessment)
                self._alarm(event.assessment.evaluation, "")
            case CallsMoved():
                self.spending_before = self.spending_before or event.spending
                self.spending = event.spending
            case RunEnded():
                self.record = event.record
        return None

    def _tell(self, event: TrialTold) -> Improvement | None:
        trial = event.trial
        self.phase_done += trial.evaluations if trial.number > 0 else 0
        if trial.evaluation is not None:
            self._alarm(trial.evaluation, f"{trial.arm} trial {trial.number}, ")
        if self._watch is not None and trial.arm is Arm.SEARCH:
            self._watch.add(trial)
        return self.arms[trial.arm].add(event)

    def _enter(self, event: PhaseStarted) -> None:
        self.phase, self.phase_total = event.phase, event.total
        arm = SEARCHES.get(event.phase)
        self.phase_done = 0 if arm is None else self.arms[arm].evaluations
        if event.phase is Phase.SEARCH and self._facts is not None:
            ground = ground_of(self._yardsticks, self._facts, Split.TRAIN)
            initial = (a.evaluation for a in self._yardsticks if a.role is Role.INITIAL)
            self._watch = JumpWatch(ground, next(initial, None))

    def _alarm(self, evaluation: Evaluation, place: str) -> None:
        """Count a score better than a proven bound, and keep the words of the first."""
        if evaluation.verdict is not Verdict.IMPOSSIBLE:
            return
        if not self.impossible:
            detail = clean(evaluation.detail, limit=LONGEST_DETAIL)
            self.first_impossible = (
                f"{place}program {evaluation.program_id} on {evaluation.split}: {detail}"
            )
        self.impossible += 1

    def _assess(self, assessment: Assessment) -> None:
        role, evaluation = assessment.role, assessment.evaluation
        if evaluation.split is not Split.TRAIN:
            return
        if role in (Role.INITIAL, Role.BASELINE, Role.BOUND):
            self._yardsticks.append(assessment)
        if role is Role.BASELINE and evaluation.score is not None:
            self.baselines[assessment.label] = evaluation.score
        if role is Role.INITIAL and evaluation.score is not None:
            for progress in self.arms.values():
                progress.begin(evaluation.score)

    @property
    def arm(self) -> ArmProgress:
        """The search that is going on, or the last one that was."""
        return self.arms[Arm.CONTROL if self.phase is Phase.CONTROL else Arm.SEARCH]

    @property
    def proposers(self) -> Shares:
        """What became of the trials of each model, or of the mutator, in the search."""
        return self.arms[Arm.SEARCH].proposers

    @property
    def objective(self) -> Objective | None:
        """What is measured; None before the run begins."""
        return None if self._facts is None else self._facts.objective

    @property
    def reference(self) -> float | None:
        """The train score of the reference baseline; None while it is not known."""
        return None if self._facts is None else self.baselines.get(self._facts.reference)

    @property
    def reference_title(self) -> str:
        """How the reference baseline is printed."""
        return "" if self._facts is None else self._facts.title_of(self._facts.reference)

    @property
    def jumps(self) -> Sequence[Jump]:
        """Gains of the search that a human should look at, the oldest first."""
        return () if self._watch is None else self._watch.jumps

    @property
    def fresh_calls(self) -> int:
        """Calls that were answered in this sitting."""
        if self.spending is None or self.spending_before is None:
            return 0
        return self.spending.calls - self.spending_before.calls

    @property
    def budget(self) -> int | None:
        """Evaluations of the phase that is going on, as far as that is known."""
        evals = None if self.record is None else self.record.config.evals
        if self.phase is Phase.SEARCH and evals:
            return evals
        beyond = self.phase_total is not None and self.phase_done > self.phase_total
        return None if beyond else self.phase_total
