"""Reads a run from its archive once and keeps what a summary needs of it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adrs.archive.protocol import Archive
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Objective
from adrs.core.run import Assessment, Conclusion, Role, RunRecord
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Trial
from adrs.report.format import clean, model_name
from adrs.report.problemfacts import ProblemFacts
from adrs.report.run.ablations import ablated
from adrs.report.run.curve import BestSoFar, CurvePoint
from adrs.report.run.integrity import Jump
from adrs.report.run.jumps import JumpWatch, champion_jump, ground_of
from adrs.report.run.model import AblatedChange, Attempts, Failure, Gain, VerdictCount
from adrs.report.run.races import VALID, RaceTally
from adrs.report.run.spend import CallCount
from adrs.report.run.steps import Step

LONGEST_REASON = 160
_NUMBERS = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What two evaluations of one program on one split must have in common."""

    verdict: Verdict
    score: float | None
    fingerprint: str

    def agrees(self, other: "Signature", objective: Objective) -> bool:
        """Tell whether both can be of one program; measured scores may be a step apart."""
        if (self.verdict, self.fingerprint) != (other.verdict, other.fingerprint):
            return False
        if self.score is None or other.score is None:
            return self.score is other.score
        return objective.agree(self.score, other.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An evaluation, and the trial it belongs to; None for one outside of the searches."""

    evaluation: Evaluation
    trial: Trial | None


class Instruments:
    """Counts what scored the programs, under which isolation, and whether repeats agree.

    Args:
        objective: what was scored.
    """

    def __init__(self, objective: Objective) -> None:
        self._objective = objective
        self.isolation: set[str] = set()
        self.evaluators: set[str] = set()
        self.verdicts: Counter[Verdict] = Counter()
        self.evaluations = 0
        self.repeats = 0
        self.repeats_identical = 0
        self.evaluated_twice = 0
        self.first_impossible: Sighting | None = None
        self.cpu_s = 0.0
        self._seen: dict[tuple[str, Split], Signature] = {}

    def add(self, evaluation: Evaluation, trial: Trial | None = None) -> None:
        """Take in one evaluation of a program, with its trial where it has one."""
        self.isolation.add(evaluation.isolation.name)
        self.evaluators.add(evaluation.evaluator)
        self.verdicts[evaluation.verdict] += 1
        self.evaluations += 1
        self.cpu_s += evaluation.cpu_s
        differed = evaluation.verdict is Verdict.NONDETERMINISTIC
        self.evaluated_twice += evaluation.repeated or differed
        if evaluation.verdict is Verdict.IMPOSSIBLE and self.first_impossible is None:
            self.first_impossible = Sighting(evaluation=evaluation, trial=trial)
        if evaluation.verdict is Verdict.BEHIND:
            return  # a program that was stopped in one race may be played whole another time
        signature = Signature(
            verdict=evaluation.verdict, score=evaluation.score, fingerprint=evaluation.fingerprint
        )
        first = self._seen.setdefault((evaluation.program_id, evaluation.split), signature)
        if first is not signature:
            self.repeats += 1
            self.repeats_identical += first.agrees(signature, self._objective)


class GainShares:
    """Sums gains by kind of change."""

    def __init__(self) -> None:
        self._gain: dict[str, float] = {}
        self._count: Counter[str] = Counter()

    def add(self, names: Sequence[str], gain: float) -> None:
        """Take in one improving trial; its gain is split evenly over `names`."""
        for name in names:
            self._gain[name] = self._gain.get(name, 0.0) + gain / len(names)
        self._count.update(set(names))

    def shares(self) -> tuple[Gain, ...]:
        """Return every kind with its share, the largest first."""
        total = sum(self._gain.values())
        if total <= 0:
            return ()
        gains = (
            Gain(name=name, improvements=self._count[name], share=gain / total)
            for name, gain in self._gain.items()
        )
        return tuple(sorted(gains, key=lambda gain: (-gain.share, gain.name)))


class ArmTally:
    """What became of one arm's trials, told in order, from the initial program's evaluation on."""

    def __init__(self, arm: Arm, objective: Objective, initial: Evaluation | None) -> None:
        self.arm = arm
        self.trials = 0
        self.evaluations = 0
        self.steps: list[Step] = []
        self.rejected: list[int] = []
        self.best: Trial | None = None
        self.best_score: float | None = None
        self.proposers = GainShares()
        self.operators = GainShares()
        self.changes = GainShares()
        self._objective = objective
        self._verdicts: Counter[Verdict] = Counter()
        self._duplicates = 0
        self._curve = BestSoFar()
        self._failures: Counter[tuple[Verdict, str]] = Counter()
        self._reasons: dict[tuple[Verdict, str], str] = {}
        self._races = RaceTally(objective, initial)
        if initial is not None and initial.score is not None:
            self._reach(initial.score)

    def add(self, trial: Trial) -> None:
        """Take in one trial; number 0 is the initial program and counts as no attempt."""
        if trial.number > 0:
            self._count(trial)
            self._races.add(trial)
        if trial.score is not None and self._beats(trial.score):
            if trial.number > 0:
                self._improve(trial, trial.score)
            self._reach(trial.score)
        elif self.best_score is not None and trial.evaluation is not None:
            self._curve.add(self.evaluations, self.best_score)

    def _reach(self, score: float) -> None:
        self.best_score = score
        self._curve.add(self.evaluations, score)

    def _beats(self, score: float) -> bool:
        return self.best_score is None or self._objective.better(score, self.best_score)

    def _count(self, trial: Trial) -> None:
        self.trials += 1
        self.evaluations += trial.evaluations
        if trial.program is None:
            self.rejected.append(trial.number)
        verdict = trial.verdict
        if verdict is None:
            self._duplicates += 1
            return
        self._verdicts[verdict] += 1
        if verdict not in VALID:
            reason = _reason(trial)
            key = (verdict, _NUMBERS.sub("#", reason))
            self._failures[key] += 1
            self._reasons.setdefault(key, reason)

    def _improve(self, trial: Trial, score: float) -> None:
        self.best = trial
        self.steps.append(_step(trial, score, self.best_score))
        if self.best_score is None:
            return
        gain = abs(score - self.best_score)
        self.proposers.add((model_name(trial.proposal.proposer),), gain)
        self.operators.add((trial.operator,), gain)
        self.changes.add(trial.proposal.operators or (trial.operator,), gain)

    @property
    def improvements(self) -> int:
        """Trials that beat everything before them."""
        return sum(step.previous is not None for step in self.steps)

    @property
    def points(self) -> tuple[CurvePoint, ...]:
        """The best score so far after each evaluation, thinned."""
        return self._curve.points

    @property
    def valid(self) -> int:
        """Trials whose program broke no rule, as far as it was played."""
        return sum(self._verdicts[verdict] for verdict in VALID)

    def attempts(self) -> Attempts:
        """Return the trials by verdict, in the order in which verdicts are declared."""
        counts = (VerdictCount(verdict=v, count=self._verdicts[v]) for v in Verdict)
        return Attempts(
            arm=self.arm,
            trials=self.trials,
            evaluations=self.evaluations,
            verdicts=tuple(count for count in counts if count.count),
            duplicates=self._duplicates,
            races=self._races.races(),
        )

    def failures(self) -> tuple[Failure, ...]:
        """Return why trials failed, the most frequent first; equal but for numbers is equal."""
        found = (
            Failure(verdict=key[0], reason=self._reasons[key], count=count)
            for key, count in self._failures.items()
        )
        return tuple(sorted(found, key=lambda f: (-f.count, f.verdict, f.reason)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselined:
    """A baseline that was assessed."""

    name: str
    program_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A run as its archive holds it, boiled down.

    Attributes:
        record: the run.
        facts: the problem.
        conclusion: what the run decided; None while it is not finished.
        initial_id: the initial program's id; None when it was never evaluated.
        baselines: baselines that were assessed, in the problem's order.
        arms: the search first, then the control where there is one.
        origin: the trial that the champion came from; None for the initial program.
        bounds: the proven best values; as for `evaluations`.
        instruments: what scored the programs.
        calls: the model calls.
        jumps: sudden gains: the search's on train in the order of its trials, the champion's.
        ablation: the champion without each of its changes.
        evaluations: evaluations of the programs that the report shows; those on held-out
            workloads once the run is finished, as nobody is to see them before.
    """

    record: RunRecord
    facts: ProblemFacts
    conclusion: Conclusion | None
    initial_id: str | None
    baselines: tuple[Baselined, ...]
    arms: tuple[ArmTally, ...]
    origin: Trial | None
    bounds: tuple[Evaluation, ...]
    instruments: Instruments
    calls: CallCount
    jumps: tuple[Jump, ...]
    ablation: tuple[AblatedChange, ...]
    evaluations: tuple[Evaluation, ...]

    @property
    def search(self) -> ArmTally:
        """The search's trials."""
        return self.arms[0]

    @property
    def control(self) -> ArmTally | None:
        """The control's trials; None without a control."""
        return self.arms[1] if len(self.arms) > 1 else None

    def evaluation(self, program_id: str | None, split: Split) -> Evaluation | None:
        """Return a program's evaluation on a split; None where it has none."""
        return next(
            (e for e in self.evaluations if e.program_id == program_id and e.split is split), None
        )

    def bound(self, split: Split) -> Evaluation | None:
        """Return the proven best values of a split; None where they were not worked out."""
        return next((bound for bound in self.bounds if bound.split is split), None)

    @property
    def heldout_refusal(self) -> str:
        """Why held-out workloads were not scored in the end; empty where they were, or may be."""
        conclusion, levels = self.conclusion, self.instruments.isolation
        if conclusion is None or self.evaluation(conclusion.best.id, Split.HELDOUT) is not None:
            return ""
        weakest = min((IsolationLevel[name] for name in levels), default=IsolationLevel.L3)
        return weakest.heldout_refusal

    @property
    def reference_id(self) -> str | None:
        """Id of the reference baseline's program; None where it was not assessed."""
        return next((b.program_id for b in self.baselines if b.name == self.facts.reference), None)


def gather(archive: Archive, record: RunRecord, facts: ProblemFacts) -> Evidence:
    """Read a run's trials, calls, assessments and conclusion.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    assessments = archive.assessments(record.name)
    conclusion = archive.conclusion(record.name)
    initial = _initial(assessments)
    ground = ground_of(assessments, facts, Split.TRAIN)
    watch = JumpWatch(ground, initial)
    reader = _Reader(facts.objective, conclusion, watch, initial=initial)
    arms = [reader.tally(arm, archive.trials(record.name, arm)) for arm in Arm]
    assessed = [a.evaluation for a in assessments if a.role is not Role.BOUND]
    # One evaluation serves every role of its program on a split, so it counts once.
    once = {(e.program_id, e.split): e for e in assessed}
    for evaluation in once.values():
        reader.instruments.add(evaluation)
    last = champion_jump(assessments, facts, conclusion)
    shown = [a for a in assessments if conclusion is not None or not a.evaluation.split.held_out]
    return Evidence(
        record=record,
        facts=facts,
        conclusion=conclusion,
        initial_id=None if initial is None else initial.program_id,
        baselines=_baselines(assessments, facts),
        origin=reader.origin,
        arms=tuple(arm for arm in arms if arm.arm is Arm.SEARCH or arm.trials),
        bounds=tuple(a.evaluation for a in shown if a.role is Role.BOUND),
        instruments=reader.instruments,
        calls=CallCount(archive.calls(record.name)),
        jumps=(*watch.jumps, *([] if last is None else [last])),
        ablation=ablated(assessments, conclusion, facts.objective),
        evaluations=(*(a.evaluation for a in shown if a.role is not Role.BOUND), *reader.shown),
    )


class _Reader:
    """Goes through the trials, keeping the evaluations that a report shows."""

    def __init__(
        self,
        objective: Objective,
        conclusion: Conclusion | None,
        watch: JumpWatch,
        *,
        initial: Evaluation | None,
    ) -> None:
        self.instruments = Instruments(objective)
        self.origin: Trial | None = None
        self.shown: list[Evaluation] = []
        self._objective = objective
        self._watch = watch
        self._initial = initial
        self._wanted = _programs_of(conclusion)
        self._champion_trial = None if conclusion is None else conclusion.champion_trial

    def tally(self, arm: Arm, trials: Iterable[Trial]) -> ArmTally:
        tally = ArmTally(arm, self._objective, self._initial)
        for trial in trials:
            tally.add(trial)
            if arm is Arm.SEARCH:
                self._watch.add(trial)
            if arm is Arm.SEARCH and trial.number == self._champion_trial:
                self.origin = trial
            self.instruments.evaluations += trial.tried  # a tuner's: counted, not kept
            if trial.evaluation is not None:
                self.instruments.add(trial.evaluation, trial)
                if trial.evaluation.program_id in self._wanted:
                    self.shown.append(trial.evaluation)
        if tally.best is not None and tally.best.evaluation is not None:
            self.shown.append(tally.best.evaluation)
        return tally


def _programs_of(conclusion: Conclusion | None) -> frozenset[str]:
    if conclusion is None:
        return frozenset()
    programs = (conclusion.champion, conclusion.best, conclusion.control)
    return frozenset(program.id for program in programs if program is not None)


def _initial(assessments: Sequence[Assessment]) -> Evaluation | None:
    """Return the initial program's evaluation on train, or on another split without that."""
    found = [a.evaluation for a in assessments if a.role is Role.INITIAL]
    on_train = (evaluation for evaluation in found if evaluation.split is Split.TRAIN)
    return next(on_train, found[0] if found else None)


def _baselines(assessments: Sequence[Assessment], facts: ProblemFacts) -> tuple[Baselined, ...]:
    ids = {a.label: a.evaluation.program_id for a in assessments if a.role is Role.BASELINE}
    order = [b.name for b in facts.baselines]
    names = [name for name in order if name in ids] + [name for name in ids if name not in order]
    return tuple(Baselined(name=name, program_id=ids[name]) for name in names)


def _step(trial: Trial, score: float, previous: float | None) -> Step:
    return Step(
        trial=trial.number,
        operator=clean(trial.operator),
        proposer=trial.proposal.proposer,
        idea=clean(trial.proposal.idea),
        score=score,
        previous=previous,
        change=(score - previous) / abs(previous) if previous else None,
    )


def _reason(trial: Trial) -> str:
    if trial.evaluation is None:
        return clean(trial.proposal.rejection or "no program", limit=LONGEST_REASON)
    lines = [line for line in trial.evaluation.detail.splitlines() if line.strip()]
    return clean(lines[0] if lines else "no reason given", limit=LONGEST_REASON)
