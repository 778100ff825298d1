"""Making a champion shorter, without making it worse anywhere."""

from collections.abc import Callable, Iterable, Sequence

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


class Reduction:
    """Greedy delta debugging of a champion: keep every cut that makes nothing worse.

    After Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input" (TSE 2002),
    with the test "not worse on train and validation, valid on stress".

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
        current = finalist
        train = self._assess(Role.REDUCTION, [current.program], Split.TRAIN)[0]
        while self._left > 0:
            shorter = self._next(current, train)
            if shorter is None:
                break
            current, train = shorter
        return current

    def _next(self, current: Finalist, train: Evaluation) -> tuple[Finalist, Evaluation] | None:
        programs = self._untried(current.program)
        for start in range(0, len(programs), REDUCTION_BATCH):
            batch = programs[start : start + min(REDUCTION_BATCH, self._left)]
            self._left -= len(batch)
            results = self._assess(Role.REDUCTION, batch, Split.TRAIN)
            for program, result in zip(batch, results, strict=True):
                validation = self._validated(program, result, current, train)
                if validation is not None:
                    kept = Finalist(program=program, trial=current.trial, validation=validation)
                    return kept, result
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

    def _validated(
        self, program: Program, result: Evaluation, current: Finalist, train: Evaluation
    ) -> Evaluation | None:
        """Return the validation of a cut that makes nothing worse, None for one that does."""
        if not self._not_worse(result, train):
            return None
        validation = self._assess(Role.REDUCTION, [program], Split.VALIDATION)[0]
        if not self._not_worse(validation, current.validation):
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
