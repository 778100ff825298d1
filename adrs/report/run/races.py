"""What races left out, and how often they were wrong, counted from the trials of a search."""

from dataclasses import dataclass

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.objective import Objective
from adrs.core.trial import Trial

VALID = (Verdict.OK, Verdict.BEHIND)  # a program that was stopped in a race broke no rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Races:
    """What races on train left out, and what that cost.

    Attributes:
        raced: programs that raced against a rival.
        stopped: those of them that were stopped.
        saved: the share of their scenarios that was not played.
        checked: programs played on although they would have been stopped, as a sample.
        wrong: those of them that turned out better than their rival.
    """

    raced: int
    stopped: int
    saved: float
    checked: int
    wrong: int


class RaceTally:
    """Counts races, told in the order of the trials.

    A program that would have been stopped, but was played on as one of a sample, tells whether the
    stop would have been wrong: whether it is better than its rival on all scenarios.

    Args:
        objective: which way is better.
        initial: the initial program's evaluation on train; None where there is none yet.
    """

    def __init__(self, objective: Objective, initial: Evaluation | None) -> None:
        self._objective = objective
        self._scores: dict[str, float] = {}
        self._scenarios = 0
        self._raced = 0
        self._left_out = 0
        self._stopped = 0
        self._checked = 0
        self._wrong = 0
        if initial is not None:
            self._remember(initial)

    def add(self, trial: Trial) -> None:
        """Take in one trial."""
        evaluation = trial.evaluation
        if evaluation is None:
            return
        self._remember(evaluation)
        if not evaluation.rival:
            return
        self._raced += 1
        if evaluation.verdict is Verdict.BEHIND:
            self._stopped += 1
            self._left_out += self._scenarios - evaluation.scenarios
        elif evaluation.behind_after is not None and evaluation.score is not None:
            self._checked += 1
            rival = self._scores.get(evaluation.rival)
            wrong = rival is not None and self._objective.better(evaluation.score, rival)
            self._wrong += wrong

    def races(self) -> Races | None:
        """Return the counts; None without a race."""
        if not self._raced:
            return None
        return Races(
            raced=self._raced,
            stopped=self._stopped,
            saved=self._left_out / (self._raced * self._scenarios),
            checked=self._checked,
            wrong=self._wrong,
        )

    def _remember(self, evaluation: Evaluation) -> None:
        if evaluation.score is not None:
            self._scores[evaluation.program_id] = evaluation.score
            self._scenarios = len(evaluation.values)
