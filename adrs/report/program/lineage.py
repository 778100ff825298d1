"""How a run came from the initial program to its champion, step by step."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from adrs.archive.protocol import Archive
from adrs.archive.views import TrialOutline
from adrs.core.objective import Objective
from adrs.core.run import Assessment, Conclusion, Role, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.report.format import clean
from adrs.report.problemfacts import ProblemFacts

CROSSOVER = "crossover"
REDUCED = "made shorter"
SO_FAR = "best so far"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestor:
    """A program on the way from the initial one to the champion.

    Attributes:
        trial: number of the trial that made it; None for one that no trial made.
        program_id: the program.
        operator: the kind of change that was asked for; empty where no trial made it.
        changes: the elementary changes that were made.
        proposer: who proposed it; empty likewise.
        idea: one line on what was changed; for a program that no trial made, what it is.
        score: its raw train score; None without one.
        change: relative change of the train score against the program before it in the line;
            None for the first, and without both scores.
        gain: whether that change is for the better; None without one.
        mates: numbers of the trials that made the other parents of a crossover.
        folded: trials that branch off here and lead to nothing in the line.
        folded_best: the best raw train score among them; None without one.
    """

    trial: int | None
    program_id: str
    operator: str
    changes: tuple[str, ...]
    proposer: str
    idea: str
    score: float | None
    change: float | None
    gain: bool | None
    mates: tuple[int, ...]
    folded: int
    folded_best: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """The line of programs that ends with a run's champion.

    Attributes:
        run: the run.
        problem: its problem, as it was given.
        objective: the raw metric.
        status: where the run stands.
        improved: what it concluded; None while it is not finished.
        end: what the line ends with: "champion", "best found" or "best so far".
        trials: trials of the search.
        ancestors: the programs, the oldest first; empty where no trial has a score or, in the end,
            none of the best gave a program that is valid everywhere and not the initial one.
    """

    run: str
    problem: str
    objective: Objective
    status: RunStatus
    improved: bool | None
    end: str
    trials: int
    ancestors: tuple[Ancestor, ...]


def lineage(archive: Archive, record: RunRecord, facts: ProblemFacts) -> Lineage:
    """Trace a run's champion back to where the search began.

    A run that has not concluded an improvement is traced from the best program found.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    conclusion = archive.conclusion(record.name)
    outlines = [o for o in archive.outlines(record.name, Arm.SEARCH) if o.number > 0]
    roles = (Role.INITIAL, Role.BASELINE, Role.CANDIDATE, Role.CHAMPION)
    splits = (Split.TRAIN, Split.STRESS)
    made = archive.assessments(record.name, roles=roles, splits=splits)
    family = _Family(outlines, _roots(made), facts.objective)
    last = _origin(outlines, conclusion, made, facts.objective)
    line = [] if last is None else family.line(last)
    ancestors = family.ancestors(line)
    if line and conclusion is not None and conclusion.best.id != line[-1].program_id:
        ancestors.append(_reduced(conclusion, made, ancestors[-1], facts.objective))
    return Lineage(
        run=record.name,
        problem=record.config.problem,
        objective=facts.objective,
        status=record.status,
        improved=None if conclusion is None else conclusion.improved,
        end=_end(conclusion),
        trials=len(outlines),
        ancestors=tuple(ancestors),
    )


def maker_of(archive: Archive, record: RunRecord, program_id: str) -> TrialOutline | None:
    """Return the trial of a run's search that made a program; None where no trial did.

    The best program of a finished run is mostly a shorter form of a trial's, which is meant then.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    outlines = [o for o in archive.outlines(record.name, Arm.SEARCH) if o.number > 0]
    conclusion = archive.conclusion(record.name)
    own = (o for o in outlines if o.program_id == program_id and o.duplicate_of is None)
    maker = next(own, None)
    if maker is not None or conclusion is None or conclusion.best.id != program_id:
        return maker
    picked = archive.assessments(record.name, roles=(Role.CANDIDATE,), splits=(Split.STRESS,))
    return _picked(outlines, conclusion, picked)


def _end(conclusion: Conclusion | None) -> str:
    if conclusion is None:
        return SO_FAR
    return "champion" if conclusion.improved else "best found"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Root:
    """A program that no trial made: the initial one or a baseline."""

    program_id: str
    title: str
    score: float | None


def _roots(made: Iterable[Assessment]) -> Mapping[str, _Root]:
    roots: dict[str, _Root] = {}
    for one in made:
        if one.evaluation.split is not Split.TRAIN or one.role is Role.CHAMPION:
            continue
        title = "initial program" if one.role is Role.INITIAL else f"baseline {one.label}"
        root = _Root(program_id=one.evaluation.program_id, title=title, score=one.evaluation.score)
        roots.setdefault(root.program_id, root)
    return roots


def _origin(
    outlines: Sequence[TrialOutline],
    conclusion: Conclusion | None,
    made: Sequence[Assessment],
    objective: Objective,
) -> TrialOutline | None:
    """Return the trial that the champion, or the best program, came from; None for none."""
    if conclusion is not None:
        return _picked(outlines, conclusion, made)
    scored = [o for o in outlines if o.score is not None]
    return max(scored, key=lambda o: objective.fitness(o.score or 0.0), default=None)


def _picked(
    outlines: Sequence[TrialOutline], conclusion: Conclusion, made: Iterable[Assessment]
) -> TrialOutline | None:
    """Return the trial that a finished run's best program came from; None for none."""
    number = conclusion.champion_trial
    if number is not None:
        return next((o for o in outlines if o.number == number), None)
    # Of the candidates, only the one that was picked is valid on the stress shapes: the others
    # before it failed there, and those behind it were never tried.
    picked = {
        a.evaluation.program_id
        for a in made
        if a.role is Role.CANDIDATE and a.evaluation.split is Split.STRESS and a.evaluation.ok
    }
    return next((o for o in outlines if o.program_id in picked), None)


class _Family:
    """Who came from whom in a search."""

    def __init__(
        self,
        outlines: Sequence[TrialOutline],
        roots: Mapping[str, _Root],
        objective: Objective,
    ) -> None:
        self._outlines = outlines
        self._roots = roots
        self._objective = objective
        self._maker: dict[str, TrialOutline] = {}
        for outline in outlines:
            if outline.program_id is not None and outline.duplicate_of is None:
                self._maker.setdefault(outline.program_id, outline)

    def line(self, last: TrialOutline) -> list[TrialOutline]:
        """Return the trials from the first to `last`, each made from the one before."""
        line = [last]
        while True:
            parent = self._maker.get(_parent_id(line[-1]))
            # A parent is asked for after it was told, so that numbers fall; a damaged record
            # must not lead round in a circle.
            if parent is None or parent.number >= line[-1].number:
                return line[::-1]
            line.append(parent)

    def ancestors(self, line: Sequence[TrialOutline]) -> list[Ancestor]:
        """Return the line with its root, and what branches off at every place."""
        if not line:
            return []
        root_id = _parent_id(line[0])
        root = self._roots.get(root_id) or _Root(
            program_id=root_id, title="a program of no trial", score=None
        )
        folded, best = self._branches(root_id, line)
        found = [
            Ancestor(
                trial=None,
                program_id=root_id,
                operator="",
                changes=(),
                proposer="",
                idea=root.title,
                score=root.score,
                change=None,
                gain=None,
                mates=(),
                folded=folded[root_id],
                folded_best=best.get(root_id),
            )
        ]
        for outline in line:
            program_id = outline.program_id or ""
            found.append(
                self._ancestor(outline, found[-1], folded[program_id], best.get(program_id))
            )
        return found

    def _ancestor(
        self, outline: TrialOutline, before: Ancestor, folded: int, best: float | None
    ) -> Ancestor:
        change = _change(outline.score, before.score)
        return Ancestor(
            trial=outline.number,
            program_id=outline.program_id or "",
            operator=clean(outline.operator),
            changes=tuple(map(clean, outline.operators)),
            proposer=clean(outline.proposer),
            idea=clean(outline.idea),
            score=outline.score,
            change=change,
            gain=_is_gain(change, self._objective),
            mates=self._mates(outline),
            folded=folded,
            folded_best=best,
        )

    def _mates(self, outline: TrialOutline) -> tuple[int, ...]:
        if CROSSOVER not in (outline.operator, *outline.operators):
            return ()
        makers = (self._maker.get(parent) for parent in outline.parent_ids[1:])
        return tuple(maker.number for maker in makers if maker is not None)

    def _branches(
        self, root_id: str, line: Sequence[TrialOutline]
    ) -> tuple[Counter[str], dict[str, float]]:
        """Count the trials off the line by the program of the line that they descend from."""
        in_line = {outline.number for outline in line}
        anchor = {root_id: root_id} | {o.program_id or "": o.program_id or "" for o in line}
        folded: Counter[str] = Counter()
        best: dict[str, float] = {}
        for outline in self._outlines:
            at = anchor.get(_parent_id(outline))
            if outline.number in in_line or at is None:
                continue
            folded[at] += 1
            if outline.program_id is not None and outline.duplicate_of is None:
                anchor.setdefault(outline.program_id, at)
            if outline.score is not None and outline.duplicate_of is None:
                known = best.setdefault(at, outline.score)
                best[at] = max(known, outline.score, key=self._objective.fitness)
        return folded, best


def _parent_id(outline: TrialOutline) -> str:
    return outline.parent_ids[0] if outline.parent_ids else ""


def _change(score: float | None, before: float | None) -> float | None:
    if score is None or not before:
        return None
    return (score - before) / abs(before)


def _is_gain(change: float | None, objective: Objective) -> bool | None:
    return None if change is None else objective.fitness(change) > 0


def _reduced(
    conclusion: Conclusion, made: Iterable[Assessment], before: Ancestor, objective: Objective
) -> Ancestor:
    """Return the last step: the program was cut down without making it worse."""
    score = next(
        (
            a.evaluation.score
            for a in made
            if a.role is Role.CHAMPION and a.evaluation.split is Split.TRAIN
        ),
        None,
    )
    change = _change(score, before.score)
    return Ancestor(
        trial=None,
        program_id=conclusion.best.id,
        operator="",
        changes=(),
        proposer="",
        idea=REDUCED,
        score=score,
        change=change,
        gain=_is_gain(change, objective),
        mates=(),
        folded=0,
        folded_best=None,
    )
