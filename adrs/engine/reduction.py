"""Making a champion shorter, without making it worse anywhere."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.program import Program, node_count
from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.engine.assessor import Assessor, Entrant
from adrs.engine.champion import Finalist

Reducer = Callable[[str], Iterable[str]]  # a program's text → simpler texts to try, best cuts first

REDUCTION_BATCH = 8  # tried side by side; a constant, so that workers change nothing
REDUCTION_EVALUATIONS = 400  # on train, over the whole reduction


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The shortest form so far, its evaluation on train, and which of the cuts before led to it."""

    finalist: Finalist
    train: Evaluation
    place: int


class Reduction:
    """Greedy delta debugging of a champion: keep every cut that makes nothing worse.

    After Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input" (TSE 2002),
    with the test "not worse on train and validation, valid on stress". After a cut it goes on where
    it was: what could not go before mostly cannot go now, and has its turn again at the end.

    Args:
        assessor: evaluates and records every attempt.
        objective: which way is better.
        reducer: gives simpler texts of a program.
    """

    def __init__(self, assessor: Assessor, objective: Objective, reducer: Reducer) -> None:
        self._assessor = assessor
        self._objective = objective
        self._reducer = reducer
        self._left = REDUCTION_EVALUATIONS
        self._tried: set[str] = set()

    def shorten(self, finalist: Finalist) -> Finalist:
        """Return the shortest form found; `finalist` itself when nothing can go."""
        train = self._assess(Role.REDUCTION, [finalist.program], Split.TRAIN)[0]
        kept = _Kept(finalist=finalist, train=train, place=0)
        while self._left > 0:
            shorter = self._next(kept)
            if shorter is None:
                break
            kept = shorter
        return kept.finalist

    def _next(self, kept: _Kept) -> _Kept | None:
        """Return the next cut that can be kept; None where there is none, or no budget for it."""
        untried = self._untried(kept.finalist.program)
        programs = [*untried[kept.place :], *untried[: kept.place]]
        for start in range(0, len(programs), REDUCTION_BATCH):
            batch = programs[start : start + min(REDUCTION_BATCH, self._left)]
            self._left -= len(batch)
            results = self._assess(Role.REDUCTION, batch, Split.TRAIN)
            for program, result in zip(batch, results, strict=True):
                validation = self._validated(program, result, kept)
                if validation is not None:
                    return _Kept(
                        finalist=replace(kept.finalist, program=program, validation=validation),
                        train=result,
                        place=untried.index(program),
                    )
            if self._left <= 0:
                break
        return None

    def _untried(self, program: Program) -> list[Program]:
        size = node_count(program.source)
        fresh: dict[str, Program] = {}
        for text in self._reducer(program.source):
            candidate = Program.of(text)
            if candidate.id not in self._tried and node_count(text) <= size:
                fresh.setdefault(candidate.id, candidate)
        self._tried.update(fresh)
        return list(fresh.values())

    def _validated(self, program: Program, result: Evaluation, kept: _Kept) -> Evaluation | None:
        """Return the validation of a cut that makes nothing worse, None for one that does."""
        if not self._not_worse(result, kept.train):
            return None
        validation = self._assess(Role.REDUCTION, [program], Split.VALIDATION)[0]
        if not self._not_worse(validation, kept.finalist.validation):
            return None
        stress = self._assess(Role.REDUCTION, [program], Split.STRESS)[0]
        return validation if stress.ok else None

    def _not_worse(self, new: Evaluation, old: Evaluation) -> bool:
        if new.score is None or old.score is None:
            return False
        return not self._objective.better(old.score, new.score)

    def _assess(self, role: Role, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        entrants = [Entrant(label=p.id, program=p) for p in programs]
        return self._assessor.assess(role, entrants, split)
