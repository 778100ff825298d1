"""A whole run: baselines, search, control, and an honest end."""

from adrs.core.call import CallOutcome
from adrs.core.evaluation import Evaluation
from adrs.core.events import ArmEnded, Phase, RunEnded, RunStarted
from adrs.core.problem import Problem
from adrs.core.run import Conclusion, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.engine.arm import ArmSetup, Past
from adrs.engine.assessor import Assessor
from adrs.engine.budget import Ledger
from adrs.engine.concluding import Concluder
from adrs.engine.ending import Stopped
from adrs.engine.humans import Humans
from adrs.engine.journal import ArchiveJournal
from adrs.engine.loop import ArmLoop
from adrs.engine.proposals import Proposals
from adrs.engine.staff import Briefing, Searcher, Staff
from adrs.errors import AdrsError


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
        self._humans = Humans(problem, self._assessor)
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
        self._staff.begin(Phase.BASELINES, self._humans.count)
        initial = self._humans.assess(Split.TRAIN)
        ended = self._search(Arm.SEARCH, self._staff.search, self._ledger, initial)
        if ended.complete and self._staff.control is not None:
            # Equal work, however long it takes: the control's budget is what the search used.
            same = Ledger(
                evals=self._ledger.reserved, time_s=None, spent_s=0.0, clock=self._staff.clock
            )
            ended = self._search(Arm.CONTROL, self._staff.control, same, initial)
        return self._conclude(initial) if ended.complete else None

    def _conclude(self, initial: Evaluation) -> Conclusion:
        concluder = Concluder(
            self._record,
            self._problem,
            self._staff,
            assessor=self._assessor,
            humans=self._humans,
        )
        return concluder.conclude(initial)

    def _search(
        self, arm: Arm, searcher: Searcher, ledger: Ledger, initial: Evaluation
    ) -> ArmEnded:
        record, staff = self._record, self._staff
        self._staff.begin(Phase.SEARCH if arm is Arm.SEARCH else Phase.CONTROL, ledger.evals)
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
        baselines = {b.name: e for b, e in self._humans.baselines(Split.TRAIN)}
        return Briefing(baselines=baselines, bounds=self._assessor.bounds(Split.TRAIN))

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
