"""The programs that people wrote: where a search begins, and what its outcome is compared with."""

from collections.abc import Sequence

from adrs.core.evaluation import Evaluation
from adrs.core.problem import Baseline, Problem
from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.engine.assessor import Assessor, Entrant
from adrs.errors import ProblemError


class Humans:
    """Assesses the initial program and the baselines of a problem, on one split after the other.

    Args:
        problem: whose programs they are.
        assessor: evaluates and records them.
    """

    def __init__(self, problem: Problem, assessor: Assessor) -> None:
        self._problem = problem
        self._assessor = assessor

    @property
    def count(self) -> int:
        """How many programs they are."""
        return 1 + len(self._problem.baselines)

    def assess(self, split: Split) -> Evaluation:
        """Assess them all; return the initial program's evaluation.

        Raises:
            ProblemError: one of them has no score.
        """
        initial = Entrant(label="", program=self._problem.initial)
        evaluation = self._assessor.assess(Role.INITIAL, [initial], split)[0]
        self._require_score("initial.py", evaluation, split)
        for baseline, result in self.baselines(split):
            self._require_score(f"baselines/{baseline.name}.py", result, split)
        return evaluation

    def baselines(self, split: Split) -> Sequence[tuple[Baseline, Evaluation]]:
        """Assess the baselines alone; return them with their evaluations."""
        baselines = self._problem.baselines
        entrants = [Entrant(label=b.name, program=b.program) for b in baselines]
        results = self._assessor.assess(Role.BASELINE, entrants, split)
        return list(zip(baselines, results, strict=True))

    def _require_score(self, file: str, result: Evaluation, split: Split) -> None:
        if result.ok:
            return
        scenario = result.failed_scenario
        where = "" if scenario is None else f" (scenario {scenario})"
        raise ProblemError(
            f"{self._problem.location}/{file}: no score on {split.value}: {result.verdict}: "
            f"{result.detail}{where}."
        )
