"""The loop of one arm: ask → propose → evaluate → tell, committed in the order of asking.

Trial k is asked when exactly the trials 1..k−W have been told (W is the run's window), like
instructions in a reorder buffer. So what is asked depends on the run's configuration alone: the
number of workers changes the speed, never the trials. A resumed run goes through the same loop,
with recorded trials taking the place of new ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from adrs.core.evaluation import Evaluation
from adrs.core.events import ArmEnded, EventSink, TrialTold
from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.seeds import derive_seed
from adrs.core.trial import Arm, Proposal, Trial
from adrs.engine.budget import Ledger
from adrs.engine.evaluations import Evaluations
from adrs.proposers.protocol import Proposer
from adrs.search.protocol import Strategy

BARREN = 1000  # told trials in a row without an evaluation after which nothing new is expected


class Journal(Protocol):
    """Where the loop commits what it did."""

    def commit(self, trial: Trial) -> None:
        """Write one trial durably."""

    def checkpoint(self) -> None:
        """Note the wall time spent, if it is worth noting; called after every trial."""


class StopRequest(Protocol):
    """Tells whether somebody asked the run to stop."""

    @property
    def requested(self) -> bool:
        """True once a stop was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSetup:
    """Who searches in an arm, and from where.

    Attributes:
        arm: the arm.
        seed: the run's seed.
        window: how many trials may be asked before the first of them is told.
        objective: which way is better.
        initial: the program the search starts from.
        initial_evaluation: its evaluation on train.
        strategy: chooses; fresh, nothing told.
        proposer: proposes.
    """

    arm: Arm
    seed: int
    window: int
    objective: Objective
    initial: Program
    initial_evaluation: Evaluation
    strategy: Strategy
    proposer: Proposer


class ArmLoop:
    """Runs one arm to the end of its budget; see the module's docstring.

    Args:
        setup: who searches, and from where.
        evaluations: who evaluates; nothing else may use it while the loop runs.
        ledger: the arm's budget.
        journal: where trials are committed.
        sink: who is told.
        stop: asked before every new trial.
        recorded: the trials committed in earlier sittings, in order.
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
        recorded: Iterable[Trial] = (),
    ) -> None:
        self._setup = setup
        self._evaluations = evaluations
        self._ledger = ledger
        self._journal = journal
        self._sink = sink
        self._stop = stop
        self._recorded = {trial.number: trial for trial in recorded}
        self._replayed = len(self._recorded)
        self._in_flight: dict[int, Trial] = {}
        self._ready: dict[int, Trial] = {}
        self._tried = {setup.initial.id}
        self._best: float | None = setup.initial_evaluation.score
        self._barren = 0
        self._ending: ArmEnded | None = None

    def run(self) -> ArmEnded:
        """Search until the budget, the ideas or the user's patience end."""
        self._setup.strategy.tell(self._trial_zero())
        for number in range(1, self._setup.window + 1):
            self._issue(number)
        told = 0
        while told + 1 in self._ready or told + 1 in self._in_flight:
            self._tell(self._await(told + 1))
            told += 1
            self._issue(told + self._setup.window)
        assert self._ending is not None
        self._sink(self._ending)
        return self._ending

    def _trial_zero(self) -> Trial:
        setup = self._setup
        return Trial(
            arm=setup.arm,
            number=0,
            operator="initial",
            parent_ids=(),
            proposal=Proposal(proposer="problem", source=setup.initial.source),
            program=setup.initial,
            evaluation=setup.initial_evaluation,
        )

    def _issue(self, number: int) -> None:
        """Bring trial `number` on its way, unless the arm is ending."""
        if self._ending is not None:
            return
        recorded = self._recorded.pop(number, None)
        trial = recorded if recorded is not None else self._propose(number)
        if trial is None:
            return
        needs_evaluation = trial.program is not None and trial.duplicate_of is None
        if needs_evaluation and not self._ledger.reserve_evaluation():
            self._end("the budget of evaluations is used up", complete=True)
            return
        if trial.program is not None:
            self._tried.add(trial.program.id)
        if recorded is not None or not needs_evaluation:
            self._ready[number] = trial
            return
        assert trial.program is not None
        self._in_flight[number] = trial
        self._evaluations.submit(number, trial.program, Split.TRAIN)

    def _propose(self, number: int) -> Trial | None:
        """Ask and propose; None when no new trial may begin."""
        if self._stop.requested:
            self._end("stopped by the user", complete=False)
            return None
        if self._ledger.out_of_time:
            self._end("the budget of time is used up", complete=True)
            return None
        if self._barren >= BARREN:
            self._end(f"{BARREN} proposals in a row brought nothing new to try", complete=True)
            return None
        setup = self._setup
        ask = setup.strategy.ask(number)
        seed = derive_seed(setup.seed, setup.arm.value, "proposal", number)
        proposal = setup.proposer.propose(ask, seed=seed)
        program = None if proposal.source is None else Program.of(proposal.source)
        repeated = program is not None and program.id in self._tried
        return Trial(
            arm=setup.arm,
            number=number,
            operator=ask.operator,
            parent_ids=(ask.parent.id, *(p.id for p in ask.inspirations)),
            proposal=proposal,
            program=program,
            duplicate_of=program.id if program is not None and repeated else None,
        )

    def _end(self, reason: str, *, complete: bool) -> None:
        self._ending = ArmEnded(arm=self._setup.arm, reason=reason, complete=complete)

    def _await(self, number: int) -> Trial:
        while number not in self._ready:
            ticket, evaluation = self._evaluations.collect()
            self._ready[ticket] = replace(self._in_flight.pop(ticket), evaluation=evaluation)
        return self._ready.pop(number)

    def _tell(self, trial: Trial) -> None:
        replayed = trial.number <= self._replayed
        if not replayed:
            self._journal.commit(trial)
        self._setup.strategy.tell(trial)
        self._barren = 0 if trial.evaluation is not None else self._barren + 1
        improved = self._improves(trial)
        if improved:
            self._best = trial.score
        self._sink(
            TrialTold(
                trial=trial,
                improved=improved,
                best_score=self._best,
                niches=self._setup.strategy.niches,
                replayed=replayed,
            )
        )
        self._journal.checkpoint()

    def _improves(self, trial: Trial) -> bool:
        if trial.score is None:
            return False
        return self._best is None or self._setup.objective.better(trial.score, self._best)
