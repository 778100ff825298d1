"""Evaluates a replay of measured values, and goes on with what was measured then."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from adrs.archive.protocol import Archive
from adrs.core.evaluation import Evaluation
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.engine.evaluations import Evaluations

_Known = defaultdict[tuple[str, Split], deque[Evaluation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The evaluations of a run, those of one program on one split in their order.

    Attributes:
        trials: of the trials of both arms.
        assessments: of what was assessed outside the search.
    """

    trials: Sequence[Evaluation] = ()
    assessments: Sequence[Evaluation] = ()

    @staticmethod
    def of(archive: Archive, run: str) -> "Recorded":
        """Read what an archive has of a run."""
        evaluations = (t.evaluation for arm in Arm for t in archive.trials(run, arm))
        return Recorded(
            trials=tuple(one for one in evaluations if one is not None),
            assessments=tuple(one.evaluation for one in archive.assessments(run)),
        )


class RememberedEvaluations:
    """Evaluates anew and, where that agrees with the record within a step, gives the record.

    A replay asks the same only as long as it is told the same, and a measured value seldom comes
    out the same to the last step. What differs by more, or decides differently, is given as it came
    out, so that the replay is found to differ there. What a search submits was recorded with its
    trials, what is evaluated at once with the assessments; what a tuning tried is not on record.

    Args:
        inner: who evaluates.
        known: what was recorded.
        objective: whose values are compared.
    """

    def __init__(self, inner: Evaluations, known: Recorded, objective: Objective) -> None:
        self._inner = inner
        self._objective = objective
        self._trials = _by_program(known.trials)
        self._assessments = _by_program(known.assessments)

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
        return None if done is None else (done[0], self._remembered(done[1], self._trials))

    def evaluate(self, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        """See `Evaluations.evaluate`."""
        done = self._inner.evaluate(programs, split)
        return [self._remembered(fresh, self._assessments) for fresh in done]

    def bounds(self, split: Split) -> tuple[float, ...]:
        """See `Evaluations.bounds`."""
        return self._inner.bounds(split)

    def set_bounds(self, split: Split, values: tuple[float, ...]) -> None:
        """See `Evaluations.set_bounds`."""
        self._inner.set_bounds(split, values)

    def _remembered(self, fresh: Evaluation, known_by_program: _Known) -> Evaluation:
        then = known_by_program.get((fresh.program_id, fresh.split))
        if not then:
            return fresh
        known = then.popleft()
        if not fresh.ok or fresh.fingerprint != known.fingerprint:
            return fresh
        pairs = zip(fresh.values, known.values, strict=True)
        if not all(self._objective.agree(now, before) for now, before in pairs):
            return fresh
        return replace(fresh, score=known.score, values=known.values)


def _by_program(evaluations: Iterable[Evaluation]) -> _Known:
    known: _Known = defaultdict(deque)
    for evaluation in evaluations:
        known[evaluation.program_id, evaluation.split].append(evaluation)
    return known
