"""A scored program as a strategy keeps it."""

from dataclasses import dataclass

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Member:
    """A program that has a score, with what selection asks about it; equal to itself alone.

    Attributes:
        program: the program.
        evaluation: its evaluation on train; its verdict is OK.
        fitness: its score, turned so that larger is better.
        size: characters of code, see `code_size`.
        behaviour: equal for programs that decide the same everywhere, and as fast where it counts.
    """

    program: Program
    evaluation: Evaluation
    fitness: float
    size: int
    behaviour: str

    @property
    def merit(self) -> tuple[float, int]:
        """What members are ordered by: the fitter is larger, among equals the shorter."""
        return self.fitness, -self.size


def member_of(trial: Trial, objective: Objective) -> Member | None:
    """Return the scored program of `trial`; None for a failure or a duplicate."""
    evaluation, program = trial.evaluation, trial.program
    if program is None or evaluation is None or not evaluation.ok or evaluation.score is None:
        return None
    return Member(
        program=program,
        evaluation=evaluation,
        fitness=objective.fitness(evaluation.score),
        size=code_size(program.source),
        behaviour=evaluation.behaviour(objective) or program.id,
    )


def code_size(source: str) -> int:
    """Return the number of characters of `source` without indentation, blank and comment lines.

    Comments are free, so that parsimony does not reward deleting them. The text is not parsed:
    that would cost more than everything else a strategy does for a trial.
    """
    lines = (line.strip() for line in source.splitlines())
    return sum(len(line) for line in lines if not line.startswith("#"))
