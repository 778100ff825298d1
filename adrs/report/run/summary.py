"""Turns a run in an archive into the plain data that every report prints."""

import math
from collections.abc import Sequence

import numpy as np

from adrs.archive.protocol import Archive
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Objective
from adrs.core.run import RunRecord
from adrs.core.scenario import Split, heldout_set, scenario_id
from adrs.core.trial import Trial
from adrs.report.format import clean, format_count, plural
from adrs.report.problemfacts import ProblemFacts
from adrs.report.run.again import command_for_more
from adrs.report.run.compare import above_bound, closed_headroom, relative_changes
from adrs.report.run.curve import Curve
from adrs.report.run.gather import ArmTally, Evidence, gather
from adrs.report.run.integrity import AboveBound, Integrity
from adrs.report.run.model import (
    ChampionFacts,
    Conclusions,
    Finding,
    ProgramRow,
    RowKind,
    RunIdentity,
    RunSummary,
    ScenarioChange,
    ScenarioTally,
    Setup,
    Times,
)
from adrs.report.run.rows import table_rows
from adrs.report.run.verdict import SPLIT_WORDS, conclude, uses_language_model

__all__ = ["ProblemFacts", "RunSummary", "summarise"]

MOST_FAILURES = 8
BINS = 8
ROUNDING = 1e-9  # relative changes this near each other differ by rounding only


def summarise(
    archive: Archive, record: RunRecord, facts: ProblemFacts, *, saved: str | None = None
) -> RunSummary:
    """Summarise a run, whatever became of it.

    Args:
        archive: where it is.
        record: the run.
        facts: its problem; `ProblemFacts.of(problem)`.
        saved: path of the champion's file, as the user would type it; of no use while the run
            has none, where a file of that name is another run's.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    evidence = gather(archive, record, facts)
    rows = table_rows(evidence)
    verdict = conclude(evidence)
    saved = saved if evidence.conclusion is not None else None
    instruments = evidence.instruments
    return RunSummary(
        run=RunIdentity(
            name=record.name, saved=saved, next=_next(evidence, verdict.finding, saved)
        ),
        verdict=verdict,
        setup=_setup(evidence),
        champion=_champion(evidence),
        rows=rows,
        curves=tuple(_curve(evidence, arm) for arm in evidence.arms if arm.points),
        attempts=tuple(arm.attempts() for arm in evidence.arms),
        steps=tuple(evidence.search.steps),
        proposers=evidence.search.proposers.shares(),
        operators=evidence.search.operators.shares(),
        changes=evidence.search.changes.shares(),
        scenarios=_scenarios(evidence, rows),
        ablation=evidence.ablation,
        failures=evidence.search.failures()[:MOST_FAILURES],
        integrity=_integrity(evidence, verdict),
        jumps=evidence.jumps,
        spend=evidence.calls.spend(
            record.config.models,
            evaluations=instruments.evaluations,
            improved=[step.trial for step in evidence.search.steps],
            rejected=evidence.search.rejected,
        ),
        times=_times(evidence),
    )


def _times(evidence: Evidence) -> Times:
    record, instruments = evidence.record, evidence.instruments
    rate = instruments.evaluations / record.spent_s if record.spent_s > 0 else None
    return Times(
        created_at=record.created_at,
        wall_s=record.spent_s,
        cpu_s=instruments.cpu_s,
        cpu_ratio=_cpu_ratio(evidence),
        evaluations_per_s=rate or None,
    )


def _cpu_ratio(evidence: Evidence) -> float | None:
    best_id = None if evidence.conclusion is None else evidence.conclusion.best.id
    best = evidence.evaluation(best_id, Split.HELDOUT)
    reference = evidence.evaluation(evidence.reference_id, Split.HELDOUT)
    if best is None or reference is None or not (best.ok and reference.ok and reference.cpu_s > 0):
        return None
    return _once_cpu_s(best) / _once_cpu_s(reference)


def _once_cpu_s(evaluation: Evaluation) -> float:
    """Return the CPU seconds of one evaluation; two that agreed are kept as one."""
    return evaluation.cpu_s / (2 if evaluation.repeated else 1)


def _next(evidence: Evidence, finding: Finding, saved: str | None) -> tuple[str, ...]:
    record = evidence.record
    name = record.name
    if finding is Finding.UNFINISHED:
        return (f"adrs resume {name}",)
    if finding in (Finding.NOT_SIGNIFICANT, Finding.NOTHING_BETTER, Finding.NOTHING_VALID):
        more = command_for_more(record.config)
        return (*([more] if more else []), f"adrs report {name} --json")
    show = () if saved else (f"adrs best {name}",)
    host = ("adrs doctor",) if finding is Finding.UNASSESSED and evidence.heldout_refusal else ()
    return (*host, f"adrs diff {name}", *show, f"adrs report {name} --json")


def _setup(evidence: Evidence) -> Setup:
    record, facts = evidence.record, evidence.facts
    config = record.config
    return Setup(
        problem=config.problem,
        problem_title=facts.title,
        objective=facts.objective,
        reference=facts.title_of(facts.reference),
        strategy=config.strategy,
        also=config.switched_on,
        without=config.switched_off,
        proposer=config.proposer,
        language_model=uses_language_model(config.proposer),
        models=config.models,
        order=config.order,
        replays=config.replays,
        seed=config.seed,
        evals=config.evals,
        time_s=config.time_s,
        window=config.window,
        control=config.control,
        minimum_isolation=config.minimum_isolation,
        params=dict(config.params),
        heldout_set=heldout_set(config.heldout_key),
        evaluator=record.evaluator,
        adrs_version=record.adrs_version,
        status=record.status,
        evaluations=evidence.search.evaluations,
    )


def _champion(evidence: Evidence) -> ChampionFacts | None:
    conclusion = evidence.conclusion
    if conclusion is None:
        return None
    origin = evidence.origin
    return ChampionFacts(
        program_id=conclusion.champion.id,
        trial=conclusion.champion_trial,
        operator="" if origin is None else origin.operator,
        idea="" if origin is None else clean(origin.proposal.idea),
        source_lines=len(conclusion.champion.source.splitlines()),
    )


def _curve(evidence: Evidence, arm: ArmTally) -> Curve:
    best = None if arm.best is None else arm.best.evaluation
    headroom = None
    if best is not None:
        reference = evidence.evaluation(evidence.reference_id, Split.TRAIN)
        bound = evidence.bound(Split.TRAIN)
        objective = evidence.facts.objective
        headroom = closed_headroom(best, reference, bound, objective, interval=False)
    return Curve(
        arm=arm.arm,
        evaluations=arm.evaluations,
        improvements=arm.improvements,
        points=arm.points,
        headroom=None if headroom is None else headroom.mean,
        gain_share=_gain_share(evidence, arm),
    )


def _gain_share(evidence: Evidence, arm: ArmTally) -> float | None:
    initial = evidence.evaluation(evidence.initial_id, Split.TRAIN)
    best, own = evidence.search.best_score, arm.best_score
    if initial is None or initial.score is None or best is None or own is None:
        return None
    fitness = evidence.facts.objective.fitness
    way = fitness(best) - fitness(initial.score)
    return (fitness(own) - fitness(initial.score)) / way if way > 0 else None


def _scenarios(evidence: Evidence, rows: Sequence[ProgramRow]) -> ScenarioTally | None:
    row = next((row for row in rows if row.kind in (RowKind.CHAMPION, RowKind.BEST)), None)
    against = evidence.evaluation(evidence.reference_id, Split.HELDOUT)
    if row is None or against is None:
        return None
    own = evidence.evaluation(row.program_id, Split.HELDOUT)
    if own is None or not own.ok or len(own.values) != len(against.values) or not own.values:
        return None
    return _tally(evidence, row.title, own, against)


def _tally(evidence: Evidence, title: str, own: Evaluation, against: Evaluation) -> ScenarioTally:
    objective = evidence.facts.objective
    pairs = list(zip(own.values, against.values, strict=True))
    better = sum(objective.better(a, b) for a, b in pairs)
    worse = sum(objective.better(b, a) for a, b in pairs)
    changes = relative_changes(own, against)
    ordered = sorted(changes, key=objective.fitness, reverse=True)
    each = _each_scenario(own, against, changes, objective)
    return ScenarioTally(
        program=title,
        against=clean(evidence.facts.title_of(evidence.facts.reference)),
        split=own.split,
        better=better,
        same=len(pairs) - better - worse,
        worse=worse,
        median=float(np.median(changes)) if changes else None,
        best=ordered[0] if ordered else None,
        worst=ordered[-1] if ordered else None,
        histogram=_histogram([objective.fitness(change) for change in ordered]),
        changes=each,
    )


def _each_scenario(
    own: Evaluation, against: Evaluation, changes: Sequence[float], objective: Objective
) -> tuple[ScenarioChange, ...]:
    """Return every scenario, the largest gain first: relative where it can be, else raw."""
    relative: list[float | None] = [*changes] or [None] * len(own.values)
    found = [
        ScenarioChange(
            scenario=scenario_id(own.split, number), value=value, against=other, change=change
        )
        for number, (value, other, change) in enumerate(
            zip(own.values, against.values, relative, strict=True)
        )
    ]

    def gain(each: ScenarioChange) -> float:
        return objective.fitness(each.value - each.against if each.change is None else each.change)

    return tuple(sorted(found, key=gain, reverse=True))


def _histogram(gains: Sequence[float]) -> tuple[int, ...]:
    """Count gains in equal bins, the largest gains first; nothing where all are equal."""
    if not gains or math.isclose(min(gains), max(gains), rel_tol=ROUNDING, abs_tol=ROUNDING):
        return ()
    counts, _ = np.histogram(np.asarray(gains), bins=BINS)
    return tuple(int(count) for count in counts[::-1])


def _integrity(evidence: Evidence, verdict: Conclusions) -> Integrity:
    instruments = evidence.instruments
    levels = sorted((IsolationLevel[name] for name in instruments.isolation), reverse=True)
    differed = instruments.verdicts[Verdict.NONDETERMINISTIC]
    return Integrity(
        isolation=tuple(level.name for level in levels),
        evaluators=tuple(sorted(instruments.evaluators)),
        repeats=instruments.repeats,
        repeats_identical=instruments.repeats_identical,
        evaluated_twice=instruments.evaluated_twice,
        nondeterministic=differed,
        repeated=instruments.repeats + instruments.evaluated_twice,
        differed=instruments.repeats - instruments.repeats_identical + differed,
        bounds=len(evidence.bounds),
        above_bound=instruments.verdicts[Verdict.IMPOSSIBLE] + len(_above(evidence)),
        first_above_bound=_first_above(evidence),
        attacks=instruments.verdicts[Verdict.SECURITY],
        flags=tuple(_flags(evidence, levels, verdict)),
        heldout_refusal=evidence.heldout_refusal,
    )


def _first_above(evidence: Evidence) -> AboveBound | None:
    sighting = evidence.instruments.first_impossible
    if sighting is None:
        above = _above(evidence)
        return None if not above else _above_bound(above[0], None)
    return _above_bound(sighting.evaluation, sighting.trial)


def _above_bound(evaluation: Evaluation, trial: Trial | None) -> AboveBound:
    return AboveBound(
        program_id=evaluation.program_id,
        split=evaluation.split,
        arm=None if trial is None else trial.arm,
        trial=None if trial is None else trial.number,
        detail=clean(evaluation.detail),
    )


def _above(evidence: Evidence) -> list[Evaluation]:
    """Return what is better than the bounds on average; a program counts once a split."""
    objective = evidence.facts.objective
    found = {
        (evaluation.program_id, evaluation.split): evaluation
        for evaluation in evidence.evaluations
        if above_bound(evaluation, evidence.bound(evaluation.split), objective)
    }
    return list(found.values())


def _flags(evidence: Evidence, levels: Sequence[IsolationLevel], verdict: Conclusions) -> list[str]:
    """Return what casts doubt on the result, the gravest first."""
    instruments = evidence.instruments
    flags = [
        f"better than the proven bound on {SPLIT_WORDS[split]}"
        for split in sorted({e.split for e in _above(evidence)}, key=list(Split).index)
    ]
    impossible = instruments.verdicts[Verdict.IMPOSSIBLE]
    if impossible:
        flags.append(f"{plural(impossible, 'program')} scored above a proven bound")
    if instruments.verdicts[Verdict.SECURITY]:
        flags.append(f"{plural(instruments.verdicts[Verdict.SECURITY], 'program')} attacked")
    differed = instruments.verdicts[Verdict.NONDETERMINISTIC]
    if differed:
        flags.append(f"{plural(differed, 'program')} decided differently when evaluated again")
    if len(instruments.evaluators) > 1:
        flags.append(f"scored by {', '.join(sorted(instruments.evaluators))}: not comparable")
    if levels and levels[-1] < IsolationLevel.L2:
        flags.append(f"weak isolation: {levels[-1].name}, {levels[-1].summary}")
    differing = instruments.repeats - instruments.repeats_identical
    if differing:
        of = format_count(instruments.repeats)
        flags.append(f"{format_count(differing)} of {of} repeated evaluations differ")
    if verdict.finding is Finding.UNSOUND and not flags:
        flags.append("the champion fails outside the search")
    return flags
