"""What a search has come to: the best so far, what was tried, for how long nothing was new."""

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.trial import Trial
from adrs.search.operators import TUNE

BARREN = 1000  # told trials in a row without an evaluation after which nothing new is expected


class Standing:
    """Counts the trials of an arm as they are told.

    Args:
        objective: which way is better.
        initial: the program the search starts from.
        evaluation: its evaluation on train.

    Attributes:
        best_score: the best raw train score; None while no program was valid.
        fruitless: told trials in a row whose proposals held no program.
        last_rejection: why the last of them held none.
    """

    def __init__(self, objective: Objective, initial: Program, evaluation: Evaluation) -> None:
        self.best_score: float | None = evaluation.score
        self.fruitless = 0
        self.last_rejection = ""
        self._objective = objective
        self._tried = {initial.id}
        self._barren = 0

    @property
    def barren(self) -> bool:
        """True once so many proposals brought nothing to try that none is expected to."""
        return self._barren >= BARREN

    def tried(self, program: Program) -> bool:
        """Tell whether a program, or one that means the same, was tried before."""
        return program.id in self._tried

    def note(self, trial: Trial) -> None:
        """Remember that a trial's program is being tried.

        A duplicate tries nothing: the trial that it repeats may be lost when a run is killed.
        """
        if trial.program is not None and trial.duplicate_of is None:
            self._tried.add(trial.program.id)

    def tell(self, trial: Trial) -> bool:
        """Count a trial that is complete; return whether it is the best so far."""
        self.note(trial)
        self._barren = 0 if trial.evaluations else self._barren + 1
        self._count_fruitless(trial)
        improved = self._improves(trial)
        if improved:
            self.best_score = trial.score
        return improved

    def forgive(self) -> None:
        """Forget the proposals in a row that held no program."""
        self.fruitless = 0

    def _count_fruitless(self, trial: Trial) -> None:
        if trial.operator == TUNE:
            return
        if trial.program is not None:
            self.fruitless = 0
            return
        self.fruitless += 1
        self.last_rejection = trial.proposal.rejection

    def _improves(self, trial: Trial) -> bool:
        if trial.score is None:
            return False
        return self.best_score is None or self._objective.better(trial.score, self.best_score)
