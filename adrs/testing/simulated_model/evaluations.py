"""Evaluations of simulated programs: by formula, in this process, with races."""

import hashlib
import math
from collections import deque
from collections.abc import Sequence
from multiprocessing.connection import wait

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.scenario import Split, scenario_id
from adrs.evaluation.racing import Race, block_ends, is_checked, playing_order, rival_of
from adrs.testing.simulated_model.drafts import SYNTAX, Draft, read
from adrs.testing.simulated_model.landscape import COUNTS, OBJECTIVE, Landscape

EVALUATOR = "simulated 1"


class SimulatedEvaluations:
    """Implements the `Evaluations` protocol for the programs of a landscape, first come first.

    Nothing is run, so nothing is isolated: the level is L0.

    Args:
        landscape: the problem.
    """

    level = IsolationLevel.L0
    workers = 1

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape
        self._queue: deque[tuple[int, Evaluation]] = deque()

    def submit(
        self, ticket: int, program: Program, split: Split, rival: Evaluation | None = None
    ) -> None:
        """Evaluate a program, in a race where there is a rival."""
        self._queue.append((ticket, self._evaluate(program, split, rival)))

    def collect(self, wake: int | None = None) -> tuple[int, Evaluation] | None:
        """Return the oldest evaluation; None when there is none and `wake` wakes."""
        if not self._queue and wake is not None:
            wait([wake])
            return None
        return self._queue.popleft()

    def evaluate(self, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        """Evaluate several programs."""
        return [self._evaluate(program, split, None) for program in programs]

    def bounds(self, split: Split) -> tuple[float, ...]:
        """Return the proven best costs."""
        return tuple(best for best, _ in self._landscape.rooms(split))

    def set_bounds(self, split: Split, values: tuple[float, ...]) -> None:
        """Do nothing: the bounds are known."""

    def _evaluate(self, program: Program, split: Split, rival: Evaluation | None) -> Evaluation:
        draft = read(program.source)
        if draft.flaw:
            return self._failed(program, draft, split)
        values = self._landscape.costs(draft, split)
        behind_after = None if rival is None else _behind_after(values, rival)
        if rival is not None and behind_after is not None and not is_checked(program):
            return self._behind(program, split, rival, behind_after)
        digest = hashlib.blake2b(self._landscape.behaviour(draft).encode(), digest_size=8)
        return Evaluation(
            program_id=program.id,
            split=split,
            verdict=Verdict.OK,
            score=math.fsum(values) / len(values),
            values=values,
            metrics=_metrics(draft),
            fingerprint=digest.hexdigest(),
            decisions=len(values),
            scenarios=len(values),
            rival="" if rival is None else rival.program_id,
            behind_after=behind_after,
            isolation=self.level,
            evaluator=EVALUATOR,
        )

    def _failed(self, program: Program, draft: Draft, split: Split) -> Evaluation:
        syntax = draft.flaw == SYNTAX
        return Evaluation(
            program_id=program.id,
            split=split,
            verdict=Verdict.REJECTED if syntax else Verdict(draft.flaw),
            detail=f"simulated {draft.flaw} {draft.slip}",
            failed_scenario=None if syntax else scenario_id(split, draft.slip),
            isolation=self.level,
            evaluator=EVALUATOR,
        )

    def _behind(self, program: Program, split: Split, rival: Evaluation, played: int) -> Evaluation:
        return Evaluation(
            program_id=program.id,
            split=split,
            verdict=Verdict.BEHIND,
            detail=f"stopped after {played} of {COUNTS[split]} scenarios",
            scenarios=played,
            rival=rival.program_id,
            behind_after=played,
            isolation=self.level,
            evaluator=EVALUATOR,
        )


def _behind_after(values: Sequence[float], rival: Evaluation) -> int | None:
    """Return after how many scenarios a race is decided against the program; None if it is not."""
    if len(rival.values) != len(values):
        return None
    order = playing_order(EVALUATOR, [{}] * len(values))
    race = Race(rival_of(rival), OBJECTIVE.fitness, order)
    for end in block_ends(len(values)):
        if race.open:
            race.look([values[at] for at in order[:end]])
    return race.behind_after


def _metrics(draft: Draft) -> dict[str, float]:
    """Return what a simulator might count beside the cost: it tells paradigms apart, roughly."""
    main = draft.parts[0]
    return {"migrations": float(main.paradigm * 3 % 7), "load": main.constant}
