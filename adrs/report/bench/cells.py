"""What a benchmark's table is made of: one cell a run, read from the archive."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from adrs.archive.protocol import Archive
from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.run import Assessment, Role, RunRecord
from adrs.core.scenario import Split, heldout_set
from adrs.core.spending import answered
from adrs.core.trial import Arm, Trial
from adrs.errors import UsageError
from adrs.report.problemfacts import ProblemFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A level that a search reached.

    Attributes:
        spent: evaluations, or answered calls, until then.
        level: fitness of its best program, larger is better.
    """

    spent: int
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrumentation:
    """What must be equal for two runs of a problem to stand in one table.

    Attributes:
        evaluator: the evaluator's name and version.
        heldout: name of the held-out set.
        problem: the problem's parts and their hashes.
    """

    evaluator: str
    heldout: str
    problem: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchCell:
    """One run of a benchmark.

    Attributes:
        problem: the problem's name.
        contender: the strategy, with what is switched off.
        seed: the run's seed; runs of one problem and seed are compared in pairs.
        instrumentation: what measured it.
        gains: by how much its champion beats the reference baseline, one a held-out scenario.
        rooms: by how much the proven bound does.
        start: level of the initial program: its fitness on train.
        milestones: every change of the level, in order.
        fell_back: whether the champion fails on held-out, so that the initial program stands here.
    """

    problem: str
    contender: str
    seed: int
    instrumentation: Instrumentation
    gains: tuple[float, ...]
    rooms: tuple[float, ...]
    start: float
    milestones: tuple[Milestone, ...]
    fell_back: bool = False

    @property
    def final(self) -> float:
        """The level it ended with."""
        return self.milestones[-1].level if self.milestones else self.start

    def spent_to(self, level: float) -> float:
        """Return what it had spent when it reached a level; infinity if it never did."""
        if level <= self.start:
            return 0.0
        reached = (m.spent for m in self.milestones if m.level >= level)
        return float(next(reached, math.inf))

    def level_after(self, spent: float) -> float:
        """Return the level it had reached with a budget."""
        levels = [m.level for m in self.milestones if m.spent <= spent]
        return levels[-1] if levels else self.start


def read_cell(
    archive: Archive,
    record: RunRecord,
    *,
    problem: str,
    facts: ProblemFacts,
    contender: str,
    calls: bool,
) -> BenchCell:
    """Read a finished run.

    Args:
        archive: where it is.
        record: its record.
        problem: name of what it optimised.
        facts: what is known of that.
        contender: whose run it is.
        calls: whether the budget is counted in answered model calls, not in evaluations.

    Raises:
        UsageError: the run has no held-out result.
    """
    found = _Assessments(record, archive.assessments(record.name))
    champion = found.the(Role.CHAMPION, "", Split.HELDOUT)
    fell_back = not champion.ok
    best = found.the(Role.INITIAL, "", Split.HELDOUT) if fell_back else champion
    reference = found.the(Role.BASELINE, facts.reference, Split.HELDOUT)
    bound = found.the(Role.BOUND, "", Split.HELDOUT)
    start = found.the(Role.INITIAL, "", Split.TRAIN).score
    assert start is not None
    objective = facts.objective
    spending = _calls_by_trial(archive, record.name) if calls else None
    return BenchCell(
        problem=problem,
        contender=contender,
        seed=record.config.seed,
        instrumentation=Instrumentation(
            evaluator=record.evaluator,
            heldout=heldout_set(record.config.heldout_key),
            problem=tuple(sorted(record.problem_parts.items())),
        ),
        gains=_differences(best, reference, objective),
        rooms=_differences(bound, reference, objective),
        start=objective.fitness(start),
        milestones=_milestones(archive.trials(record.name, Arm.SEARCH), objective, start, spending),
        fell_back=fell_back,
    )


class _Assessments:
    """Finds the assessments of a finished run."""

    def __init__(self, record: RunRecord, assessments: Iterable[Assessment]) -> None:
        self._run = record.name
        self._found = {(a.role, a.label, a.evaluation.split): a.evaluation for a in assessments}

    def the(self, role: Role, label: str, split: Split) -> Evaluation:
        """Return an evaluation.

        Raises:
            UsageError: there is none.
        """
        evaluation = self._found.get((role, label, split))
        if evaluation is None:
            named = f" '{label}'" if label else ""
            raise UsageError(
                f"run {self._run} has no result of the {role.value}{named} on {split.value}, so "
                "it cannot be compared. Held-out workloads are scored at isolation L2 or better; "
                "`adrs doctor` tells what this host offers."
            )
        return evaluation


def _differences(one: Evaluation, other: Evaluation, objective: Objective) -> tuple[float, ...]:
    """Return by how much one is better than the other, scenario by scenario."""
    return tuple(
        objective.fitness(a) - objective.fitness(b)
        for a, b in zip(one.values, other.values, strict=True)
    )


def _calls_by_trial(archive: Archive, run: str) -> Counter[int]:
    return Counter(
        call.site.trial
        for call in archive.calls(run)
        if call.site.arm is Arm.SEARCH and not call.cached_from and answered(call)
    )


def _milestones(
    trials: Iterable[Trial], objective: Objective, start: float, calls: Counter[int] | None
) -> tuple[Milestone, ...]:
    best, spent = objective.fitness(start), 0
    found = []
    for trial in trials:
        spent += trial.evaluations if calls is None else calls[trial.number]
        if trial.score is not None and objective.fitness(trial.score) > best:
            best = objective.fitness(trial.score)
            found.append(Milestone(spent=spent, level=best))
    return tuple(found)
