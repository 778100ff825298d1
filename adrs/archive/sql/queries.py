"""What is asked of many rows at once: answered from indexes and short columns, no text read."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from adrs.archive.sql import callmapping, mapping
from adrs.archive.sql.models import (
    AssessmentRow,
    CallRow,
    ConclusionRow,
    EvaluationRow,
    FirstRow,
    ProgramRow,
    RunRow,
    TrialRow,
)
from adrs.archive.sql.packing import Kind
from adrs.archive.views import Appearance, RunOverview
from adrs.core.call import CallOutcome
from adrs.core.run import Assessment, Role
from adrs.core.scenario import Split
from adrs.core.trial import Arm

Rows = dict[int, mapping.AnyRow]


def overviews(connection: Connection) -> list[RunOverview]:
    """Return what every run has come to, oldest first."""
    counts = _by_run(connection, _TRIAL_COUNTS)
    concluded = _by_run(connection, _CONCLUDED)
    calls = _by_run(connection, _CALL_SUMS)
    scores = {(row.run_id, row.split): row.score for row in connection.execute(_CHAMPIONS)}
    found = []
    for run_id, name in connection.execute(select(RunRow.id, RunRow.name).order_by(RunRow.id)):
        paid = calls.get(run_id)
        found.append(
            RunOverview(
                name=name,
                trials=counts[run_id].trials if run_id in counts else 0,
                train=scores.get((run_id, Split.TRAIN.value)),
                heldout=scores.get((run_id, Split.HELDOUT.value)),
                improved=concluded[run_id].improved if run_id in concluded else None,
                calls=0 if paid is None else paid.calls,
                known_usd=0.0 if paid is None else paid.known_usd,
                unpriced=0 if paid is None else paid.unpriced,
            )
        )
    return found


def _by_run(connection: Connection, query: Select[*tuple[object, ...]]) -> Rows:
    return {row.run_id: row for row in connection.execute(query)}


_TRIAL_COUNTS = (
    select(TrialRow.run_id, func.count().label("trials"))
    .where(TrialRow.arm == Arm.SEARCH.value)
    .group_by(TrialRow.run_id)
)
_CONCLUDED = select(ConclusionRow.run_id, ConclusionRow.improved)
_CHAMPIONS = (
    select(AssessmentRow.run_id, EvaluationRow.split, EvaluationRow.score)
    .join(EvaluationRow, EvaluationRow.id == AssessmentRow.evaluation_id)
    .where(
        AssessmentRow.role == Role.CHAMPION.value,
        EvaluationRow.split.in_((Split.TRAIN.value, Split.HELDOUT.value)),
    )
    .order_by(AssessmentRow.id)
)
# The rule of `adrs.core.spending.answered`, in SQL.
_CALL_SUMS = (
    select(
        CallRow.run_id,
        func.count().label("calls"),
        func.coalesce(func.sum(CallRow.cost_usd), 0.0).label("known_usd"),
        func.sum(case((CallRow.cost_usd.is_(None), 1), else_=0)).label("unpriced"),
    )
    .where(
        or_(CallRow.outcome == CallOutcome.OK.value, CallRow.completion_tokens > 0),
        CallRow.cached_from == "",
    )
    .group_by(CallRow.run_id)
)


def _is_first(kind: Kind, run_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return and_(FirstRow.run_id == run_id, FirstRow.kind == kind.value)


def trials(
    columns: mapping.Columns, run_id: int, arm: Arm, *, last_id: int
) -> Select[*tuple[object, ...]]:
    """Return the query for these columns of an arm's trials up to an id, in their order."""
    return (
        select(*columns)
        .select_from(TrialRow)
        .outerjoin(ProgramRow, ProgramRow.key == TrialRow.program_key)
        .outerjoin(FirstRow, _is_first(Kind.PROGRAM, TrialRow.run_id))
        .outerjoin(EvaluationRow, EvaluationRow.id == TrialRow.evaluation_id)
        .where(TrialRow.run_id == run_id, TrialRow.arm == arm.value, TrialRow.id <= last_id)
        .order_by(TrialRow.id)
    )


_ASSESSMENTS = (
    select(*mapping.ASSESSMENT_COLUMNS)
    .select_from(AssessmentRow)
    .join(EvaluationRow, EvaluationRow.id == AssessmentRow.evaluation_id)
    .outerjoin(ProgramRow, ProgramRow.key == AssessmentRow.program_key)
    .outerjoin(FirstRow, _is_first(Kind.PROGRAM, AssessmentRow.run_id))
)
# Made once: SQLAlchemy takes longer to build this query than SQLite to answer it.
_OF_RUN = _ASSESSMENTS.where(
    AssessmentRow.run_id == bindparam("run_id"),
    AssessmentRow.role.in_(bindparam("roles", expanding=True)),
    EvaluationRow.split.in_(bindparam("splits", expanding=True)),
).order_by(AssessmentRow.id)


def assessments(
    connection: Connection, run_id: int, roles: Collection[Role], splits: Collection[Split]
) -> list[Assessment]:
    """Return a run's assessments of some roles on some splits, in their order."""
    params = {
        "run_id": run_id,
        "roles": [role.value for role in roles],
        "splits": [split.value for split in splits],
    }
    return [mapping.assessment(row) for row in connection.execute(_OF_RUN, params)]


def calls(ids: Sequence[int]) -> Select[*tuple[object, ...]]:
    """Return the query for calls by their ids, in their order."""
    return _CALLS.where(CallRow.id.in_(ids)).order_by(CallRow.id)


def newest_answer(digest: str, *, run: str | None) -> Select[*tuple[object, ...]]:
    """Return the query for the newest answer to a request, in one run or, for None, in all."""
    query = (
        _CALLS.add_columns(RunRow.name.label("run_name"))
        .join(RunRow, RunRow.id == CallRow.run_id)
        .where(CallRow.digest == digest, CallRow.outcome == CallOutcome.OK.value)
        .order_by(CallRow.id.desc())
        .limit(1)
    )
    return query if run is None else query.where(RunRow.name == run)


_CALLS = (
    select(*callmapping.CALL_COLUMNS)
    .select_from(CallRow)
    .outerjoin(FirstRow, _is_first(Kind.CALL, CallRow.run_id))
)


def conclusion(run_id: int) -> Select[*tuple[Any, ...]]:
    """Return the query for a run's conclusion, its three programs and the first of the run."""
    champion, best, control = (aliased(ProgramRow) for _ in range(3))
    return (
        select(ConclusionRow, champion, best, control, FirstRow.text_z)
        .join(champion, champion.key == ConclusionRow.champion_key)
        .join(best, best.key == ConclusionRow.best_key)
        .outerjoin(control, control.key == ConclusionRow.control_key)
        .outerjoin(FirstRow, _is_first(Kind.PROGRAM, ConclusionRow.run_id))
        .where(ConclusionRow.run_id == run_id)
    )


def program_ids(connection: Connection, prefix: str, *, limit: int) -> Sequence[str]:
    """Return the ids of programs that begin with `prefix`, each once, sorted, at most `limit`."""
    query = select(ProgramRow.id).distinct().order_by(ProgramRow.id).limit(limit)
    if prefix:
        query = query.where(func.substr(ProgramRow.id, 1, len(prefix)) == prefix)
    return connection.scalars(query).all()


def appearances(connection: Connection, program_id: str) -> Iterator[Appearance]:
    """Yield where a program of that id occurs, runs from the oldest."""
    keys = connection.scalars(select(ProgramRow.key).where(ProgramRow.id == program_id)).all()
    tried = (
        select(TrialRow.run_id.label("at_run"), RunRow.name.label("at"), *mapping.TRIAL_COLUMNS)
        .select_from(TrialRow)
        .join(RunRow, RunRow.id == TrialRow.run_id)
        .join(ProgramRow, ProgramRow.key == TrialRow.program_key)
        .outerjoin(FirstRow, _is_first(Kind.PROGRAM, TrialRow.run_id))
        .outerjoin(EvaluationRow, EvaluationRow.id == TrialRow.evaluation_id)
        .where(TrialRow.program_key.in_(keys))
        .order_by(TrialRow.run_id, TrialRow.arm.desc(), TrialRow.id)
    )
    assessed = (
        _ASSESSMENTS.add_columns(AssessmentRow.run_id.label("at_run"), RunRow.name.label("at"))
        .join(RunRow, RunRow.id == AssessmentRow.run_id)
        .where(AssessmentRow.program_key.in_(keys))
        .order_by(AssessmentRow.run_id, AssessmentRow.id)
    )
    found = [
        (row.at_run, Appearance(run=row.at, trial=mapping.trial(row)))
        for row in connection.execute(tried)
    ]
    found += [
        (row.at_run, Appearance(run=row.at, assessment=mapping.assessment(row)))
        for row in connection.execute(assessed)
    ]
    found.sort(key=lambda pair: pair[0])  # stable: a run's trials stay before its assessments
    return (appearance for _, appearance in found)
