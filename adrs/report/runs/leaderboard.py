"""All runs of a problem and its baselines, ranked by results on the same held-out scenarios."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from adrs.archive.protocol import Archive
from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.run import Assessment, Role, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.errors import UsageError
from adrs.report.format import clean
from adrs.report.problemfacts import ProblemFacts
from adrs.report.run.model import RowKind
from adrs.report.runs.chances import chances
from adrs.report.runs.yardstick import Yardstick, problem_name

HUMANS = (Role.INITIAL, Role.BASELINE, Role.BOUND)
UNFINISHED = "not finished"
UNSCORED = "no held-out result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One line of a leaderboard.

    Attributes:
        rank: from 1; programs with the same mean share one.
        kind: a baseline, the initial program, or the best program of a run.
        name: the baseline's name or the run's; the kind elsewhere.
        title: how it is printed.
        program_id: the program.
        heldout: mean raw held-out value.
        headroom: part of (reference → bound) that it closes; None without room or bound.
        shifted: mean raw value on the shifted workloads; None without one.
        first_is_better: the chance that the first of the ranking is better than this one on
            further held-out scenarios; one half for the first itself.
        improved: what the run concluded; None for a program that is no run's.
        control: mean raw held-out value of the run's control; None without one.
        strategy: the run's; empty for a program that is no run's.
        proposer: likewise.
        seed: the run's; None likewise.
    """

    rank: int
    kind: RowKind
    name: str
    title: str
    program_id: str
    heldout: float
    headroom: float | None
    shifted: float | None
    first_is_better: float
    improved: bool | None = None
    control: float | None = None
    strategy: str = ""
    proposer: str = ""
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Runs that are not ranked, and why not."""

    reason: str
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """The ranking of one problem.

    Attributes:
        problem: its name.
        title: one line.
        objective: the raw metric.
        reference: title of the baseline at which headroom is 0.
        evaluator: the evaluator's name and version, the same for all.
        heldout_set: the held-out set, the same for all.
        like: the run whose yardstick it is; None where no run can be ranked.
        scenarios: held-out scenarios.
        bound: mean of the proven best values; None where they were not worked out.
        standings: the best first.
        left_out: runs of the problem that are not ranked.
    """

    problem: str
    title: str
    objective: Objective
    reference: str
    evaluator: str
    heldout_set: str
    like: str | None
    scenarios: int
    bound: float | None
    standings: tuple[Standing, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A run that may be ranked: its record and what was assessed of its best program."""

    record: RunRecord
    heldout: Evaluation
    shifted: Evaluation | None
    control: Evaluation | None
    improved: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """The runs of a problem, those that can be ranked together apart from the others.

    Attributes:
        like: the run that gives the yardstick; None where no run has a held-out result.
        candidates: the runs that are measured as it is, the oldest first.
        left_out: the others.
    """

    like: RunRecord | None
    candidates: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]


def runs_of(records: Sequence[RunRecord], problem: str) -> Sequence[RunRecord]:
    """Return the runs of a problem, oldest first.

    Args:
        records: all runs, oldest first.
        problem: the problem's name, or the path of its folder.

    Raises:
        UsageError: there is none; the text gives near names.
    """
    name = problem_name(problem)
    known = [problem_name(record.config.problem) for record in records]
    found = [record for record, own in zip(records, known, strict=True) if own == name]
    if found:
        return found
    names = sorted(set(known))
    if not names:
        raise UsageError("there is no run yet: start one with `adrs run PROBLEM`.")
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(names)}."
    raise UsageError(f"no run of the problem '{problem}' in this archive. {hint}")


def field_of(archive: Archive, records: Sequence[RunRecord], *, like: RunRecord | None) -> Field:
    """Tell which runs of a problem can be ranked together.

    Args:
        archive: where they are.
        records: the runs of the problem, oldest first.
        like: the run whose yardstick counts; None for the newest that has a held-out result.

    Raises:
        UsageError: `like` is no finished run of the problem, or has no held-out result.
        ArchiveError: the archive cannot be read.
    """
    improved = {overview.name: overview.improved for overview in archive.overviews()}
    found: list[Candidate] = []
    reasons: dict[str, list[str]] = {}
    for record in records:
        candidate = _candidate(archive, record, improved.get(record.name))
        if candidate is not None and record.status is RunStatus.FINISHED:
            found.append(candidate)
        else:
            reason = UNSCORED if record.status is RunStatus.FINISHED else UNFINISHED
            reasons.setdefault(reason, []).append(record.name)
    measure = _measure(found, like)
    kept = []
    for candidate in found:
        differences = () if measure is None else _differences(candidate, measure)
        if differences:
            reasons.setdefault("; ".join(differences), []).append(candidate.record.name)
        else:
            kept.append(candidate)
    left_out = (LeftOut(reason=reason, runs=tuple(runs)) for reason, runs in reasons.items())
    yardstick = None if measure is None else measure.record
    return Field(like=yardstick, candidates=tuple(kept), left_out=tuple(left_out))


def _measure(found: Sequence[Candidate], like: RunRecord | None) -> Candidate | None:
    if like is None:
        return found[-1] if found else None
    measure = next((c for c in found if c.record.name == like.name), None)
    if measure is None:
        raise UsageError(
            f"--like {like.name}: expected a finished run of this problem with held-out results; "
            "`adrs runs` lists them."
        )
    return measure


def _differences(candidate: Candidate, measure: Candidate) -> tuple[str, ...]:
    differences = Yardstick.of(candidate.record).differences(Yardstick.of(measure.record))
    if not differences and len(candidate.heldout.values) != len(measure.heldout.values):
        return ("another number of held-out scenarios",)
    return differences


def _candidate(archive: Archive, record: RunRecord, improved: bool | None) -> Candidate | None:
    roles, splits = (Role.CHAMPION, Role.CONTROL), (Split.HELDOUT, Split.SHIFTED)
    made = archive.assessments(record.name, roles=roles, splits=splits)
    heldout = _evaluation(made, Role.CHAMPION, Split.HELDOUT)
    if heldout is None or not heldout.ok:
        return None
    return Candidate(
        record=record,
        heldout=heldout,
        shifted=_evaluation(made, Role.CHAMPION, Split.SHIFTED),
        control=_evaluation(made, Role.CONTROL, Split.HELDOUT),
        improved=improved,
    )


def _evaluation(
    made: Iterable[Assessment], role: Role, split: Split, label: str = ""
) -> Evaluation | None:
    return next(
        (
            a.evaluation
            for a in made
            if (a.role, a.evaluation.split, a.label) == (role, split, label)
        ),
        None,
    )


def leaderboard(archive: Archive, ranked: Field, facts: ProblemFacts, problem: str) -> Leaderboard:
    """Rank the runs of a field and the human programs that were assessed with them.

    Args:
        archive: where they are.
        ranked: the runs.
        facts: the problem.
        problem: its name.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    like = ranked.like
    measured = None if like is None else Yardstick.of(like)
    humans = _humans(archive, ranked)
    bound = _mean(_evaluation(humans, Role.BOUND, Split.HELDOUT))
    reference = _mean(_evaluation(humans, Role.BASELINE, Split.HELDOUT, facts.reference))
    entries = [*_human_entries(humans, facts), *map(_run_entry, ranked.candidates)]
    return Leaderboard(
        problem=problem,
        title=facts.title,
        objective=facts.objective,
        reference=clean(facts.title_of(facts.reference)),
        evaluator="" if measured is None else measured.evaluator,
        heldout_set="" if measured is None else measured.heldout_set,
        like=None if like is None else like.name,
        scenarios=len(entries[0].values) if entries else 0,
        bound=bound,
        standings=_ranked(entries, facts.objective, reference=reference, bound=bound),
        left_out=ranked.left_out,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    standing: Standing
    values: tuple[float, ...]


def _humans(archive: Archive, ranked: Field) -> Sequence[Assessment]:
    """Return what the newest ranked run holds of human programs; it is the same in all of them."""
    if not ranked.candidates:
        return ()
    newest = ranked.candidates[-1].record.name
    return archive.assessments(newest, roles=HUMANS, splits=(Split.HELDOUT, Split.SHIFTED))


def _human_entries(humans: Sequence[Assessment], facts: ProblemFacts) -> list[_Entry]:
    entries = []
    seen: set[str] = set()
    # A baseline's name says more than "initial program", where both are one.
    for made in sorted(humans, key=lambda a: a.role is Role.INITIAL):
        evaluation = made.evaluation
        known = made.role is Role.INITIAL and evaluation.program_id in seen
        if made.role is Role.BOUND or evaluation.split is not Split.HELDOUT or known:
            continue
        seen.add(evaluation.program_id)
        initial = made.role is Role.INITIAL
        standing = _standing(
            RowKind.INITIAL if initial else RowKind.BASELINE,
            made.label or RowKind.INITIAL.value,
            "initial program" if initial else facts.title_of(made.label),
            evaluation,
            _evaluation(humans, made.role, Split.SHIFTED, made.label),
        )
        if standing is not None:
            entries.append(_Entry(standing=standing, values=evaluation.values))
    return entries


def _run_entry(candidate: Candidate) -> _Entry:
    record, heldout = candidate.record, candidate.heldout
    standing = _standing(RowKind.CHAMPION, record.name, record.name, heldout, candidate.shifted)
    assert standing is not None
    control = candidate.control
    config = record.config
    full = replace(
        standing,
        improved=candidate.improved,
        control=None if control is None else control.score,
        strategy=config.strategy,
        proposer=proposed_by(record),
        seed=config.seed,
    )
    return _Entry(standing=full, values=heldout.values)


def proposed_by(record: RunRecord) -> str:
    """Return who proposed a run's programs: its language models, or the blind proposer."""
    models = record.config.models
    return record.config.proposer if models is None else ", ".join(models.models)


def _standing(
    kind: RowKind, name: str, title: str, heldout: Evaluation, shifted: Evaluation | None
) -> Standing | None:
    if heldout.score is None:
        return None
    return Standing(
        rank=0,
        kind=kind,
        name=name,
        title=clean(title),
        program_id=heldout.program_id,
        heldout=heldout.score,
        headroom=None,
        shifted=None if shifted is None else shifted.score,
        first_is_better=0.5,
    )


def _ranked(
    entries: Sequence[_Entry],
    objective: Objective,
    *,
    reference: float | None,
    bound: float | None,
) -> tuple[Standing, ...]:
    ordered = sorted(entries, key=lambda entry: -objective.fitness(entry.standing.heldout))
    if not ordered:
        return ()
    first = chances([entry.values for entry in ordered], objective)[0]
    means = [entry.standing.heldout for entry in ordered]
    return tuple(
        replace(
            entry.standing,
            rank=1 + means.index(entry.standing.heldout),
            headroom=_headroom(entry.standing.heldout, objective, reference, bound),
            first_is_better=float(chance),
        )
        for entry, chance in zip(ordered, first, strict=True)
    )


def _headroom(
    value: float, objective: Objective, reference: float | None, bound: float | None
) -> float | None:
    if reference is None or bound is None:
        return None
    return objective.headroom_closed(value, reference=reference, bound=bound)


def _mean(evaluation: Evaluation | None) -> float | None:
    if evaluation is None or not evaluation.values:
        return None
    return sum(evaluation.values) / len(evaluation.values)
