"""A small real search problem in plain Python: fit curves with the coefficients of a polynomial.

Programs are texts that hold a tuple of coefficients. Proposing, checking and scoring them takes
microseconds and no process, and shows a strategy everything that a run can: better and worse
programs, neutral ones, duplicates, broken texts and broken constraints.
"""

import ast
import hashlib
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import REGION_END, REGION_START, Program
from adrs.core.scenario import Split
from adrs.core.seeds import derive_seed
from adrs.core.trial import Arm, Ask, Proposal, Trial
from adrs.search.protocol import Strategy

LIMIT = 50.0
SCENARIOS = 12
POINTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One turn of a recorded search: what was asked, and the trial that came of it.

    Attributes:
        told: how many trials had been told when it was asked.
        ask: the answer of the strategy.
        trial: what became of it.
    """

    told: int
    ask: Ask
    trial: Trial


class CurveProblem:
    """Coefficients of a polynomial, fitted to sin(3x) + x²/2 in absolute error.

    Each of the 12 scenarios is 8 points on its own part of [-1, 1]; its raw value is the mean error
    there, negated when the objective is to be maximised. A decision is an output
    rounded to 2 decimals. Coefficients beyond ±50 are invalid.

    Args:
        direction: which way the raw value improves.
        seed: keys every proposal.
    """

    def __init__(self, *, direction: Direction = Direction.MINIMIZE, seed: int = 0) -> None:
        self.objective = Objective(metric="error", unit="", direction=direction)
        self.initial = Program.of(source_of((0.0, 0.0)))
        self._seed = seed

    def first(self) -> Trial:
        """Return trial 0, the initial program's."""
        return self.trial_of(self.initial.source, number=0)

    def evaluate(self, program: Program) -> Evaluation:
        """Return the evaluation of `program` on the scenarios."""
        try:
            coefficients = coefficients_of(program.source)
        except SyntaxError as error:
            return _evaluation(program, verdict=Verdict.REJECTED, detail=str(error))
        if any(abs(c) > LIMIT for c in coefficients):
            return _evaluation(program, verdict=Verdict.INVALID, detail=f"beyond {LIMIT}")
        outputs = [_outputs(coefficients, scenario) for scenario in range(SCENARIOS)]
        sign = 1 if self.objective.direction is Direction.MINIMIZE else -1
        values = tuple(sign * _error(scenario, out) for scenario, out in enumerate(outputs))
        flat = [y for out in outputs for y in out]
        digest = hashlib.blake2b(repr([round(y, 2) for y in flat]).encode(), digest_size=8)
        return Evaluation(
            program_id=program.id,
            split=Split.TRAIN,
            verdict=Verdict.OK,
            score=math.fsum(values) / SCENARIOS,
            values=values,
            metrics={"level": math.fsum(flat) / len(flat), "terms": float(len(coefficients))},
            fingerprint=digest.hexdigest(),
            isolation=IsolationLevel.L0,
            evaluator="curves 1",
        )

    def propose(self, ask: Ask, number: int) -> Proposal:
        """Answer `ask` with a blind change; one in twenty is a broken text, one nothing."""
        rng = Random(derive_seed(self._seed, "propose", number))
        luck = rng.random()
        if luck < 0.05:
            return Proposal(proposer="curves@1", source=None, rejection="no change found")
        if luck < 0.1:
            return Proposal(proposer="curves@1", source=ask.parent.source.replace(")", ""))
        coefficients = list(coefficients_of(ask.parent.source))
        if ask.inspirations:
            _cross(coefficients, coefficients_of(ask.inspirations[0].source), rng)
        _mutate(coefficients, rng)
        return Proposal(proposer="curves@1", source=source_of(coefficients))

    def trial_of(self, source: str, *, number: int, parent_ids: tuple[str, ...] = ()) -> Trial:
        """Return the trial of a given program text, evaluated."""
        program = Program.of(source)
        return Trial(
            arm=Arm.SEARCH,
            number=number,
            operator="refine",
            parent_ids=parent_ids,
            proposal=Proposal(proposer="curves@1", source=source),
            program=program,
            evaluation=self.evaluate(program),
        )

    def search(self, strategy: Strategy, *, trials: int, window: int = 1) -> list[Step]:
        """Run `strategy` for `trials` trials after trial 0, with `window` of them in flight.

        Trial k is asked when trial 0 and the trials up to k - window were told, no others.
        """
        first = self.first()
        strategy.tell(first)
        seen, steps = {self.initial.id}, list[Step]()
        flight: deque[Step] = deque()
        for number in range(1, trials + 1):
            if len(flight) == window:
                strategy.tell(flight.popleft().trial)
            ask = strategy.ask(number)
            trial = self._step(ask, number, seen)
            step = Step(told=number - len(flight), ask=ask, trial=trial)
            flight.append(step)
            steps.append(step)
        for step in flight:
            strategy.tell(step.trial)
        return steps

    def _step(self, ask: Ask, number: int, seen: set[str]) -> Trial:
        proposal = self.propose(ask, number)
        program = None if proposal.source is None else Program.of(proposal.source)
        repeats = program is not None and program.id in seen
        if program is not None:
            seen.add(program.id)
        return Trial(
            arm=Arm.SEARCH,
            number=number,
            operator=ask.operator,
            parent_ids=(ask.parent.id, *(program.id for program in ask.inspirations)),
            proposal=proposal,
            program=program,
            evaluation=None if program is None or repeats else self.evaluate(program),
            duplicate_of=program.id if program is not None and repeats else None,
        )


def source_of(coefficients: Sequence[float]) -> str:
    """Return the program text of the coefficients, constant term first."""
    listed = ", ".join(repr(c) for c in coefficients)
    return f"{REGION_START}\nCOEFFICIENTS = ({listed},)\n{REGION_END}\n"


def coefficients_of(source: str) -> tuple[float, ...]:
    """Return the coefficients in a program text.

    Raises:
        SyntaxError: the text is broken.
    """
    ast.parse(source)
    listed = source.partition("(")[2].partition(")")[0]
    return tuple(float(c) for c in listed.split(",") if c.strip())


def _outputs(coefficients: Sequence[float], scenario: int) -> list[float]:
    outputs = []
    for x in _points(scenario):
        y = 0.0
        for c in reversed(coefficients):
            y = y * x + c
        outputs.append(y)
    return outputs


def _error(scenario: int, outputs: Sequence[float]) -> float:
    targets = [math.sin(3 * x) + x * x / 2 for x in _points(scenario)]
    return math.fsum(abs(y - t) for y, t in zip(outputs, targets, strict=True)) / POINTS


def _points(scenario: int) -> list[float]:
    left = -1 + 2 * scenario / SCENARIOS
    return [left + 2 * i / (SCENARIOS * POINTS) for i in range(POINTS)]


def _mutate(coefficients: list[float], rng: Random) -> None:
    kind, place = rng.random(), int(rng.random() * len(coefficients))
    if kind < 0.1 and len(coefficients) < 8:
        coefficients.append(0.0)
    elif kind < 0.15 and len(coefficients) > 2:
        coefficients.pop()
    elif kind < 0.2:
        coefficients[place] += 60.0
    elif kind < 0.3:
        coefficients[place] = round(coefficients[place], 1)
    else:
        step = (rng.random() - 0.5) * 10 ** (-2 * rng.random())
        coefficients[place] = round(coefficients[place] + 2 * step, 4)


def _cross(coefficients: list[float], donor: Sequence[float], rng: Random) -> None:
    for i, c in enumerate(donor[: len(coefficients)]):
        if rng.random() < 0.5:
            coefficients[i] = c


def _evaluation(program: Program, *, verdict: Verdict, detail: str) -> Evaluation:
    return Evaluation(
        program_id=program.id,
        split=Split.TRAIN,
        verdict=verdict,
        detail=detail,
        isolation=IsolationLevel.L0,
        evaluator="curves 1",
    )
