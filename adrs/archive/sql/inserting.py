"""Adding rows, and the rows that they refer to, within a transaction that is open."""

from typing import Any

from sqlalchemy import Connection, CursorResult, bindparam, insert, select

from adrs.archive.sql import callmapping, mapping
from adrs.archive.sql.packing import Kind, pack, unpack
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
from adrs.core.call import Call
from adrs.core.evaluation import Evaluation
from adrs.core.program import Program
from adrs.core.run import Assessment, Conclusion
from adrs.core.trial import Trial

# Built once: building a statement takes longer than running it.
_RUN_ID = select(RUNS.c.id).where(RUNS.c.name == bindparam("name"))
_PROGRAM_KEY = select(PROGRAMS.c.key).where(
    PROGRAMS.c.run_id == bindparam("run_id"), PROGRAMS.c.digest == bindparam("digest")
)
_FIRST = select(FIRSTS.c.text_z).where(
    FIRSTS.c.run_id == bindparam("run_id"), FIRSTS.c.kind == bindparam("kind")
)
_ADD_FIRST = insert(FIRSTS)
_ADD_PROGRAM = insert(PROGRAMS)
_ADD_EVALUATION = insert(EVALUATIONS)
_ADD_TRIAL = insert(TRIALS)
_ADD_CALL = insert(CALLS)
_ADD_ASSESSMENT = insert(ASSESSMENTS)


class Inserter:
    """Adds trials, calls and assessments.

    It remembers the ids of runs and what their texts are packed against, neither of which changes
    once it is committed; `forget` them when a transaction was undone.
    """

    def __init__(self) -> None:
        self._run_ids: dict[str, int] = {}
        self._firsts: dict[tuple[int, Kind], str] = {}

    def forget(self) -> None:
        """Believe nothing that was read or added so far."""
        self._run_ids.clear()
        self._firsts.clear()

    def run_id(self, connection: Connection, name: str) -> int | None:
        """Return the id of a run; None if there is none of that name."""
        if name not in self._run_ids:
            found = connection.scalar(_RUN_ID, {"name": name})
            if found is None:
                return None
            self._run_ids[name] = found
        return self._run_ids[name]

    def add_trial(self, connection: Connection, run_id: int, trial: Trial) -> None:
        """Add a trial, its evaluation, and its program if the run has not got that yet.

        Raises:
            IntegrityError: the run has a trial of that arm and number.
        """
        evaluation = trial.evaluation
        params = mapping.trial_params(
            trial,
            run_id=run_id,
            program_key=self._optional_key(connection, run_id, trial.program),
            evaluation_id=None if evaluation is None else _add(connection, run_id, evaluation),
        )
        connection.execute(_ADD_TRIAL, params)

    def add_call(self, connection: Connection, run_id: int, call: Call) -> None:
        """Add an attempt at a model call."""
        content = callmapping.content_of(call)
        first = self._first(connection, run_id, Kind.CALL, content)
        params = callmapping.params(call, content, run_id=run_id, first=first)
        connection.execute(_ADD_CALL, params)

    def add_assessment(self, connection: Connection, run_id: int, assessment: Assessment) -> None:
        """Add an evaluation outside the search, and its program if the run has not got it yet."""
        params = {
            "run_id": run_id,
            "role": assessment.role.value,
            "label": assessment.label,
            "program_key": self._optional_key(connection, run_id, assessment.program),
            "evaluation_id": _add(connection, run_id, assessment.evaluation),
        }
        connection.execute(_ADD_ASSESSMENT, params)

    def add_conclusion(self, connection: Connection, run_id: int, conclusion: Conclusion) -> None:
        """Add what a run decided, and those of its programs that are not there yet."""
        params = mapping.conclusion_params(
            conclusion,
            run_id=run_id,
            champion_key=self._key(connection, run_id, conclusion.champion),
            best_key=self._key(connection, run_id, conclusion.best),
            control_key=self._optional_key(connection, run_id, conclusion.control),
        )
        connection.execute(insert(CONCLUSIONS), params)

    def _key(self, connection: Connection, run_id: int, program: Program) -> int:
        """Return the key of a program of a run, which is added if it is new."""
        digest = mapping.program_digest(program)
        key: int | None = connection.scalar(_PROGRAM_KEY, {"run_id": run_id, "digest": digest})
        if key is not None:
            return key
        first = self._first(connection, run_id, Kind.PROGRAM, program.source)
        params = mapping.program_params(program, run_id=run_id, digest=digest, first=first)
        return _inserted_key(connection.execute(_ADD_PROGRAM, params))

    def _optional_key(
        self, connection: Connection, run_id: int, program: Program | None
    ) -> int | None:
        return None if program is None else self._key(connection, run_id, program)

    def _first(self, connection: Connection, run_id: int, kind: Kind, text: str) -> str:
        """Return a run's first text of a kind, which is the given one if there is none yet."""
        if (run_id, kind) not in self._firsts:
            first_z = connection.scalar(_FIRST, {"run_id": run_id, "kind": kind.value})
            if first_z is None:
                params = {"run_id": run_id, "kind": kind.value, "text_z": pack(text)}
                connection.execute(_ADD_FIRST, params)
            self._firsts[run_id, kind] = text if first_z is None else unpack(first_z)
        return self._firsts[run_id, kind]


def _add(connection: Connection, run_id: int, evaluation: Evaluation) -> int:
    params = mapping.evaluation_params(evaluation, run_id=run_id)
    return _inserted_key(connection.execute(_ADD_EVALUATION, params))


def _inserted_key(result: CursorResult[Any]) -> int:
    primary_key = result.inserted_primary_key
    assert primary_key is not None
    return int(primary_key[0])
