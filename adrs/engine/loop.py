"""The loop of one arm: ask → propose → evaluate → tell, every trial committed as it is told.

What may be asked, taken in and told next is the course's word (see `courses`); the loop keeps count
and does it. In an ordered course, and in a recorded one, a resumed run goes through the same steps,
with recorded trials taking the place of new ones, so it continues as if it had never stopped. In an
arrival course the recorded trials are told again first, in their order; a trial that was asked but
never told, and whose answer is on record, is asked again at the place where it was asked.
"""

from adrs.core.events import ArmEnded, EventSink, TrialTold, Warned
from adrs.core.trial import Ask, Trial
from adrs.engine.arm import ArmSetup, Journal, Past
from adrs.engine.budget import Ledger
from adrs.engine.courses import Progress
from adrs.engine.ending import Ending, StopRequest
from adrs.engine.evaluations import Evaluations
from adrs.engine.flight import Flight
from adrs.engine.news import News
from adrs.engine.notebook import Notebook
from adrs.engine.reservations import Reservations
from adrs.engine.standing import Standing
from adrs.engine.workbench import Workbench
from adrs.errors import AdrsError, ArchiveError
from adrs.proposers.protocol import BudgetSpent


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
        self._ledger = ledger
        self._reservations = Reservations(ledger)
        self._journal = journal
        self._sink = sink
        self._past = past
        self._in_place = {t.number: t for t in past.trials} if past.in_place else {}
        self._replayed = {t.number for t in past.trials}
        self._notebook = Notebook(setup.objective)
        self._progress = Progress()
        self._standing = Standing(setup.objective, setup.initial, setup.initial_evaluation)
        self._news = News(setup.proposals, sink)
        self._ending = Ending(setup.arm, ledger=ledger, standing=self._standing, stop=stop)
        self._workbench = Workbench(evaluations, setup.tuner, setup.objective)
        self._flight = Flight(
            setup,
            progress=self._progress,
            workbench=self._workbench,
            notebook=self._notebook,
            standing=self._standing,
            reservations=self._reservations,
            ending=self._ending,
        )

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
        self._news.tell()
        if self._progress.proposing:  # the first answers take their time
            self._workbench.warm_up()
        while self._flight.advance():
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
            self._flight.submit(number, ask)
        except BudgetSpent:
            # It would be asked for in other words now, and nothing is left to pay for that.
            self._reservations.drop(number)

    def _ask_on(self) -> None:
        """Ask as many trials as the course and the budget allow."""
        while not self._ending.reached:
            number = self._setup.course.next_ask(self._progress)
            if number is None:
                if not self._flight.empty:
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
            self._flight.submit(number, ask)
        except BudgetSpent as exc:
            self._reservations.drop(number)
            # What is on its way may take less than it reserved.
            if not self._flight.unanswered:
                self._ending.end(str(exc), complete=True)
            return False
        self._progress.asked += 1
        self._flight.take_proposals()
        return True

    def _has_room(self, number: int, operator: str) -> bool:
        """Set aside what a trial may need; without room now or later, the search ends."""
        room = self._reservations.take(number, operator)
        if not room and not self._reservations.open:
            self._ending.end("the budget of evaluations is used up", complete=True)
        return room

    def _take_recorded(self, trial: Trial) -> bool:
        """Put a recorded trial in its place; False while it would not have been asked yet."""
        # What kept it waiting then, another operator that found no room, is not on record.
        if self._progress.told < trial.asked_after:
            return False
        if not self._has_room(trial.number, trial.operator):
            return False
        del self._in_place[trial.number]
        self._progress.asked += 1
        self._flight.put(trial)
        self._flight.take_proposals()
        return True

    def _tell_finished(self) -> None:
        while (trial := self._flight.take_finished()) is not None:
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
