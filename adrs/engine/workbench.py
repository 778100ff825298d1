"""Where trials wait for their evaluations: one for a proposal, several for a tuning."""

from dataclasses import dataclass, replace
from typing import assert_never

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Proposal, Trial
from adrs.engine.evaluations import Evaluations
from adrs.engine.tuning import TRAIN_EVALUATIONS, Request, Tuned, Tuner, Tuning


@dataclass(frozen=True, slots=True, kw_only=True)
class _TuningTrial:
    """A trial whose program is being tuned."""

    trial: Trial
    tuning: Tuning


class Workbench:
    """Hands trials to the evaluators and gives them back complete, in the order they are done.

    Args:
        evaluations: who evaluates; nothing else may use it meanwhile.
        tuner: who tunes; None for nobody.
        objective: which way is better.
    """

    def __init__(self, evaluations: Evaluations, tuner: Tuner | None, objective: Objective) -> None:
        self._evaluations = evaluations
        self._tuner = tuner
        self._objective = objective
        self._next_ticket = 0
        self._work: dict[int, Trial | _TuningTrial] = {}

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._work)

    def warm_up(self) -> None:
        """Prepare for the first tuning, at a moment when nothing else is to be done."""
        if self._tuner is not None:
            self._tuner.warm_up()

    def evaluate(self, trial: Trial, program: Program, rival: Evaluation | None) -> None:
        """Begin to evaluate a trial's program."""
        self._submit(trial, Request(program=program, split=Split.TRAIN), rival)

    def tune(
        self, trial: Trial, parent: Program, evaluation: Evaluation | None, *, seed: int
    ) -> Trial | None:
        """Begin to tune `parent`; return the trial at once where there is nothing to do.

        Args:
            trial: what is recorded.
            parent: the program.
            evaluation: its evaluation on train.
            seed: 64-bit seed of this one search.
        """
        if self._tuner is None:
            return _rejected(trial, "there is no tuner in this run")
        if evaluation is None or evaluation.score is None:
            return _rejected(trial, "the parent has no score to improve")
        search = self._tuner.start(parent.source, seed=seed, evaluations=TRAIN_EVALUATIONS)
        tuning = Tuning(
            parent=parent,
            evaluation=evaluation,
            search=search,
            tuner=self._tuner.name,
            objective=self._objective,
        )
        return self._go_on(_TuningTrial(trial=trial, tuning=tuning), tuning.start())

    def collect(self, wake: int | None) -> Trial | None:
        """Return the next complete trial; blocks until there is one.

        Args:
            wake: a file descriptor; None is returned as soon as it is readable.
        """
        while (answer := self._evaluations.collect(wake)) is not None:
            ticket, evaluation = answer
            work = self._work.pop(ticket)
            match work:
                case Trial():
                    return replace(work, evaluation=evaluation)
                case _TuningTrial():
                    complete = self._go_on(work, work.tuning.take(evaluation))
                    if complete is not None:
                        return complete
                case _:
                    assert_never(work)
        return None

    def _go_on(self, work: _TuningTrial, requests: list[Request]) -> Trial | None:
        for request in requests:
            self._submit(work, request, None)
        result = work.tuning.result
        return None if result is None else _complete(work.trial, result)

    def _submit(
        self, work: Trial | _TuningTrial, request: Request, rival: Evaluation | None
    ) -> None:
        ticket = self._next_ticket
        self._next_ticket += 1
        self._work[ticket] = work
        self._evaluations.submit(ticket, request.program, request.split, rival)


def _complete(trial: Trial, result: Tuned) -> Trial:
    return replace(
        trial,
        proposal=result.proposal,
        program=result.program,
        evaluation=result.evaluation,
        tried=result.tried,
    )


def _rejected(trial: Trial, reason: str) -> Trial:
    proposal = Proposal(proposer=trial.proposal.proposer, source=None, rejection=reason)
    return replace(trial, proposal=proposal)
