"""Tuning a program's constants: up to so many evaluations, one trial."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Proposal

TRAIN_EVALUATIONS = 48
VALIDATIONS = 2  # of the parent and of the tuned program
TUNING_EVALUATIONS = TRAIN_EVALUATIONS + VALIDATIONS


class Search(Protocol):
    """Searches over the constants of one program, generation by generation."""

    def ask(self) -> Sequence[str]:
        """Return the programs of the next generation; none when the search is over."""

    def tell(self, fitnesses: Sequence[float | None]) -> None:
        """Take in how they did, larger is better; None for a program without a score."""


class Tuner(Protocol):
    """Makes searches over constants."""

    @property
    def name(self) -> str:
        """Its name and version as recorded, such as "tuner/cma@1"."""

    def warm_up(self) -> None:
        """Load what is slow to load, for which the first tuning would have to wait."""

    def start(self, source: str, *, seed: int, evaluations: int) -> Search:
        """Begin to tune a program; a search with nothing to tune is over at once.

        Args:
            source: the program's text.
            seed: 64-bit seed; the same seed gives the same generations.
            evaluations: at most so many programs are asked for.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An evaluation that a tuning needs."""

    program: Program
    split: Split


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """What became of a tuning.

    Attributes:
        proposal: the tuned text, or why there is none.
        program: the tuned program, and
        evaluation: its evaluation on train, with a score unless it is an alarm; None for both where
            nothing was accepted.
        tried: evaluations it took, that one left out.
    """

    proposal: Proposal
    program: Program | None
    evaluation: Evaluation | None
    tried: int


class Tuning:
    """One tuning, driven from outside: give it the evaluations it asks for until it is done.

    The best program on train is accepted when it is better than its parent on train and on
    validation too: constants fit the train scenarios more easily than structure does. A program
    that is better than a proven bound ends the tuning and is its result, as an alarm is to be seen.

    Args:
        parent: the program.
        evaluation: its evaluation on train; it has a score.
        search: over its constants.
        tuner: name to record.
        objective: which way is better.
    """

    def __init__(
        self,
        *,
        parent: Program,
        evaluation: Evaluation,
        search: Search,
        tuner: str,
        objective: Objective,
    ) -> None:
        self._parent = parent
        self._evaluation = evaluation
        self._search = search
        self._tuner = tuner
        self._objective = objective
        self._generation: list[Program] = []
        self._results: dict[tuple[str, Split], Evaluation] = {}
        self._best: tuple[Program, Evaluation] | None = None
        self._alarm: tuple[Program, Evaluation] | None = None
        self._validating = False
        self._spent = 0
        self.result: Tuned | None = None

    def start(self) -> list[Request]:
        """Return the first evaluations needed; none when there is nothing to tune."""
        return self._next_generation()

    def take(self, evaluation: Evaluation) -> list[Request]:
        """Take in one evaluation; return what is needed next, once the last of a round is in."""
        self._spent += 1
        self._results[evaluation.program_id, evaluation.split] = evaluation
        if self._validating:
            if len(self._results) == VALIDATIONS:
                self._judge()
            return []
        if self._missing():
            return []
        self._tell()
        if self._alarm is not None:
            self._end("", self._alarm)
            return []
        return self._next_generation()

    def _next_generation(self) -> list[Request]:
        while True:
            self._generation = [Program.of(source) for source in self._search.ask()]
            if not self._generation:
                return self._validate()
            # The parent's own constants may be drawn too: how good these are is known.
            self._results = {(self._parent.id, Split.TRAIN): self._evaluation}
            missing = self._missing()
            if missing:
                return [Request(program=program, split=Split.TRAIN) for program in missing]
            self._tell()

    def _missing(self) -> list[Program]:
        """Return the generation's programs without an evaluation, each once."""
        distinct = {program.id: program for program in self._generation}
        return [one for one in distinct.values() if (one.id, Split.TRAIN) not in self._results]

    def _tell(self) -> None:
        results = [self._results[program.id, Split.TRAIN] for program in self._generation]
        fitness = self._objective.fitness
        self._search.tell([None if r.score is None else fitness(r.score) for r in results])
        for program, result in zip(self._generation, results, strict=True):
            if result.verdict is Verdict.IMPOSSIBLE:
                self._alarm = program, result
            if result.score is None:
                continue
            best = self._evaluation if self._best is None else self._best[1]
            if best.score is None or self._objective.better(result.score, best.score):
                self._best = program, result

    def _validate(self) -> list[Request]:
        if self._best is None:
            self._end(f"no better constants in {self._spent} evaluations")
            return []
        self._validating = True
        self._results = {}
        return [
            Request(program=program, split=Split.VALIDATION)
            for program in (self._parent, self._best[0])
        ]

    def _judge(self) -> None:
        assert self._best is not None
        program, _ = self._best
        before = self._results[self._parent.id, Split.VALIDATION]
        after = self._results[program.id, Split.VALIDATION]
        if after.verdict is Verdict.IMPOSSIBLE:
            self._end("better constants on train, better than a proven bound on validation")
        elif before.score is None or after.score is None:
            self._end("better constants on train, without a score on validation")
        elif not self._objective.better(after.score, before.score):
            self._end("better constants on train, no better on validation")
        else:
            self._end("", self._best)

    def _end(self, rejection: str, kept: tuple[Program, Evaluation] | None = None) -> None:
        program, evaluation = (None, None) if kept is None else kept
        self.result = Tuned(
            proposal=Proposal(
                proposer=self._tuner,
                source=None if program is None else program.source,
                idea=f"tuned its constants in {self._spent} evaluations",
                rejection=rejection,
            ),
            program=program,
            evaluation=evaluation,
            tried=self._spent - (evaluation is not None),
        )
