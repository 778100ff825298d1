"""Choosing a champion: the best on validation of the top distinct programs and of former leaders.

Those that led on train for a while are there because a search goes on to fit the train scenarios
after it has stopped to improve on others: then its best few are worse than what came before them.
On placement (20 searches of 2,000 evaluations) seven champions are others for it, five of them
better held out; the mean headroom is 3.1 points higher, with a standard error of 1.6.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.core.trial import Trial
from adrs.engine.assessor import Assessor, Entrant

TOP = 20  # programs that go to validation: enough to pick from, few enough to stay unbiased
LEADERS = 12  # and so many of those that were the best on train for a while, at most
APART = 0.01  # of the mean value: programs nearer to each other count as one
RESERVES = 400  # programs behind the top that are tried on the stress shapes, at most
ENOUGH = 5  # of these go to validation
RESERVE_BATCH = 8  # tried side by side; a constant, so that workers change nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Finalist:
    """A program of the search that was validated."""

    program: Program
    trial: int
    validation: Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What an arm has to choose from.

    Attributes:
        ranked: its valid programs that act differently from each other, best on train first.
        finalists: those that go to validation.
    """

    ranked: Sequence[Trial]
    finalists: Sequence[Trial]


def field_of(trials: Iterable[Trial], objective: Objective, *, baseline: Evaluation) -> Field:
    """Return what there is to choose from.

    Of programs with the same decisions the shortest stands for all.

    Args:
        trials: the arm's trials, in the order in which they were told.
        objective: which way is better.
        baseline: the initial program's evaluation; programs that act like it are left out.
    """
    standing, led = _by_behaviour(trials, objective)
    standing.pop(baseline.behaviour(objective), None)

    def rank(trial: Trial) -> tuple[float, int, int]:
        assert trial.score is not None
        return (-objective.fitness(trial.score), _size(trial), trial.number)

    order = sorted(standing.values(), key=rank)
    top = top_distinct(order, objective)
    leaders = _spread([standing[behaviour] for behaviour in led if behaviour in standing])
    return Field(ranked=order, finalists=[*top, *(t for t in leaders if t not in top)])


def _by_behaviour(
    trials: Iterable[Trial], objective: Objective
) -> tuple[dict[str, Trial], list[str]]:
    """Return the shortest valid program of every behaviour, and which behaviours led in turn."""
    standing: dict[str, Trial] = {}
    led: list[str] = []
    best = -math.inf
    for trial in trials:
        evaluation = trial.evaluation
        if evaluation is None or not evaluation.ok or trial.program is None:
            continue
        assert evaluation.score is not None
        behaviour = evaluation.behaviour(objective)
        held = standing.get(behaviour)
        if held is None or _size(trial) < _size(held):
            standing[behaviour] = trial
        fitness = objective.fitness(evaluation.score)
        if fitness > best:
            best = fitness
            led.append(behaviour)
    return standing, led


def _spread(leaders: Sequence[Trial]) -> Sequence[Trial]:
    """Return `LEADERS` of them, the first and the last among them, or all where there are less."""
    if len(leaders) <= LEADERS:
        return leaders
    step = (len(leaders) - 1) / (LEADERS - 1)
    return [leaders[round(i * step)] for i in range(LEADERS)]


def top_distinct(trials: Iterable[Trial], objective: Objective, *, most: int = TOP) -> list[Trial]:
    """Return the first `most` of ranked trials that differ from those before them.

    One is passed over when its values are on average within `APART` of those of a better one: the
    best few on train are mostly near copies of one program, which fit the train scenarios alike. Of
    a measured objective none is: all scenarios have one coarse value, which programs that differ
    share.
    """
    taken: list[Trial] = []
    for trial in trials:
        if len(taken) == most:
            break
        if _is_apart(trial, taken, objective):
            taken.append(trial)
    return taken


def _is_apart(trial: Trial, others: Iterable[Trial], objective: Objective) -> bool:
    return objective.measured or all(_distance(trial, other) > APART for other in others)


def _distance(one: Trial, other: Trial) -> float:
    """Return the mean difference of two trials' values, relative to the mean value."""
    assert one.evaluation is not None
    assert other.evaluation is not None
    pairs = list(zip(one.evaluation.values, other.evaluation.values, strict=True))
    scale = sum(abs(a) + abs(b) for a, b in pairs) / 2
    return sum(abs(a - b) for a, b in pairs) / scale if scale else 0.0


def _size(trial: Trial) -> int:
    assert trial.program is not None
    return len(trial.program.source)


def pick(
    trials: Sequence[Trial], assessor: Assessor, objective: Objective, *, role: Role
) -> Finalist | None:
    """Return the best program on validation that is also valid on the stress shapes.

    Args:
        trials: the finalists of an arm.
        assessor: evaluates and records them.
        objective: which way is better.
        role: what they are recorded as.
    """
    entrants = _entrants(trials)
    evaluations = assessor.assess(role, entrants, Split.VALIDATION)
    finalists = [
        Finalist(program=entrant.program, trial=trial.number, validation=evaluation)
        for entrant, trial, evaluation in zip(entrants, trials, evaluations, strict=True)
        if evaluation.ok
    ]

    def rank(finalist: Finalist) -> tuple[float, int, int]:
        assert finalist.validation.score is not None
        fitness = objective.fitness(finalist.validation.score)
        return (-fitness, len(finalist.program.source), finalist.trial)

    for finalist in sorted(finalists, key=rank):
        entrant = Entrant(label=finalist.program.id, program=finalist.program)
        if assessor.assess(role, [entrant], Split.STRESS)[0].ok:
            return finalist
    return None


def reserves(
    trials: Sequence[Trial], assessor: Assessor, objective: Objective, *, tried: Collection[str]
) -> list[Trial]:
    """Return the best programs that are valid on the stress shapes, where no top one was.

    A fault that train does not show is mostly one of a whole family of programs, and the family may
    be all that is at the top: then a search would end with nothing, though a program that is hardly
    worse has not the fault.

    Args:
        trials: the arm's ranked trials.
        assessor: evaluates and records them.
        objective: which way is better.
        tried: ids of programs that are known to fail.
    """
    rest = [t for t in trials if t.program is not None and t.program.id not in tried]
    fit: list[Trial] = []
    left = RESERVES
    while rest and left > 0 and len(fit) < ENOUGH:
        batch, rest = rest[:RESERVE_BATCH], rest[RESERVE_BATCH:]
        evaluations = assessor.assess(Role.RESERVE, _entrants(batch), Split.STRESS)
        left -= len(batch)
        valid = [trial for trial, e in zip(batch, evaluations, strict=True) if e.ok]
        fit = top_distinct([*fit, *valid], objective, most=ENOUGH)
        rest = [trial for trial in rest if _is_apart(trial, fit, objective)]
    return fit


def _entrants(trials: Iterable[Trial]) -> list[Entrant]:
    return [Entrant(label=t.program.id, program=t.program) for t in trials if t.program]
