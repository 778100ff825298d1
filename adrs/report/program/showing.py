"""One program: its text, where it came from, and how it did on every split that may be shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adrs.archive.protocol import Archive
from adrs.archive.views import Appearance, TrialOutline
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.run import Role, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.errors import UsageError
from adrs.report.format import clean

MOST_MATCHES = 5
SHORT_ID = 8  # digits of an id that nearly always tell it from all others
LONGEST_DETAIL = 200
_STAND = (Role.CHAMPION, Role.CONTROL, Role.INITIAL, Role.BASELINE)
HIDDEN = "held-out results are shown once the run is finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A place in a run where a program occurs.

    Attributes:
        what: in words, such as "trial 37" or "champion".
        arm: the search, for a trial; None elsewhere.
        trial: the trial's number; None elsewhere.
        operator: the kind of change that was asked for; empty elsewhere.
        changes: the elementary changes that were made.
        proposer: who proposed it; empty elsewhere.
        idea: one line on what was changed.
        parents: ids of the parent and the inspirations.
        repeats: whether the trial repeated an earlier program, so that it was not evaluated.
    """

    what: str
    arm: Arm | None = None
    trial: int | None = None
    operator: str = ""
    changes: tuple[str, ...] = ()
    proposer: str = ""
    idea: str = ""
    parents: tuple[str, ...] = ()
    repeats: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitShown:
    """How the program did on one split.

    Attributes:
        split: the split.
        verdict: how the evaluation ended.
        mean: mean raw value; None unless the verdict is OK, and on stress shapes, whose values are
            never compared.
        scenarios: number of scenarios in the mean.
        detail: why there is no mean; may be empty.
        isolation: the isolation level under which it ran, such as "L3".
        evaluator: the evaluator's name and version.
        cpu_s: CPU seconds of its processes.
    """

    split: Split
    verdict: Verdict
    mean: float | None
    scenarios: int
    detail: str
    isolation: str
    evaluator: str
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramShown:
    """A program as one run knows it.

    Attributes:
        program_id: its identity.
        source: its text.
        run: the run.
        problem: the run's problem, as it was given.
        objective: the raw metric.
        origins: where it occurs in the run, trials first.
        made_from: of a program that no trial made, the trial whose program it is a shorter form
            of; None elsewhere.
        results: its evaluations by split, train first.
        hidden: why held-out results are not shown; empty where all that there are, are.
        other_runs: further runs in which it occurs, the oldest first.
    """

    program_id: str
    source: str
    run: str
    problem: str
    objective: Objective
    origins: tuple[Origin, ...]
    made_from: int | None
    results: tuple[SplitShown, ...]
    hidden: str
    other_runs: tuple[str, ...]


def resolve_program(archive: Archive, prefix: str) -> str:
    """Return the id of the one program that begins with `prefix`.

    Raises:
        UsageError: there is none, or several; the text gives near ones.
        ArchiveError: the archive cannot be read.
    """
    wanted = prefix.strip().lower()
    found = archive.program_ids(wanted, limit=MOST_MATCHES + 1) if wanted else ()
    if wanted in found or len(found) == 1:
        return wanted if wanted in found else found[0]
    if found:
        more = " and more" if len(found) > MOST_MATCHES else ""
        listed = ", ".join(found[:MOST_MATCHES])
        raise UsageError(
            f"several programs begin with '{prefix}': {listed}{more}. Give more of it."
        )
    near = _near(archive, wanted)
    hint = f"Nearest ids: {', '.join(near)}." if near else "Start a run with `adrs run PROBLEM`."
    raise UsageError(f"no program begins with '{prefix}' in this archive. {hint}")


def _near(archive: Archive, wanted: str) -> Sequence[str]:
    """Return some ids that share the longest beginning with the one asked for."""
    for length in range(len(wanted) - 1, -1, -1):
        found = archive.program_ids(wanted[:length], limit=3)
        if found:
            return found
    return ()


def record_of(archive: Archive, places: Sequence[Appearance], run: str | None) -> RunRecord:
    """Return the run in which a program is shown: the one named, else the newest that has it.

    Raises:
        UsageError: there is no such run, or the program does not occur in it.
    """
    if run is None:
        return archive.run(places[-1].run)
    record = archive.run(run)
    if all(place.run != record.name for place in places):
        names = ", ".join(_runs(places)[-3:])
        raise UsageError(f"that program does not occur in run {record.name}; it does in {names}.")
    return record


def text_of(places: Iterable[Appearance]) -> Program:
    """Return the text of a program among its places, where texts may differ in comments.

    What a run stands by, or a person wrote, goes before what was made on the way.
    """
    chosen = min(places, key=_rank)
    made = chosen.assessment or chosen.trial
    assert made is not None
    assert made.program is not None
    return made.program


def _rank(place: Appearance) -> int:
    if place.assessment is None:
        return len(_STAND)
    role = place.assessment.role
    return _STAND.index(role) if role in _STAND else len(_STAND) + 1


def show_program(
    places: Sequence[Appearance],
    record: RunRecord,
    objective: Objective,
    *,
    maker: TrialOutline | None = None,
) -> ProgramShown:
    """Return what one run knows of a program.

    Args:
        places: where it occurs, in all runs; `Archive.appearances`.
        record: the run, one of them.
        objective: its problem's metric.
        maker: the trial that the program came from; `lineage.maker_of`.
    """
    own = [place for place in places if place.run == record.name]
    program = text_of(own)
    evaluations = _evaluations(own)
    done = record.status is RunStatus.FINISHED
    shown = [e for split, e in evaluations.items() if done or not split.held_out]
    return ProgramShown(
        program_id=program.id,
        source=program.source,
        run=record.name,
        problem=record.config.problem,
        objective=objective,
        origins=tuple(_origins(own)),
        made_from=None if maker is None or maker.program_id == program.id else maker.number,
        results=tuple(map(_result, shown)),
        hidden="" if len(shown) == len(evaluations) else HIDDEN,
        other_runs=tuple(name for name in _runs(places) if name != record.name),
    )


def _runs(places: Iterable[Appearance]) -> list[str]:
    return list(dict.fromkeys(place.run for place in places))


def _evaluations(own: Iterable[Appearance]) -> dict[Split, Evaluation]:
    """Return the first evaluation on each split, in the order of the splits."""
    found: dict[Split, Evaluation] = {}
    for place in own:
        made = place.assessment or place.trial
        if made is not None and made.evaluation is not None:
            found.setdefault(made.evaluation.split, made.evaluation)
    return {split: found[split] for split in Split if split in found}


def _result(evaluation: Evaluation) -> SplitShown:
    compared = evaluation.split is not Split.STRESS
    return SplitShown(
        split=evaluation.split,
        verdict=evaluation.verdict,
        mean=evaluation.score if compared else None,
        scenarios=len(evaluation.values),
        detail=clean(evaluation.detail, limit=LONGEST_DETAIL),
        isolation=evaluation.isolation.name,
        evaluator=evaluation.evaluator,
        cpu_s=evaluation.cpu_s,
    )


def _origins(own: Sequence[Appearance]) -> Iterable[Origin]:
    seen: set[str] = set()
    for place in own:
        origin = _origin(place)
        if origin.what not in seen:
            seen.add(origin.what)
            yield origin


def _origin(place: Appearance) -> Origin:
    trial, assessment = place.trial, place.assessment
    if trial is not None:
        control = "" if trial.arm is Arm.SEARCH else f" of the {trial.arm}"
        return Origin(
            what=f"trial {trial.number}{control}",
            arm=trial.arm,
            trial=trial.number,
            operator=clean(trial.operator),
            changes=tuple(map(clean, trial.proposal.operators)),
            proposer=clean(trial.proposal.proposer),
            idea=clean(trial.proposal.idea),
            parents=trial.parent_ids,
            repeats=trial.duplicate_of is not None,
        )
    assert assessment is not None
    return Origin(what=_role_words(assessment.role, assessment.label))


def _role_words(role: Role, label: str) -> str:
    words = {
        Role.INITIAL: "the initial program",
        Role.BASELINE: f"baseline {clean(label)}",
        Role.CANDIDATE: "a candidate for champion",
        Role.RESERVE: "a reserve for the candidates",
        Role.REDUCTION: "a shorter form of a candidate",
        Role.CHAMPION: "the best program of the run",
        Role.CONTROL_CANDIDATE: "a candidate of the control",
        Role.CONTROL: "the best program of the control",
    }
    return words.get(role, role.value)
