"""What a report needs to know of a problem."""

from dataclasses import dataclass

from adrs.core.objective import Objective
from adrs.core.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineTitle:
    """A baseline's name and how it is printed."""

    name: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemFacts:
    """What a summary needs to know of a problem.

    Attributes:
        title: one line.
        objective: the raw metric.
        reference: name of the baseline at which headroom is 0.
        baselines: weak to strong.
    """

    title: str
    objective: Objective
    reference: str
    baselines: tuple[BaselineTitle, ...]

    @staticmethod
    def of(problem: Problem) -> "ProblemFacts":
        """Return the facts of a loaded problem."""
        titles = (BaselineTitle(name=b.name, title=b.title) for b in problem.baselines)
        return ProblemFacts(
            title=problem.title,
            objective=problem.objective,
            reference=problem.reference,
            baselines=tuple(titles),
        )

    def title_of(self, name: str) -> str:
        """Return how a baseline is printed; its name where no title is known."""
        return next((b.title for b in self.baselines if b.name == name and b.title), name)
