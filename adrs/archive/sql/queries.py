"""What is asked of many rows at once: answered from indexes and short columns, no text read."""

from collections.abc import Collection, Iterator, Sequence

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

from adrs.archive.sql import callmapping, mapping
from adrs.archive.sql.packing import Kind
from adrs.archive.sql.tables import (
    ASSESSMENTS,
    CALLS,
    CONCLUSIONS,
    EVALUATIONS,
    FIRSTS,
    PROGRAMS,
    RUNS,
    TRIALS,
)
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
    for run_id, name in connection.execute(select(RUNS.c.id, RUNS.c.name).order_by(RUNS.c.id)):
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
    select(TRIALS.c.run_id, func.count().label("trials"))
    .where(TRIALS.c.arm == Arm.SEARCH.value)
    .group_by(TRIALS.c.run_id)
)
_CONCLUDED = select(CONCLUSIONS.c.run_id, CONCLUSIONS.c.improved)
_CHAMPIONS = (
    select(ASSESSMENTS.c.run_id, EVALUATIONS.c.split, EVALUATIONS.c.score)
    .join(EVALUATIONS, EVALUATIONS.c.id == ASSESSMENTS.c.evaluation_id)
    .where(
        ASSESSMENTS.c.role == Role.CHAMPION.value,
        EVALUATIONS.c.split.in_((Split.TRAIN.value, Split.HELDOUT.value)),
    )
    .order_by(ASSESSMENTS.c.id)
)
# The rule of `adrs.core.spending.answered`, in SQL.
_CALL_SUMS = (
    select(
        CALLS.c.run_id,
        func.count().label("calls"),
        func.coalesce(func.sum(CALLS.c.cost_usd), 0.0).label("known_usd"),
        func.sum(case((CALLS.c.cost_usd.is_(None), 1), else_=0)).label("unpriced"),
    )
    .where(
        or_(CALLS.c.outcome == CallOutcome.OK.value, CALLS.c.prompt_tokens > 0),
        CALLS.c.cached_from == "",
    )
    .group_by(CALLS.c.run_id)
)


def _is_first(kind: Kind, run_id: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(FIRSTS.c.run_id == run_id, FIRSTS.c.kind == kind.value)


def trials(
    columns: mapping.Columns, run_id: int, arm: Arm, *, last_id: int
) -> Select[*tuple[object, ...]]:
    """Return the query for these columns of an arm's trials up to an id, in their order."""
    return (
        select(*columns)
        .select_from(TRIALS)
        .outerjoin(PROGRAMS, PROGRAMS.c.key == TRIALS.c.program_key)
        .outerjoin(FIRSTS, _is_first(Kind.PROGRAM, TRIALS.c.run_id))
        .outerjoin(EVALUATIONS, EVALUATIONS.c.id == TRIALS.c.evaluation_id)
        .where(TRIALS.c.run_id == run_id, TRIALS.c.arm == arm.value, TRIALS.c.id <= last_id)
        .order_by(TRIALS.c.id)
    )


_ASSESSMENTS = (
    select(*mapping.ASSESSMENT_COLUMNS)
    .select_from(ASSESSMENTS)
    .join(EVALUATIONS, EVALUATIONS.c.id == ASSESSMENTS.c.evaluation_id)
    .outerjoin(PROGRAMS, PROGRAMS.c.key == ASSESSMENTS.c.program_key)
    .outerjoin(FIRSTS, _is_first(Kind.PROGRAM, ASSESSMENTS.c.run_id))
)
# Made once: SQLAlchemy takes longer to build this query than SQLite to answer it.
_OF_RUN = _ASSESSMENTS.where(
    ASSESSMENTS.c.run_id == bindparam("run_id"),
    ASSESSMENTS.c.role.in_(bindparam("roles", expanding=True)),
    EVALUATIONS.c.split.in_(bindparam("splits", expanding=True)),
).order_by(ASSESSMENTS.c.id)


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
    return _CALLS.where(CALLS.c.id.in_(ids)).order_by(CALLS.c.id)


def answered(connection: Connection, run_id: int) -> set[str]:
    """Return the digests of the requests to which a run has an answer."""
    own = (CALLS.c.run_id == run_id, CALLS.c.outcome == CallOutcome.OK.value)
    return set(connection.scalars(select(CALLS.c.digest).where(*own)))


def newest_answer(
    connection: Connection, digest: str, *, run: str | None
) -> "mapping.AnyRow | None":
    """Return the row of the newest answer to a request, in one run or, for None, in all."""
    query, params = _NEWEST_ANSWER, {"digest": digest}
    if run is not None:
        query, params = _NEWEST_ANSWER_OF_RUN, {"digest": digest, "run": run}
    return connection.execute(query, params).one_or_none()


_CALLS = (
    select(*callmapping.CALL_COLUMNS)
    .select_from(CALLS)
    .outerjoin(FIRSTS, _is_first(Kind.CALL, CALLS.c.run_id))
)
# Asked before every call; SQLAlchemy takes longer to build a query than SQLite to answer it.
_NEWEST_ANSWER = (
    _CALLS.add_columns(RUNS.c.name.label("run_name"))
    .join(RUNS, RUNS.c.id == CALLS.c.run_id)
    .where(CALLS.c.digest == bindparam("digest"), CALLS.c.outcome == CallOutcome.OK.value)
    .order_by(CALLS.c.id.desc())
    .limit(1)
)
_NEWEST_ANSWER_OF_RUN = _NEWEST_ANSWER.where(RUNS.c.name == bindparam("run"))


def conclusion(run_id: int) -> Select[*tuple[object, ...]]:
    """Return the query for a run's conclusion, its three programs and the first of the run."""
    champion, best, control = mapping.CHAMPION, mapping.BEST, mapping.CONTROL
    return (
        select(*mapping.CONCLUSION_COLUMNS)
        .select_from(CONCLUSIONS)
        .join(champion, champion.c.key == CONCLUSIONS.c.champion_key)
        .join(best, best.c.key == CONCLUSIONS.c.best_key)
        .outerjoin(control, control.c.key == CONCLUSIONS.c.control_key)
        .outerjoin(FIRSTS, _is_first(Kind.PROGRAM, CONCLUSIONS.c.run_id))
        .where(CONCLUSIONS.c.run_id == run_id)
    )


def program_ids(connection: Connection, prefix: str, *, limit: int) -> Sequence[str]:
    """Return the ids of programs that begin with `prefix`, each once, sorted, at most `limit`."""
    query = select(PROGRAMS.c.id).distinct().order_by(PROGRAMS.c.id).limit(limit)
    if prefix:
        query = query.where(func.substr(PROGRAMS.c.id, 1, len(prefix)) == prefix)
    return connection.scalars(query).all()


def appearances(connection: Connection, program_id: str) -> Iterator[Appearance]:
    """Yield where a program of that id occurs, runs from the oldest."""
    keys = connection.scalars(select(PROGRAMS.c.key).where(PROGRAMS.c.id == program_id)).all()
    tried = (
        select(TRIALS.c.run_id.label("at_run"), RUNS.c.name.label("at"), *mapping.TRIAL_COLUMNS)
        .select_from(TRIALS)
        .join(RUNS, RUNS.c.id == TRIALS.c.run_id)
        .join(PROGRAMS, PROGRAMS.c.key == TRIALS.c.program_key)
        .outerjoin(FIRSTS, _is_first(Kind.PROGRAM, TRIALS.c.run_id))
        .outerjoin(EVALUATIONS, EVALUATIONS.c.id == TRIALS.c.evaluation_id)
        .where(TRIALS.c.program_key.in_(keys))
        .order_by(TRIALS.c.run_id, TRIALS.c.arm.desc(), TRIALS.c.id)
    )
    assessed = (
        _ASSESSMENTS.add_columns(ASSESSMENTS.c.run_id.label("at_run"), RUNS.c.name.label("at"))
        .join(RUNS, RUNS.c.id == ASSESSMENTS.c.run_id)
        .where(ASSESSMENTS.c.program_key.in_(keys))
        .order_by(ASSESSMENTS.c.run_id, ASSESSMENTS.c.id)
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
