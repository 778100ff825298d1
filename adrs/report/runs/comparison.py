"""Several runs of one problem side by side: their curves, and their champions pair by pair."""

import math
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adrs.archive.protocol import Archive
from adrs.archive.views import TrialOutline
from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.run import Assessment, Role, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.errors import UsageError
from adrs.report.problemfacts import ProblemFacts
from adrs.report.run.compare import relative_change
from adrs.report.run.curve import BestSoFar, CurvePoint
from adrs.report.run.model import Estimate
from adrs.report.runs.chances import chances
from adrs.report.runs.leaderboard import proposed_by
from adrs.report.runs.yardstick import Yardstick, same_train

LETTERS = string.ascii_uppercase
FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One of the runs.

    Attributes:
        letter: what stands for it in the plot and the tables.
        run: its name.
        status: where it stands.
        improved: what it concluded; None while it is not finished.
        strategy: its strategy.
        proposer: its language models, or its blind proposer.
        seed: its seed.
        evaluations: evaluations of its search, the initial program's not counted.
        points: the best train score so far; empty without a valid program.
        program_id: its best program; None while that has no held-out result.
        heldout: that program's mean raw held-out value; None likewise.
        shifted: its mean raw value on shifted workloads; None without one.
        control: mean raw held-out value of the run's control; None without one.
    """

    letter: str
    run: str
    status: RunStatus
    improved: bool | None
    strategy: str
    proposer: str
    seed: int
    evaluations: int
    points: tuple[CurvePoint, ...]
    program_id: str | None
    heldout: float | None
    shifted: float | None
    control: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The best programs of two runs on the same held-out scenarios.

    Attributes:
        letter: the run that is compared.
        against: the run it is compared with, which was named before it.
        difference: difference of the means in the objective's unit.
        change: relative change of the mean; None where the other's is 0.
        chance: how likely the first is better than the other on further scenarios of this kind.
        better: scenarios in which the first is strictly better.
        same: scenarios without a difference.
        worse: the rest.
    """

    letter: str
    against: str
    difference: float
    change: Estimate | None
    chance: float
    better: int
    same: int
    worse: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunComparison:
    """Runs that are measured alike.

    Attributes:
        problem: the problem's name.
        title: one line.
        objective: the raw metric.
        evaluator: the evaluator's name and version, the same for all.
        heldout_set: the held-out set, the same for all.
        scenarios: held-out scenarios; 0 where no run has a result.
        same_train: whether all searched on the same train scenarios, so that curves compare.
        contenders: the runs in the order in which they were given.
        pairs: every run with a held-out result against each of those named before it.
    """

    problem: str
    title: str
    objective: Objective
    evaluator: str
    heldout_set: str
    scenarios: int
    same_train: bool
    contenders: tuple[Contender, ...]
    pairs: tuple[Pair, ...]

    def pair(self, letter: str, against: str) -> Pair | None:
        """Return how a run does against one named before it; None without both results."""
        wanted = (letter, against)
        return next((p for p in self.pairs if (p.letter, p.against) == wanted), None)

    def chance(self, letter: str, against: str) -> float | None:
        """Return how likely a run is better than another; None without both results."""
        pair, turned = self.pair(letter, against), self.pair(against, letter)
        if pair is not None:
            return pair.chance
        return None if turned is None else 1.0 - turned.chance


def require_comparable(records: Sequence[RunRecord]) -> None:
    """Refuse runs that cannot be compared.

    Raises:
        UsageError: they are too few or too many, one is given twice, or two differ in problem,
            evaluator or held-out set; the text says in what.
    """
    if not FEWEST <= len(records) <= len(LETTERS):
        raise UsageError(
            f"{len(records)} run{'' if len(records) == 1 else 's'} given: compare "
            f"{FEWEST} to {len(LETTERS)} of them; `adrs runs` lists them."
        )
    first, names = records[0], [record.name for record in records]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"run {twice} is given twice: name every run once.")
    for record in records[1:]:
        differences = Yardstick.of(record).differences(Yardstick.of(first))
        if differences:
            raise UsageError(
                f"{record.name} cannot be compared with {first.name}: {'; '.join(differences)}. "
                "Held-out results mean the same on equal problems, evaluators and held-out sets "
                "only."
            )


def compare_runs(
    archive: Archive, records: Sequence[RunRecord], facts: ProblemFacts
) -> RunComparison:
    """Compare runs of one problem.

    Args:
        archive: where they are.
        records: the runs, at most 26.
        facts: their problem.

    Raises:
        UsageError: they cannot be compared; see `require_comparable`.
        ArchiveError: the archive cannot be read.
    """
    require_comparable(records)
    improved = {overview.name: overview.improved for overview in archive.overviews()}
    read = [
        _read(archive, record, letter, facts.objective, improved.get(record.name))
        for letter, record in zip(LETTERS, records, strict=False)
    ]
    results = [r for r in read if r.heldout is not None]
    sizes = {len(r.heldout.values) for r in results if r.heldout is not None}
    if len(sizes) > 1:
        raise UsageError("these runs have different numbers of held-out scenarios.")
    measured = Yardstick.of(records[0])
    return RunComparison(
        problem=measured.problem,
        title=facts.title,
        objective=facts.objective,
        evaluator=measured.evaluator,
        heldout_set=measured.heldout_set,
        scenarios=max(sizes, default=0),
        same_train=all(same_train(records[0], record) for record in records[1:]),
        contenders=tuple(r.contender for r in read),
        pairs=tuple(_pairs(results, facts.objective)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    contender: Contender
    heldout: Evaluation | None


def _read(
    archive: Archive, record: RunRecord, letter: str, objective: Objective, improved: bool | None
) -> _Read:
    splits = (Split.TRAIN, Split.HELDOUT, Split.SHIFTED)
    roles = (Role.INITIAL, Role.CHAMPION, Role.CONTROL)
    made = archive.assessments(record.name, roles=roles, splits=splits)
    start = _score(_found(made, Role.INITIAL, Split.TRAIN))
    points, evaluations = _curve(archive.outlines(record.name, Arm.SEARCH), objective, start)
    # Before a run is finished nobody is to see how its programs do on held-out workloads.
    done = record.status is RunStatus.FINISHED
    heldout = _found(made, Role.CHAMPION, Split.HELDOUT) if done else None
    heldout = heldout if heldout is not None and heldout.ok else None
    contender = Contender(
        letter=letter,
        run=record.name,
        status=record.status,
        improved=improved,
        strategy=record.config.strategy,
        proposer=proposed_by(record),
        seed=record.config.seed,
        evaluations=evaluations,
        points=points,
        program_id=None if heldout is None else heldout.program_id,
        heldout=_score(heldout),
        shifted=_score(_found(made, Role.CHAMPION, Split.SHIFTED)) if done else None,
        control=_score(_found(made, Role.CONTROL, Split.HELDOUT)) if done else None,
    )
    return _Read(contender=contender, heldout=heldout)


def _found(made: Iterable[Assessment], role: Role, split: Split) -> Evaluation | None:
    there = (a.evaluation for a in made if a.role is role and a.evaluation.split is split)
    return next(there, None)


def _score(evaluation: Evaluation | None) -> float | None:
    return None if evaluation is None else evaluation.score


def _curve(
    outlines: Iterable[TrialOutline], objective: Objective, start: float | None
) -> tuple[tuple[CurvePoint, ...], int]:
    """Return the best score so far by evaluations, and how many evaluations there were."""
    curve, best, evaluations = BestSoFar(), start, 0
    if best is not None:
        curve.add(0, best)
    for outline in outlines:
        if outline.number > 0:
            evaluations += outline.evaluations
        score = outline.score
        if score is not None and (best is None or objective.better(score, best)):
            best = score
        if best is not None and outline.evaluations:
            curve.add(evaluations, best)
    return curve.points, evaluations


def _pairs(results: Sequence[_Read], objective: Objective) -> Iterable[Pair]:
    samples = [r.heldout.values for r in results if r.heldout is not None]
    if len(samples) < FEWEST:
        return
    better = chances(samples, objective)
    for row, one in enumerate(results):
        for column, other in enumerate(results[:row]):
            yield _pair(one, other, objective, float(better[row, column]))


def _pair(one: _Read, other: _Read, objective: Objective, chance: float) -> Pair:
    assert one.heldout is not None
    assert other.heldout is not None
    values = list(zip(one.heldout.values, other.heldout.values, strict=True))
    better = sum(objective.better(a, b) for a, b in values)
    worse = sum(objective.better(b, a) for a, b in values)
    gaps = math.fsum(a - b for a, b in values)
    return Pair(
        letter=one.contender.letter,
        against=other.contender.letter,
        difference=gaps / len(values),
        change=relative_change(one.heldout, other.heldout, objective),
        chance=chance,
        better=better,
        same=len(values) - better - worse,
        worse=worse,
    )
