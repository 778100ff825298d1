"""A whole run: baselines, search, control, and an honest end."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from adrs.archive.protocol import Archive
from adrs.core.call import CallOutcome
from adrs.core.evaluation import Evaluation
from adrs.core.events import (
    ArmEnded,
    EventSink,
    Phase,
    PhaseStarted,
    RunEnded,
    RunStarted,
    Warned,
)
from adrs.core.problem import OWN_EVALUATOR, Baseline, Problem
from adrs.core.program import Program
from adrs.core.run import Conclusion, Role, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.seeds import derive_seed
from adrs.core.trial import Arm, Trial
from adrs.engine.ablation import one_change_reverted
from adrs.engine.arm import ArmSetup, Past
from adrs.engine.assessor import Assessor, Entrant
from adrs.engine.budget import Ledger
from adrs.engine.champion import (
    Finalist,
    Reducer,
    Reduction,
    pick,
    ranked,
    reserves,
    top_distinct,
)
from adrs.engine.courses import Course
from adrs.engine.ending import Stopped, StopRequest
from adrs.engine.evaluations import Evaluations
from adrs.engine.loop import ArmLoop
from adrs.engine.proposals import Proposals
from adrs.engine.tuning import Tuner
from adrs.errors import AdrsError, ProblemError
from adrs.evaluation.statistics import advantage_interval
from adrs.search.protocol import Strategy

CHECKPOINT_S = 5.0  # how much wall time a kill may leave uncounted


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What is known before a search begins, for proposers that can read.

    Attributes:
        baselines: the baselines' evaluations on train, by name.
        bounds: the proven best value of every train scenario.
    """

    baselines: Mapping[str, Evaluation]
    bounds: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Searcher:
    """Who searches in an arm.

    Attributes:
        proposals: brings whoever answers asks, for the time of the search.
        strategy: makes a fresh strategy for a budget of evaluations.
        course: makes the order of things, given the number of the first new trial.
        in_place: whether the trials of earlier sittings take the place of new ones; see `Past`.
        tuner: tunes constants when the strategy asks for it; None for nobody.
    """

    proposals: Callable[[Briefing], AbstractContextManager[Proposals]]
    strategy: Callable[[int | None], Strategy]
    course: Callable[[int], Course]
    in_place: bool = True
    tuner: Tuner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Everybody who works on a run.

    Attributes:
        archive: keeps it.
        evaluations: evaluates.
        search: searches.
        control: searches blindly, for comparison; None to leave it out.
        reducer: gives simpler texts of a program.
        sink: is told of everything.
        stop: is asked before every new trial, and before whatever else is evaluated.
        clock: a monotonic clock, in seconds.
    """

    archive: Archive
    evaluations: Evaluations
    search: Searcher
    control: Searcher | None
    reducer: Reducer
    sink: EventSink
    stop: StopRequest
    clock: Callable[[], float]


class ArchiveJournal:
    """Commits an arm's trials, and now and then the wall time spent."""

    def __init__(self, archive: Archive, run: str, ledger: Ledger) -> None:
        self._archive = archive
        self._run = run
        self._ledger = ledger
        self._noted_s = ledger.spent_s

    def commit(self, trial: Trial) -> None:
        """See `Journal.commit`."""
        self._archive.add_trial(self._run, trial)

    def checkpoint(self) -> None:
        """See `Journal.checkpoint`."""
        spent_s = self._ledger.spent_s
        if spent_s - self._noted_s >= CHECKPOINT_S:
            self._archive.set_status(self._run, RunStatus.RUNNING, spent_s=spent_s)
            self._noted_s = spent_s


class Run:
    """One sitting of a run, from its start or from where an earlier sitting ended.

    Everything that was committed is read back and never done again, so a run that was killed at
    any instant and resumed ends with the same result as one that was not.

    Args:
        record: the run, which must be in the archive and not finished.
        problem: what it optimises.
        staff: everybody who works on it.
    """

    def __init__(self, record: RunRecord, problem: Problem, staff: Staff) -> None:
        self._record = record
        self._problem = problem
        self._staff = staff
        self._assessor = Assessor(
            archive=staff.archive,
            run=record.name,
            evaluations=staff.evaluations,
            instrument=record.evaluator,
            sink=staff.sink,
            stop=staff.stop,
        )
        self._ledger = Ledger(
            evals=record.config.evals,
            time_s=record.config.time_s,
            spent_s=record.spent_s,
            clock=staff.clock,
        )

    def execute(self, *, resumed: bool) -> Conclusion | None:
        """Work until the run is concluded; None when the user stopped it first.

        Raises:
            AdrsError: a fault of the host; what was committed can be resumed.
            ProblemError: the initial program or a baseline has no score.
        """
        staff = self._staff
        staff.sink(
            RunStarted(
                record=self._record,
                problem=self._problem,
                isolation=staff.evaluations.level,
                workers=staff.evaluations.workers,
                resumed=resumed,
            )
        )
        self._set_status(RunStatus.RUNNING)
        self._assessor.read_back()
        try:
            conclusion = self._work()
        except Stopped:
            conclusion = None
        except (AdrsError, KeyboardInterrupt):
            self._set_status(RunStatus.INTERRUPTED)
            raise
        if conclusion is None:
            self._set_status(RunStatus.INTERRUPTED)
        else:
            spent_s = self._ledger.spent_s
            staff.archive.conclude(self._record.name, conclusion, spent_s=spent_s)
        record = staff.archive.run(self._record.name)
        staff.sink(RunEnded(record=record, conclusion=conclusion))
        return conclusion

    def _set_status(self, status: RunStatus) -> None:
        name, spent_s = self._record.name, self._ledger.spent_s
        self._staff.archive.set_status(name, status, spent_s=spent_s)

    def _work(self) -> Conclusion | None:
        self._phase(Phase.BASELINES, 1 + len(self._problem.baselines))
        initial = self._assess_humans(Split.TRAIN)
        ended = self._search(Arm.SEARCH, self._staff.search, self._ledger, initial)
        if ended.complete and self._staff.control is not None:
            # Equal work, however long it takes: the control's budget is what the search used.
            same = Ledger(
                evals=self._ledger.reserved, time_s=None, spent_s=0.0, clock=self._staff.clock
            )
            ended = self._search(Arm.CONTROL, self._staff.control, same, initial)
        return self._conclude(initial) if ended.complete else None

    def _assess_humans(self, split: Split) -> Evaluation:
        """Assess the initial program and the baselines; return the initial program's result."""
        problem = self._problem
        entrants = [Entrant(label=b.name, program=b.program) for b in problem.baselines]
        first = Entrant(label="", program=problem.initial)
        initial = self._assessor.assess(Role.INITIAL, [first], split)[0]
        results = self._assessor.assess(Role.BASELINE, entrants, split)
        for name, result in zip(
            ["initial.py", *(f"baselines/{e.label}.py" for e in entrants)],
            [initial, *results],
            strict=True,
        ):
            if not result.ok:
                failed = result.failed_scenario
                scenario = "" if failed is None else f" (scenario {failed})"
                raise ProblemError(
                    f"{problem.location}/{name}: no score on {split.value}: {result.verdict}: "
                    f"{result.detail}{scenario}."
                )
        return initial

    def _phase(self, phase: Phase, total: int | None) -> None:
        self._staff.sink(PhaseStarted(phase=phase, total=total))

    def _search(
        self, arm: Arm, searcher: Searcher, ledger: Ledger, initial: Evaluation
    ) -> ArmEnded:
        record, staff = self._record, self._staff
        self._phase(Phase.SEARCH if arm is Arm.SEARCH else Phase.CONTROL, ledger.evals)
        past = self._past(arm, searcher)
        with searcher.proposals(self._briefing()) as proposals:
            setup = self._arm_setup(arm, searcher, ledger, initial, proposals, past)
            loop = ArmLoop(
                setup,
                evaluations=staff.evaluations,
                ledger=ledger,
                journal=ArchiveJournal(staff.archive, record.name, self._ledger),
                sink=staff.sink,
                stop=staff.stop,
                past=past,
            )
            return loop.run()

    def _briefing(self) -> Briefing:
        baselines = {b.name: self._assess_baseline(b, Split.TRAIN) for b in self._problem.baselines}
        return Briefing(baselines=baselines, bounds=self._assessor.bounds(Split.TRAIN))

    def _assess_baseline(self, baseline: Baseline, split: Split) -> Evaluation:
        entrant = Entrant(label=baseline.name, program=baseline.program)
        return self._assessor.assess(Role.BASELINE, [entrant], split)[0]

    def _arm_setup(
        self,
        arm: Arm,
        searcher: Searcher,
        ledger: Ledger,
        initial: Evaluation,
        proposals: Proposals,
        past: Past,
    ) -> ArmSetup:
        return ArmSetup(
            arm=arm,
            seed=self._record.config.seed,
            objective=self._problem.objective,
            initial=self._problem.initial,
            initial_evaluation=initial,
            strategy=searcher.strategy(ledger.evals),
            proposals=proposals,
            course=searcher.course(1 + past.last),
            tuner=searcher.tuner,
        )

    def _past(self, arm: Arm, searcher: Searcher) -> Past:
        trials = tuple(self._staff.archive.trials(self._record.name, arm))
        told = {trial.number for trial in trials}
        unfinished = {
            call.site.trial: call.site.asked_after
            for call in self._staff.archive.calls(self._record.name)
            if call.site.arm is arm and call.site.trial not in told
            if call.outcome is CallOutcome.OK
        }
        return Past(trials=trials, in_place=searcher.in_place, unfinished=unfinished)

    def _conclude(self, initial: Evaluation) -> Conclusion:
        objective = self._problem.objective
        fields = [self._ranked(arm, initial) for arm in (Arm.SEARCH, Arm.CONTROL)]
        tops = [top_distinct(field, objective) for field in fields]
        stressed = sum(map(bool, tops))  # at the least: the first that is valid there
        entrants = 1 + len(self._problem.baselines) + sum(map(len, tops))
        self._phase(Phase.VALIDATION, entrants + stressed)
        initial_validation = self._assess_humans(Split.VALIDATION)
        found = self._pick(fields[0], tops[0], Role.CANDIDATE)
        control = self._pick(fields[1], tops[1], Role.CONTROL_CANDIDATE)
        if found is not None:
            self._phase(Phase.REDUCTION, None)
            found = Reduction(self._assessor, objective, self._staff.reducer).shorten(found)
        self._hold_out(found, control)
        conclusion = self._decide(found, control, initial_validation)
        if conclusion.improved:
            self._ablate(conclusion.champion)
        return conclusion

    def _ablate(self, champion: Program) -> None:
        """Assess the champion without each of its changes: a report tells what they are worth."""
        texts = one_change_reverted(self._problem.initial.source, champion.source)
        self._phase(Phase.ABLATION, len(texts))
        entrants = [
            Entrant(label=str(number), program=Program.of(text))
            for number, text in enumerate(texts, start=1)
        ]
        self._assessor.assess(Role.ABLATION, entrants, Split.VALIDATION)

    def _ranked(self, arm: Arm, initial: Evaluation) -> list[Trial]:
        trials = self._staff.archive.trials(self._record.name, arm)
        return ranked(trials, self._problem.objective, baseline=initial)

    def _pick(self, field: Sequence[Trial], top: Sequence[Trial], role: Role) -> Finalist | None:
        """Return the finalist of an arm, of the reserves where no top program will do."""
        objective = self._problem.objective
        found = pick(top, self._assessor, objective, role=role)
        if found is not None or len(top) == len(field):
            return found
        self._phase(Phase.VALIDATION, None)
        tried = {trial.program.id for trial in top if trial.program is not None}
        more = reserves(field, self._assessor, objective, tried=tried)
        return pick(more, self._assessor, objective, role=role)

    def _hold_out(self, found: Finalist | None, control: Finalist | None) -> None:
        """Touch the held-out splits, once, for everybody alike; not where candidates could."""
        best = self._problem.initial if found is None else found.program
        picks = [(Role.CHAMPION, best)]
        if control is not None:
            picks.append((Role.CONTROL, control.program))
        refusal = self._staff.evaluations.level.heldout_refusal
        held_out = [] if refusal else [split for split in Split if split.held_out]
        splits = (Split.TRAIN, Split.VALIDATION, *held_out)
        if refusal:
            self._staff.sink(Warned(message=refusal))
        else:
            humans = len(held_out) * (1 + len(self._problem.baselines))
            self._phase(Phase.HELDOUT, humans + len(splits) * len(picks))
        for split in held_out:
            self._assess_humans(split)
        for split in splits:
            for role, program in picks:
                self._assessor.assess(role, [Entrant(label="", program=program)], split)

    def _decide(
        self, found: Finalist | None, control: Finalist | None, initial: Evaluation
    ) -> Conclusion:
        conclusion = Conclusion(
            champion=self._problem.initial,
            champion_trial=None,
            best=self._problem.initial if found is None else found.program,
            control=None if control is None else control.program,
            improved=False,
            reason="no program was found that is valid everywhere and acts unlike the initial one",
        )
        if found is None:
            return conclusion
        doubts = self._doubts(found.validation, initial)
        if doubts:
            return replace(conclusion, reason=doubts[0])
        better = "better on validation than the initial program and every human baseline"
        refusal = self._staff.evaluations.level.heldout_refusal
        if refusal:
            return replace(conclusion, reason=f"{better}, but {refusal}")
        return replace(
            conclusion,
            champion=found.program,
            champion_trial=found.trial,
            improved=True,
            reason=better,
        )

    def _doubts(self, best: Evaluation, initial: Evaluation) -> list[str]:
        """Name every program that `best` does not beat on validation beyond the interval."""
        rivals = [("the initial program", initial)]
        for baseline in self._problem.baselines:
            result = self._assess_baseline(baseline, Split.VALIDATION)
            rivals.append((baseline.title, result))
        objective = self._problem.objective
        doubts = []
        for title, rival in rivals:
            seed = derive_seed(self._record.config.seed, "significance", title)
            gain = advantage_interval(best.values, rival.values, objective=objective, seed=seed)
            if not gain.lies_above(0.0):
                relation = "worse than" if gain.lies_below(0.0) else "within noise of"
                doubts.append(f"{relation} {title} on validation")
        return doubts


def changed_parts(record: RunRecord, problem: Problem, evaluator: str) -> Sequence[str]:
    """Name what is no longer as it was when a run began; empty when all is the same.

    Not named is the file of an evaluator in the problem's folder, see `changed_evaluator`.
    """
    changed = [name for name in _changed(record, problem) if not name.startswith(OWN_EVALUATOR)]
    if record.evaluator != evaluator:
        changed.append(f"evaluator ({record.evaluator} → {evaluator})")
    return changed


def changed_evaluator(record: RunRecord, problem: Problem) -> str | None:
    """Return the file of an evaluator in the problem's folder that is not as it was.

    That alone is no reason to give up what was paid for: a fault of it may have been mended. Its
    version tells whether scores are still the same.
    """
    before = [name for name in record.problem_parts if name.startswith(OWN_EVALUATOR)]
    changed = [name for name in _changed(record, problem) if name.startswith(OWN_EVALUATOR)]
    return changed[0].removeprefix(OWN_EVALUATOR) if before and changed else None


def _changed(record: RunRecord, problem: Problem) -> Sequence[str]:
    before, now = record.problem_parts, problem.parts
    return [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
