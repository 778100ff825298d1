"""The loop of one arm: ask → propose → evaluate → tell, every trial committed as it is told.

What may be asked, taken in and told next is the course's word (see `courses`); the loop keeps count
and does it. In an ordered course, and in a recorded one, a resumed run goes through the same steps,
with recorded trials taking the place of new ones, so it continues as if it had never stopped. In an
arrival course the recorded trials are told again first, in their order; a trial that was asked but
never told, and whose answer is on record, is asked again at the place where it was asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from adrs.core.evaluation import Evaluation
from adrs.core.events import ArmEnded, EventSink, TrialTold, Warned
from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.seeds import derive_seed
from adrs.core.trial import Arm, Ask, Assignment, Proposal, Trial
from adrs.engine.budget import Ledger
from adrs.engine.courses import Course, Progress
from adrs.engine.ending import Ending, StopRequest
from adrs.engine.evaluations import Evaluations
from adrs.engine.news import News
from adrs.engine.notebook import Notebook
from adrs.engine.proposals import Proposals
from adrs.engine.reservations import Reservations
from adrs.engine.standing import Standing
from adrs.engine.tuning import Tuner
from adrs.engine.workbench import Workbench
from adrs.errors import AdrsError, ArchiveError
from adrs.proposers.protocol import BudgetSpent
from adrs.search.operators import TUNE
from adrs.search.protocol import Strategy

PENDING = Proposal(proposer="", source=None)
NO_ROOM = Proposal(proposer="", source=None, rejection="the budget leaves no room for a tuning")


class Journal(Protocol):
    """Where the loop commits what it did."""

    def commit(self, trial: Trial) -> None:
        """Write one trial durably."""

    def checkpoint(self) -> None:
        """Note the wall time spent, if it is worth noting; called after every trial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSetup:
    """Who searches in an arm, and from where.

    Attributes:
        arm: the arm.
        seed: the run's seed.
        objective: which way is better.
        initial: the program the search starts from.
        initial_evaluation: its evaluation on train.
        strategy: chooses; fresh, nothing told.
        proposals: proposes.
        course: in which order.
        tuner: tunes constants when the strategy asks for it; None for nobody.
    """

    arm: Arm
    seed: int
    objective: Objective
    initial: Program
    initial_evaluation: Evaluation
    strategy: Strategy
    proposals: Proposals
    course: Course
    tuner: Tuner | None = None

    @property
    def trial_zero(self) -> Trial:
        """The initial program as the trial that is told first, and never stored."""
        return Trial(
            arm=self.arm,
            number=0,
            operator="initial",
            parent_ids=(),
            proposal=Proposal(proposer="problem", source=self.initial.source),
            program=self.initial,
            evaluation=self.initial_evaluation,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What earlier sittings of the arm left.

    Attributes:
        trials: the committed trials, in the order in which they were told.
        in_place: whether they take the place of new ones as they come up (ordered and recorded
            courses), or are told again before anything else.
        unfinished: trials that were asked and answered but never told, with how many had been told
            when each was asked.
    """

    trials: Sequence[Trial] = ()
    in_place: bool = True
    unfinished: Mapping[int, int] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The highest number of a trial that was ever asked and answered; 0 for none."""
        return max([0, *(t.number for t in self.trials), *self.unfinished])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A trial on its way: what was asked, when, and with which seed."""

    ask: Ask
    asked_after: int
    seed: int


class ArmLoop:
    """Runs one arm to the end of its budget; see the module's docstring.

    Args:
        setup: who searches, and from where.
        evaluations: who evaluates; nothing else may use it while the loop runs.
        ledger: the arm's budget.
        journal: where trials are committed.
        sink: who is told.
        stop: asked before every new trial.
        past: what earlier sittings left.
    """

    def __init__(
        self,
        setup: ArmSetup,
        *,
        evaluations: Evaluations,
        ledger: Ledger,
        journal: Journal,
        sink: EventSink,
        stop: StopRequest,
        past: Past,
    ) -> None:
        self._setup = setup
        self._workbench = Workbench(evaluations, setup.tuner, setup.objective)
        self._ledger = ledger
        self._reservations = Reservations(ledger)
        self._journal = journal
        self._sink = sink
        self._past = past
        self._in_place = {t.number: t for t in past.trials} if past.in_place else {}
        self._replayed = {t.number for t in past.trials}
        self._notebook = Notebook(setup.objective)
        self._progress = Progress()
        self._asked: dict[int, _Asked] = {}
        self._waiting: dict[int, Proposal | Trial] = {}
        self._finished: dict[int, Trial] = {}
        self._standing = Standing(setup.objective, setup.initial, setup.initial_evaluation)
        self._news = News(setup.proposals, sink)
        self._ending = Ending(setup.arm, ledger=ledger, standing=self._standing, stop=stop)

    def run(self) -> ArmEnded:
        """Search until the budget, the ideas or the user's patience end.

        Raises:
            AdrsError: a fault ended it; what was being answered has been waited for, so that it is
                kept. Where no model answers, what was under way has been finished and committed.
            ArchiveError: nothing can be kept any more; nothing is waited for.
        """
        try:
            self._search()
        except ArchiveError:
            raise
        except AdrsError as fault:
            self._finish_answers(fault)
            raise
        ended = self._ending.outcome()
        self._sink(ended)
        return ended

    def _search(self) -> None:
        """Do all that there is to do."""
        self._news.tell()
        zero = self._setup.trial_zero
        self._setup.strategy.tell(zero)
        self._notebook.tell(zero)
        if not self._past.in_place:
            self._retell()
        self._ask_on()
        if self._progress.proposing:  # the first answers take their time
            self._workbench.warm_up()
        while self._progress.proposing or self._workbench.busy or self._finished:
            if not self._advance():
                break
            self._tell_finished()
            self._ask_on()
            self._news.tell()
        self._news.tell()

    def _finish_answers(self, fault: AdrsError) -> None:
        """Wait for what is being answered; it is read when the run is resumed."""
        if self._progress.proposing:
            why = str(fault).rstrip(".")
            self._sink(Warned(message=f"{why}. What is being answered is waited for, and kept."))
            self._setup.proposals.finish()
            self._news.tell()

    def _retell(self) -> None:
        """Tell the trials of earlier sittings; ask again, in its place, what was left open."""
        for trial in self._past.trials:
            self._ask_unfinished()
            self._progress.arrived = max(self._progress.arrived, trial.arrival)
            self._ledger.reserve_evaluations(trial.evaluations)
            self._tell(trial)
        self._ask_unfinished()

    def _ask_unfinished(self) -> None:
        for number, asked_after in sorted(self._past.unfinished.items()):
            if asked_after == self._progress.told:
                ask = self._setup.strategy.ask(number)
                if self._reservations.take(number, ask.operator):
                    self._submit_again(number, ask)

    def _submit_again(self, number: int, ask: Ask) -> None:
        """Submit a trial whose answer is on record, unless that is of no use any more."""
        try:
            self._submit(number, ask)
        except BudgetSpent:
            # It would be asked for in other words now, and nothing is left to pay for that.
            self._reservations.drop(number)

    def _ask_on(self) -> None:
        """Ask as many trials as the course and the budget allow."""
        while not self._ending.reached:
            self._progress.finished = len(self._finished)
            number = self._setup.course.next_ask(self._progress)
            if number is None:
                if self._asked or self._workbench.busy or self._finished:
                    return
                if not self._forgiven():
                    self._end_of_course()
                    return
                continue
            recorded = self._in_place.get(number)
            if not (self._ask(number) if recorded is None else self._take_recorded(recorded)):
                return

    def _forgiven(self) -> bool:
        """Forget fruitless answers to earlier sittings; False when there are none of these alone.

        Whoever resumes a run may have mended what was wrong.
        """
        if not self._progress.fruitless or self._progress.told > len(self._replayed):
            return False
        self._standing.forgive()
        self._progress.fruitless = 0
        return True

    def _end_of_course(self) -> None:
        """Nothing is under way, and nothing may be asked any more."""
        if self._setup.course.finite:
            self._ending.end("the recorded trials are used up", complete=True)
        else:
            self._ending.fail_fruitless()

    def _ask(self, number: int) -> bool:
        """Ask trial `number`; False when it must not or cannot be asked now."""
        if self._ending.due():
            return False
        ask = self._setup.strategy.ask(number)
        if not self._has_room(number, ask.operator):
            return False
        try:
            self._submit(number, ask)
        except BudgetSpent as exc:
            self._reservations.drop(number)
            # What is on its way may take less than it reserved.
            if not self._asked:
                self._ending.end(str(exc), complete=True)
            return False
        self._progress.asked += 1
        self._take_proposals()
        return True

    def _has_room(self, number: int, operator: str) -> bool:
        """Set aside what a trial may need; without room now or later, the search ends."""
        room = self._reservations.take(number, operator)
        if not room and not self._reservations.open:
            self._ending.end("the budget of evaluations is used up", complete=True)
        return room

    def _submit(self, number: int, ask: Ask) -> None:
        setup, told = self._setup, self._progress.told
        seed = derive_seed(setup.seed, setup.arm.value, "proposal", number)
        if ask.operator == TUNE:
            # Nobody is asked: what is tried is found out while it is evaluated.
            self._waiting[number] = PENDING
        else:
            assignment = Assignment(
                ask=self._notebook.annotated(ask),
                arm=setup.arm,
                number=number,
                asked_after=told,
                seed=seed,
            )
            setup.proposals.submit(assignment)
            self._progress.proposing += 1
        self._asked[number] = _Asked(ask=ask, asked_after=told, seed=seed)

    def _advance(self) -> bool:
        """Take in what has come, or wait until something does; False when nothing can come."""
        if self._take_proposals() or self._next_finished() is not None:
            return True
        if not (self._progress.proposing or self._workbench.busy):
            return False
        trial = self._workbench.collect(self._setup.proposals.wake)
        if trial is None:
            self._take_proposals()
        else:
            self._finish(trial)
        return True

    def _take_proposals(self) -> bool:
        """Take in the proposals that have come, as far as the course lets; tell whether any."""
        while (answer := self._setup.proposals.take()) is not None:
            number, proposal = answer
            self._progress.proposing -= 1
            if isinstance(proposal, AdrsError):
                self._fail(number, proposal)
            else:
                self._waiting[number] = proposal
        taken = False
        while (
            at := self._setup.course.next_arrival(tuple(self._waiting), self._progress)
        ) is not None:
            self._arrive(at, self._waiting.pop(at))
            taken = True
        return taken

    def _fail(self, number: int, fault: AdrsError) -> None:
        """Ask no more; what is under way is finished, unless it could not even be kept."""
        if isinstance(fault, ArchiveError):
            raise fault
        del self._asked[number]
        self._reservations.drop(number)
        self._ending.fail(fault)

    def _arrive(self, number: int, answer: Proposal | Trial) -> None:
        """Take in what came of a trial, now or in an earlier sitting."""
        self._progress.arrived += 1
        if isinstance(answer, Proposal):
            self._bring(number, answer)
            return
        if answer.operator != TUNE:
            self._standing.note(answer)
        self._finished[number] = answer

    def _bring(self, number: int, proposal: Proposal) -> None:
        """Make a trial of a proposal and bring it on its way to its evaluation."""
        asked = self._asked.pop(number)
        program = None if proposal.source is None else Program.of(proposal.source)
        repeated = program is not None and self._standing.tried(program)
        trial = Trial(
            arm=self._setup.arm,
            number=number,
            operator=asked.ask.operator,
            parent_ids=(asked.ask.parent.id, *(p.id for p in asked.ask.inspirations)),
            proposal=proposal,
            program=program,
            duplicate_of=program.id if program is not None and repeated else None,
            asked_after=asked.asked_after,
            arrival=self._progress.arrived,
        )
        self._standing.note(trial)
        if asked.ask.operator == TUNE:
            self._tune(trial, asked)
        elif program is None or repeated:
            self._finished[number] = trial
        else:
            self._progress.evaluating += 1
            self._workbench.evaluate(trial, program, asked.ask.rival)

    def _tune(self, trial: Trial, asked: _Asked) -> None:
        self._progress.evaluating += 1
        if not self._reservations.fits_tuning(trial.number):
            self._finish(replace(trial, proposal=NO_ROOM))
            return
        parent = asked.ask.parent
        evaluation = self._notebook.evaluation(parent)
        done = self._workbench.tune(trial, parent, evaluation, seed=asked.seed)
        if done is not None:
            self._finish(done)

    def _take_recorded(self, trial: Trial) -> bool:
        """Put a recorded trial in its place; False while it would not have been asked yet."""
        # What kept it waiting then, another operator that found no room, is not on record.
        if self._progress.told < trial.asked_after:
            return False
        if not self._has_room(trial.number, trial.operator):
            return False
        del self._in_place[trial.number]
        self._progress.asked += 1
        self._waiting[trial.number] = trial
        self._take_proposals()
        return True

    def _finish(self, trial: Trial) -> None:
        self._progress.evaluating -= 1
        self._finished[trial.number] = trial

    def _next_finished(self) -> int | None:
        return self._setup.course.next_told(tuple(self._finished), self._progress)

    def _tell_finished(self) -> None:
        while (number := self._next_finished()) is not None:
            trial = self._finished.pop(number)
            self._reservations.settle(trial)
            self._tell(trial)
            self._ask_on()

    def _tell(self, trial: Trial) -> None:
        replayed = trial.number in self._replayed
        if not replayed:
            self._journal.commit(trial)
        self._setup.strategy.tell(trial)
        self._notebook.tell(trial)
        self._progress.told += 1
        improved = self._standing.tell(trial)
        self._progress.fruitless = self._standing.fruitless
        self._sink(
            TrialTold(
                trial=trial,
                improved=improved,
                best_score=self._standing.best_score,
                niches=self._setup.strategy.niches,
                replayed=replayed,
            )
        )
        self._journal.checkpoint()
