"""What a run has learned about its programs, for the proposers that can read."""

from collections import defaultdict, deque
from dataclasses import replace

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.trial import Ask, Failure, Notes, Trial
from adrs.search.operators import TUNE

MOST_FAILURES = 12  # kept per parent; the prompt shows as many as it has room for


class Notebook:
    """Remembers the told trials by program, and what failed on which parent.

    Args:
        objective: which way is better.
    """

    def __init__(self, objective: Objective) -> None:
        self._objective = objective
        self._evaluations: dict[str, Evaluation] = {}
        self._failures: dict[str, deque[Failure]] = defaultdict(lambda: deque(maxlen=MOST_FAILURES))
        self._best: float | None = None

    def tell(self, trial: Trial) -> None:
        """Take in a committed trial."""
        if trial.program is not None and trial.evaluation is not None:
            self._evaluations.setdefault(trial.program.id, trial.evaluation)
        # What became of a tuning tells of validation, which no proposer may know.
        outcome = "" if trial.operator == TUNE else self._outcome(trial)
        if outcome and trial.parent_ids:
            failure = Failure(idea=trial.proposal.idea, outcome=outcome)
            self._failures[trial.parent_ids[0]].appendleft(failure)
        score = trial.score
        if score is not None and (self._best is None or self._objective.better(score, self._best)):
            self._best = score

    def evaluation(self, program: Program) -> Evaluation | None:
        """Return a program's evaluation on train; None where it has none."""
        return self._evaluations.get(program.id)

    def annotated(self, ask: Ask) -> Ask:
        """Return the ask with what is known about its programs."""
        notes = Notes(
            parent=self._evaluations.get(ask.parent.id),
            inspirations=tuple(self._evaluations.get(p.id) for p in ask.inspirations),
            failures=tuple(self._failures.get(ask.parent.id, ())),
            best=self._best,
            scratchpad="" if ask.notes is None else ask.notes.scratchpad,
        )
        return replace(ask, notes=notes)

    def _outcome(self, trial: Trial) -> str:
        """Say in what the trial failed; empty when it did better than its parent."""
        if trial.program is None:
            return f"no program: {trial.proposal.rejection}"
        if trial.duplicate_of is not None:
            return "a program that was tried before"
        assert trial.evaluation is not None
        return self._shortcoming(trial.evaluation, trial.parent_ids)

    def _shortcoming(self, evaluation: Evaluation, parent_ids: tuple[str, ...]) -> str:
        if evaluation.score is None:
            where = f" in {evaluation.failed_scenario}" if evaluation.failed_scenario else ""
            return f"{evaluation.verdict}{where}: {evaluation.detail}"
        parent = self._evaluations.get(parent_ids[0]) if parent_ids else None
        if parent is None or parent.score is None:
            return ""
        if self._objective.better(evaluation.score, parent.score):
            return ""
        if evaluation.fingerprint == parent.fingerprint:
            return "decides the same as its parent everywhere"
        return f"no better: {evaluation.score:.6g} against {parent.score:.6g}"
