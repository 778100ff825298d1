"""The programs of a run by the names that a user gives them."""

from collections.abc import Sequence

from adrs.archive import refusals
from adrs.archive.protocol import Archive
from adrs.core.program import Program
from adrs.core.run import Assessment, Role, RunRecord
from adrs.core.scenario import Split
from adrs.errors import UsageError
from adrs.report.program.changes import NamedProgram
from adrs.report.program.lineage import maker_of
from adrs.report.program.showing import SHORT_ID, resolve_program, text_of

INITIAL = "initial"
PARENT = "parent"
BEST = "best"
CONTROL = "control"


def named_program(
    archive: Archive, record: RunRecord, name: str, *, child: Program | None = None
) -> NamedProgram:
    """Return a program of a run, or of the archive, with what to call it.

    Args:
        archive: where it is.
        record: the run.
        name: "initial"; "best", the champion where there is one; "control"; "parent", of `child`;
            a baseline's name; a program's id or how it begins.
        child: the program whose parent is meant.

    Raises:
        UsageError: there is no such program; the text says why, or gives near names.
        ArchiveError: the archive cannot be read.
    """
    if name in (BEST, CONTROL):
        return _concluded(archive, record, name)
    if name == PARENT:
        return _parent(archive, record, child)
    humans = archive.assessments(
        record.name, roles=(Role.INITIAL, Role.BASELINE), splits=(Split.TRAIN,)
    )
    for made in humans:
        if made.program is not None and name == _name(made):
            return NamedProgram(name=name, program=made.program)
    known = _known(archive, record, [_name(made) for made in humans], child)
    if name == INITIAL:
        raise UsageError(
            f"run {record.name} has no result of its initial program yet. "
            f"Names that it knows: {known}."
        )
    return _by_id(archive, record, name, known)


def _known(
    archive: Archive, record: RunRecord, humans: Sequence[str], child: Program | None
) -> str:
    """Return the names that would be found now: what a run has not come to yet has none."""
    ended = archive.conclusion(record.name)
    others = {
        PARENT: child is not None,
        BEST: ended is not None,
        CONTROL: ended is not None and ended.control is not None,
    }
    names = dict.fromkeys([*humans, *(name for name, there in others.items() if there)])
    return ", ".join(names) or "none"


def _name(made: Assessment) -> str:
    return INITIAL if made.role is Role.INITIAL else made.label


def _concluded(archive: Archive, record: RunRecord, name: str) -> NamedProgram:
    conclusion = archive.conclusion(record.name)
    if conclusion is None:
        raise refusals.unfinished(record.name, place=archive.place)
    if name == BEST:
        title = "champion" if conclusion.improved else "best (no significant improvement)"
        return NamedProgram(name=title, program=conclusion.best)
    if conclusion.control is None:
        raise UsageError(f"run {record.name} has no control: it was run without one, or it failed.")
    return NamedProgram(name=CONTROL, program=conclusion.control)


def _by_id(archive: Archive, record: RunRecord, name: str, known: str) -> NamedProgram:
    try:
        program_id = resolve_program(archive, name)
    except UsageError as exc:
        raise UsageError(f"{exc} Names that run {record.name} knows: {known}.") from exc
    places = archive.appearances(program_id)
    own = [place for place in places if place.run == record.name]
    return NamedProgram(name=program_id[:SHORT_ID], program=text_of(own or places))


def _parent(archive: Archive, record: RunRecord, child: Program | None) -> NamedProgram:
    """Return the parent of a program; of a shortened champion, that of the trial it came from."""
    if child is None:
        raise UsageError(f"'{PARENT}' can only be what another program is compared with.")
    maker = maker_of(archive, record, child.id)
    if maker is None or not maker.parent_ids:
        raise UsageError(
            f"program {child.id} has no parent in run {record.name}: no trial of its search made "
            f"it. Compare with '{INITIAL}' or with a program's id."
        )
    parent_id = maker.parent_ids[0]
    places = [place for place in archive.appearances(parent_id) if place.run == record.name]
    if not places:
        raise UsageError(f"the parent of program {child.id}, {parent_id}, is not in the archive.")
    return NamedProgram(name=f"parent of trial {maker.number}", program=text_of(places))
