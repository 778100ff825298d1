"""An in-process stand-in for the scorers, which answers in an order of its own."""

from collections.abc import Sequence
from multiprocessing.connection import wait
from random import Random

from adrs.core.evaluation import Evaluation
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.evaluation.racing import Rival, rival_of
from adrs.evaluation.scoring import Scoring, Task


class ShuffledEvaluations:
    """Evaluates in this process and hands results out as so many busy scorers might.

    Args:
        task: what is measured.
        scoring: who measures it.
        workers: how many requests are under way at once.
        seed: of the order in which the requests under way are answered.
        level: the isolation level it claims; there is none, so use it for trusted programs only.
    """

    def __init__(
        self,
        task: Task,
        scoring: Scoring,
        *,
        workers: int,
        seed: int,
        level: IsolationLevel = IsolationLevel.L0,
    ) -> None:
        self._task = task
        self._scoring = scoring
        self._workers = workers
        self._level = level
        self._random = Random(seed)
        self._queue: list[tuple[int, Program, Split, Rival | None]] = []
        self._bounds: dict[Split, tuple[float, ...]] = {}
        self.count = 0

    @property
    def level(self) -> IsolationLevel:
        """The level that was claimed."""
        return self._level

    @property
    def workers(self) -> int:
        """How many requests are under way at once."""
        return self._workers

    def submit(
        self, ticket: int, program: Program, split: Split, rival: Evaluation | None = None
    ) -> None:
        """Queue a request."""
        self._queue.append((ticket, program, split, rival_of(rival)))

    def collect(self, wake: int | None = None) -> tuple[int, Evaluation] | None:
        """Answer one of the oldest `workers` requests; None when there is none and `wake` wakes."""
        if not self._queue and wake is not None:
            wait([wake])
            return None
        at = self._random.randrange(min(self._workers, len(self._queue)))
        ticket, program, split, rival = self._queue.pop(at)
        return ticket, self._evaluate(program, split, rival)

    def evaluate(self, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        """Evaluate several programs."""
        return [self._evaluate(program, split) for program in programs]

    def bounds(self, split: Split) -> tuple[float, ...]:
        """Return the bounds of a split."""
        if split not in self._bounds:
            count = self._task.splits[split].count
            self.set_bounds(split, self._scoring.bounds(split, 0, count))
        return self._bounds[split]

    def set_bounds(self, split: Split, values: tuple[float, ...]) -> None:
        """Take bounds computed before."""
        self._bounds[split] = values
        self._scoring.set_bounds(split, values)

    def _evaluate(self, program: Program, split: Split, rival: Rival | None = None) -> Evaluation:
        self.bounds(split)
        self.count += 1
        return self._scoring.evaluate(program, split, rival)
