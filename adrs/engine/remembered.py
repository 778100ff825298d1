"""Evaluates a replay of measured values, and goes on with what was measured then."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from adrs.archive.protocol import Archive
from adrs.core.evaluation import Evaluation
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.engine.evaluations import Evaluations


def recorded(archive: Archive, run: str) -> Iterator[Evaluation]:
    """Yield the evaluations of a run, those of one program on one split in their order."""
    for arm in Arm:
        for trial in archive.trials(run, arm):
            if trial.evaluation is not None:
                yield trial.evaluation
    for assessment in archive.assessments(run):
        yield assessment.evaluation


class RememberedEvaluations:
    """Evaluates anew and, where that agrees with the record within a step, gives the record.

    A replay asks the same only as long as it is told the same, and a measured value seldom comes
    out the same to the last step. What differs by more, or decides differently, is given as it came
    out, so that the replay is found to differ there.

    Args:
        inner: who evaluates.
        known: what was recorded, those of one program on one split in their order.
        objective: whose values are compared.
    """

    def __init__(
        self, inner: Evaluations, known: Iterable[Evaluation], objective: Objective
    ) -> None:
        self._inner = inner
        self._objective = objective
        self._known: defaultdict[tuple[str, Split], deque[Evaluation]] = defaultdict(deque)
        for evaluation in known:
            self._known[evaluation.program_id, evaluation.split].append(evaluation)

    @property
    def level(self) -> IsolationLevel:
        """See `Evaluations.level`."""
        return self._inner.level

    @property
    def workers(self) -> int:
        """See `Evaluations.workers`."""
        return self._inner.workers

    def submit(
        self, ticket: int, program: Program, split: Split, rival: Evaluation | None = None
    ) -> None:
        """See `Evaluations.submit`."""
        self._inner.submit(ticket, program, split, rival)

    def collect(self, wake: int | None = None) -> tuple[int, Evaluation] | None:
        """See `Evaluations.collect`."""
        done = self._inner.collect(wake)
        return None if done is None else (done[0], self._remembered(done[1]))

    def evaluate(self, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        """See `Evaluations.evaluate`."""
        return [self._remembered(fresh) for fresh in self._inner.evaluate(programs, split)]

    def bounds(self, split: Split) -> tuple[float, ...]:
        """See `Evaluations.bounds`."""
        return self._inner.bounds(split)

    def set_bounds(self, split: Split, values: tuple[float, ...]) -> None:
        """See `Evaluations.set_bounds`."""
        self._inner.set_bounds(split, values)

    def _remembered(self, fresh: Evaluation) -> Evaluation:
        then = self._known.get((fresh.program_id, fresh.split))
        if not then:
            return fresh
        known = then.popleft()
        if not fresh.ok or fresh.fingerprint != known.fingerprint:
            return fresh
        pairs = zip(fresh.values, known.values, strict=True)
        if not all(self._objective.agree(now, before) for now, before in pairs):
            return fresh
        return replace(fresh, score=known.score, values=known.values)
