"""What the engine needs of whoever evaluates programs."""

from collections.abc import Sequence
from typing import Protocol

from adrs.core.evaluation import Evaluation
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.scenario import Split


class Evaluations(Protocol):
    """Evaluates programs, several at once; see `adrs.evaluation.pool.ScorerPool`."""

    @property
    def level(self) -> IsolationLevel:
        """The isolation level of every evaluation."""

    @property
    def workers(self) -> int:
        """How many evaluations go on at once."""

    def submit(
        self, ticket: int, program: Program, split: Split, rival: Evaluation | None = None
    ) -> None:
        """Ask for an evaluation; `ticket` (at least 0) must be free.

        With a rival's evaluation on the same split the program races against it, and may be
        stopped with the verdict `behind`.
        """

    def collect(self, wake: int | None = None) -> tuple[int, Evaluation] | None:
        """Return the next finished evaluation with its ticket; blocks until there is one.

        Args:
            wake: a file descriptor; None is returned as soon as it is readable.
        """

    def evaluate(self, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        """Evaluate several programs on one split and return the evaluations in their order."""

    def bounds(self, split: Split) -> tuple[float, ...]:
        """Return the proven best value of every scenario of a split; computed once."""

    def set_bounds(self, split: Split, values: tuple[float, ...]) -> None:
        """Take bounds that were computed before."""
