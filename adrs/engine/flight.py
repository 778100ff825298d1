"""The trials of an arm on their way: asked, proposed, evaluated, and not told yet."""

from dataclasses import replace

from adrs.core.program import Program
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask, Assignment, Proposal, Trial
from adrs.engine.arm import ArmSetup
from adrs.engine.courses import Progress
from adrs.engine.ending import Ending
from adrs.engine.notebook import Notebook
from adrs.engine.reservations import Reservations
from adrs.engine.standing import Standing
from adrs.engine.workbench import Workbench
from adrs.errors import AdrsError, ArchiveError
from adrs.search.operators import TUNE

PENDING = Proposal(proposer="", source=None)
NO_ROOM = Proposal(proposer="", source=None, rejection="the budget leaves no room for a tuning")


class Flight:
    """Brings every trial from its ask to its evaluation, in the order that the course allows.

    Args:
        setup: whose trials they are.
        progress: counts what happens to them; what is asked and told is counted by its owner.
        workbench: evaluates them.
        notebook: what proposers and tuner may know.
        standing: knows which programs were tried.
        reservations: what is set aside for them.
        ending: is told of a fault that ends the search.
    """

    def __init__(
        self,
        setup: ArmSetup,
        *,
        progress: Progress,
        workbench: Workbench,
        notebook: Notebook,
        standing: Standing,
        reservations: Reservations,
        ending: Ending,
    ) -> None:
        self._setup = setup
        self._progress = progress
        self._workbench = workbench
        self._notebook = notebook
        self._standing = standing
        self._reservations = reservations
        self._ending = ending
        self._asked: dict[int, Assignment] = {}
        self._waiting: dict[int, Proposal | Trial] = {}
        self._finished: dict[int, Trial] = {}

    @property
    def empty(self) -> bool:
        """True when nothing is on its way."""
        return not (self._asked or self._workbench.busy or self._finished)

    @property
    def unanswered(self) -> bool:
        """True while a trial was asked of which no proposal was taken in."""
        return bool(self._asked)

    def submit(self, number: int, ask: Ask) -> None:
        """Send trial `number` on its way.

        Raises:
            BudgetSpent: nothing is left to ask for it with.
        """
        setup = self._setup
        assignment = Assignment(
            ask=ask,
            arm=setup.arm,
            number=number,
            asked_after=self._progress.told,
            seed=derive_seed(setup.seed, setup.arm.value, "proposal", number),
        )
        if ask.operator == TUNE:
            # Nobody is asked: what is tried is found out while it is evaluated.
            self._waiting[number] = PENDING
        else:
            setup.proposals.submit(replace(assignment, ask=self._notebook.annotated(ask)))
            self._progress.proposing += 1
        self._asked[number] = assignment

    def put(self, trial: Trial) -> None:
        """Let a recorded trial take its place."""
        self._waiting[trial.number] = trial

    def advance(self) -> bool:
        """Take in what has come, or wait until something does; False when nothing can come."""
        if self.take_proposals() or self._next_finished() is not None:
            return True
        if not (self._progress.proposing or self._workbench.busy):
            return False
        trial = self._workbench.collect(self._setup.proposals.wake)
        if trial is None:
            self.take_proposals()
        else:
            self._evaluated(trial)
        return True

    def take_proposals(self) -> bool:
        """Take in the proposals that have come, as far as the course lets; tell whether any.

        Raises:
            ArchiveError: one of them could not be kept.
        """
        while (answer := self._setup.proposals.take()) is not None:
            number, proposal = answer
            self._progress.proposing -= 1
            if isinstance(proposal, AdrsError):
                self._fail(number, proposal)
            else:
                self._waiting[number] = proposal
        taken = False
        while (at := self._next_arrival()) is not None:
            self._arrive(at, self._waiting.pop(at))
            taken = True
        return taken

    def take_finished(self) -> Trial | None:
        """Return the trial that is to be told now; None when the next one is not complete."""
        number = self._next_finished()
        if number is None:
            return None
        trial = self._finished.pop(number)
        self._progress.finished = len(self._finished)
        return trial

    def _next_arrival(self) -> int | None:
        return self._setup.course.next_arrival(tuple(self._waiting), self._progress)

    def _next_finished(self) -> int | None:
        return self._setup.course.next_told(tuple(self._finished), self._progress)

    def _fail(self, number: int, fault: AdrsError) -> None:
        """Let no more be asked; what is under way is finished, unless it could not even be kept."""
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
        self._finish(answer)

    def _bring(self, number: int, proposal: Proposal) -> None:
        """Make a trial of a proposal and bring it on its way to its evaluation."""
        asked = self._asked.pop(number)
        ask = asked.ask
        program = None if proposal.source is None else Program.of(proposal.source)
        repeated = program is not None and self._standing.tried(program)
        trial = Trial(
            arm=asked.arm,
            number=number,
            operator=ask.operator,
            parent_ids=(ask.parent.id, *(p.id for p in ask.inspirations)),
            proposal=proposal,
            program=program,
            duplicate_of=program.id if program is not None and repeated else None,
            asked_after=asked.asked_after,
            arrival=self._progress.arrived,
        )
        self._standing.note(trial)
        if ask.operator == TUNE:
            self._tune(trial, asked)
        elif program is None or repeated:
            self._finish(trial)
        else:
            self._progress.evaluating += 1
            self._workbench.evaluate(trial, program, ask.rival)

    def _tune(self, trial: Trial, asked: Assignment) -> None:
        self._progress.evaluating += 1
        if not self._reservations.fits_tuning(trial.number):
            self._evaluated(replace(trial, proposal=NO_ROOM))
            return
        parent = asked.ask.parent
        evaluation = self._notebook.evaluation(parent)
        done = self._workbench.tune(trial, parent, evaluation, seed=asked.seed)
        if done is not None:
            self._evaluated(done)

    def _evaluated(self, trial: Trial) -> None:
        self._progress.evaluating -= 1
        self._finish(trial)

    def _finish(self, trial: Trial) -> None:
        self._finished[trial.number] = trial
        self._progress.finished = len(self._finished)
