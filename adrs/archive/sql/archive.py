"""The archive on a SQL database."""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from adrs.archive import refusals
from adrs.archive.checks import check_evaluation, check_seconds
from adrs.archive.sql import callmapping, mapping, queries
from adrs.archive.sql.inserting import Inserter
from adrs.archive.sql.tables import (
    CALLS,
    CONCLUSIONS,
    RUNS,
    TRIALS,
)
from adrs.archive.sql.transactions import for_writing, reading, writing
from adrs.archive.views import Appearance, RunOverview, TrialOutline
from adrs.core.call import Call
from adrs.core.run import Assessment, Conclusion, Role, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Trial
from adrs.errors import ArchiveError

PAGE = 500
T = TypeVar("T")


class SqlArchive:
    """Implements the `Archive` protocol; `open_archive` makes one.

    Reads are short transactions, also while `trials` is being iterated, so a reader never holds
    up the writer.
    """

    def __init__(self, engine: Engine, *, place: str, read_only: bool = False) -> None:
        """Take over an engine on a database whose tables are up to date.

        Args:
            engine: disposed of by `close`.
            place: what to call the archive in an error.
            read_only: whether every writing call is refused.
        """
        self._engine = engine
        self._writer = for_writing(engine)
        self._place = place
        self._read_only = read_only
        self._closed = False
        self._inserter = Inserter()
        # Calls are added by the threads that made them, beside the engine's own.
        self._lock = threading.RLock()

    @property
    def place(self) -> str:
        """What a command calls the archive: a path, or a URL without its password."""
        return self._place

    def create_run(self, record: RunRecord) -> None:
        """Add a run; see `Archive.create_run`."""
        check_seconds(record.spent_s)
        with self._writing() as connection:
            if self._inserter.run_id(connection, record.name) is not None:
                raise refusals.run_exists(record.name, place=self._place)
            connection.execute(insert(RUNS), mapping.run_params(record))

    def runs(self) -> Sequence[RunRecord]:
        """Return all runs, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(select(*mapping.RUN_COLUMNS).order_by(RUNS.c.id))
            return [mapping.run_record(row) for row in rows]

    def run(self, name: str | None) -> RunRecord:
        """Return the run of that name, the newest for None; see `Archive.run`."""
        query = select(*mapping.RUN_COLUMNS).order_by(RUNS.c.id.desc()).limit(1)
        if name is not None:
            query = query.where(RUNS.c.name == name)
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                known = connection.scalars(select(RUNS.c.name)).all()
                raise refusals.no_such_run(name, known, place=self._place)
            return mapping.run_record(row)

    def overviews(self) -> Sequence[RunOverview]:
        """Return what every run has come to, oldest first."""
        with self._reading() as connection:
            return queries.overviews(connection)

    def set_status(self, name: str, status: RunStatus, *, spent_s: float) -> None:
        """Set a run's status and spent wall seconds; see `Archive.set_status`."""
        check_seconds(spent_s)
        with self._writing() as connection:
            run_id = self._known_run_id(connection, name)
            _set_status(connection, run_id, status, spent_s=spent_s)

    def add_trial(self, run: str, trial: Trial) -> None:
        """Append a trial with its program and evaluation; see `Archive.add_trial`."""
        if trial.evaluation is not None:
            check_evaluation(trial.evaluation)
        try:
            with self._writing() as connection:
                run_id = self._known_run_id(connection, run)
                self._inserter.add_trial(connection, run_id, trial)
        except ArchiveError as exc:
            if isinstance(exc.__cause__, IntegrityError) and self._has_trial(run, trial):
                place = self._place
                raise refusals.trial_exists(run, trial.arm, trial.number, place=place) from None
            raise

    def trials(self, run: str, arm: Arm) -> Iterator[Trial]:
        """Return the trials of one arm that are there now, in the order in which they came.

        They are read in pages as they are taken, so memory does not grow with their number.
        """
        return self._paged(mapping.TRIAL_COLUMNS, mapping.trial, *self._present(run, arm))

    def outlines(self, run: str, arm: Arm) -> Iterator[TrialOutline]:
        """Return the trials of one arm that are there now, without their texts and values."""
        return self._paged(mapping.OUTLINE_COLUMNS, mapping.outline, *self._present(run, arm))

    def trial_count(self, run: str, arm: Arm) -> int:
        """Return how many trials of one arm there are."""
        with self._reading() as connection:
            run_id = self._known_run_id(connection, run)
            query = select(func.count()).where(TRIALS.c.run_id == run_id, TRIALS.c.arm == arm.value)
            return connection.scalars(query).one()

    def add_call(self, run: str, call: Call) -> None:
        """Append an attempt at a model call; see `Archive.add_call`."""
        with self._writing() as connection:
            run_id = self._known_run_id(connection, run)
            self._inserter.add_call(connection, run_id, call)

    def calls(self, run: str) -> Iterator[Call]:
        """Return the attempts of a run that are there now, in the order in which they came."""
        with self._reading() as connection:
            run_id = self._known_run_id(connection, run)
            query = select(CALLS.c.id).where(CALLS.c.run_id == run_id).order_by(CALLS.c.id)
            ids = connection.scalars(query).all()
        return self._calls(ids)

    def answered(self, run: str) -> Collection[str]:
        """Return the digests of the requests to which the run has an answer."""
        with self._reading() as connection:
            return queries.answered(connection, self._known_run_id(connection, run))

    def answer(self, digest: str, *, run: str | None) -> tuple[str, Call] | None:
        """Return the newest answer to a request; see `Archive.answer`."""
        with self._reading() as connection:
            row = queries.newest_answer(connection, digest, run=run)
            return None if row is None else (row.run_name, callmapping.call(row))

    def add_assessment(self, run: str, assessment: Assessment) -> None:
        """Append an evaluation made outside the search."""
        check_evaluation(assessment.evaluation)
        with self._writing() as connection:
            run_id = self._known_run_id(connection, run)
            self._inserter.add_assessment(connection, run_id, assessment)

    def assessments(
        self,
        run: str,
        *,
        roles: Collection[Role] = tuple(Role),
        splits: Collection[Split] = tuple(Split),
    ) -> Sequence[Assessment]:
        """Return a run's assessments in the order in which they came; see `Archive.assessments`."""
        with self._reading() as connection:
            run_id = self._known_run_id(connection, run)
            return queries.assessments(connection, run_id, roles, splits)

    def conclude(self, run: str, conclusion: Conclusion, *, spent_s: float) -> None:
        """Write what the run decided and set it FINISHED; see `Archive.conclude`."""
        check_seconds(spent_s)
        with self._writing() as connection:
            run_id = self._known_run_id(connection, run)
            if connection.scalar(select(exists().where(CONCLUSIONS.c.run_id == run_id))):
                raise refusals.already_concluded(run, place=self._place)
            self._inserter.add_conclusion(connection, run_id, conclusion)
            _set_status(connection, run_id, RunStatus.FINISHED, spent_s=spent_s)

    def conclusion(self, run: str) -> Conclusion | None:
        """Return what the run decided; None while it is not finished."""
        with self._reading() as connection:
            run_id = self._known_run_id(connection, run)
            row = connection.execute(queries.conclusion(run_id)).one_or_none()
            return None if row is None else mapping.conclusion(row)

    def program_ids(self, prefix: str, *, limit: int) -> Sequence[str]:
        """Return the ids of programs that begin with `prefix`; see `Archive.program_ids`."""
        with self._reading() as connection:
            return queries.program_ids(connection, prefix, limit=limit)

    def appearances(self, program_id: str) -> Sequence[Appearance]:
        """Return where a program occurs, runs from the oldest; see `Archive.appearances`."""
        with self._reading() as connection:
            return list(queries.appearances(connection, program_id))

    def close(self) -> None:
        """Close the connections and refuse every further call; safe to call twice."""
        self._closed = True
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._lock:
            if self._closed:
                raise refusals.closed(place=self._place)
            with reading(self._engine, self._place) as connection:
                yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock:
            if self._closed:
                raise refusals.closed(place=self._place)
            if self._read_only:
                raise ArchiveError(f"{self._place} was opened for reading only.")
            try:
                with writing(self._writer, self._place) as connection:
                    yield connection
            except BaseException:
                self._inserter.forget()  # what it added is undone
                raise

    def _known_run_id(self, connection: Connection, name: str) -> int:
        run_id = self._inserter.run_id(connection, name)
        if run_id is None:
            raise refusals.unknown_run(name, place=self._place)
        return run_id

    def _has_trial(self, run: str, trial: Trial) -> bool:
        with self._reading() as connection:
            mine = (
                TRIALS.c.run_id == self._known_run_id(connection, run),
                TRIALS.c.arm == trial.arm.value,
                TRIALS.c.number == trial.number,
            )
            return bool(connection.scalar(select(exists().where(*mine))))

    def _calls(self, ids: Sequence[int]) -> Iterator[Call]:
        for start in range(0, len(ids), PAGE):
            query = queries.calls(ids[start : start + PAGE])
            with self._reading() as connection:
                found = [callmapping.call(row) for row in connection.execute(query)]
            yield from found

    def _present(self, run: str, arm: Arm) -> tuple[int, Arm, int]:
        """Return a run's id, the arm, and the id of the newest trial that is there now."""
        with self._reading() as connection:
            run_id = self._known_run_id(connection, run)
            own = (TRIALS.c.run_id == run_id, TRIALS.c.arm == arm.value)
            last_id = connection.scalar(select(func.max(TRIALS.c.id)).where(*own))
        return run_id, arm, last_id or 0

    def _paged(
        self,
        columns: mapping.Columns,
        converted: Callable[[mapping.AnyRow], T],
        run_id: int,
        arm: Arm,
        last_id: int,
    ) -> Iterator[T]:
        query = queries.trials(columns, run_id, arm, last_id=last_id).limit(PAGE)
        taken_id = 0
        while taken_id < last_id:
            with self._reading() as connection:
                rows = connection.execute(query.where(TRIALS.c.id > taken_id)).all()
                page = [converted(row) for row in rows]
            if not rows:
                return
            taken_id = rows[-1].trial_id
            yield from page


def _set_status(connection: Connection, run_id: int, status: RunStatus, *, spent_s: float) -> None:
    unfinished = RUNS.c.status != RunStatus.FINISHED.value
    statement = update(RUNS).where(RUNS.c.id == run_id, unfinished)
    connection.execute(statement.values(status=status.value, spent_s=spent_s))
