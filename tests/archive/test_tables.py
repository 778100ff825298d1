import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import make_url
from sqlalchemy.schema import CreateIndex, CreateTable

from adrs.archive.sql import open_archive
from adrs.archive.sql.packing import pack, unpack_like
from adrs.archive.sql.tables import METADATA
from adrs.core.call import Call
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Trial
from adrs.testing.archive_values import RUN, a_call, a_conclusion, a_record, a_trial, an_assessment

TRIALS = 100


@pytest.fixture
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection to an archive with one finished run of three trials."""
    with closing(open_archive(str(path))) as archive:
        archive.create_run(a_record())
        for number in range(3):
            archive.add_trial(RUN, a_trial(number))
        archive.add_assessment(RUN, an_assessment())
        archive.conclude(RUN, a_conclusion(Program.of("x = 1\n")), spent_s=1)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        yield database


def copied(table: str, **changes: str) -> str:
    """Return an INSERT of a copy of a table's first row, with some columns changed."""
    columns = {
        "runs": "name problem seed strategy proposer evals time_s window control "
        "minimum_isolation params_json problem_parts_json evaluator adrs_version created_at "
        "status spent_s heldout_key models_json replays without_json",
        "firsts": "run_id kind text_z",
        "programs": "run_id digest id source_z",
        "evaluations": "run_id program_id split verdict score values_z metrics_json "
        "fingerprint detail failed_scenario decisions cpu_s isolation evaluator repeated",
        "trials": "run_id arm number operator parent_ids_json proposer operators_json idea "
        "rejection source_is_program proposal_source program_key evaluation_id duplicate_of",
        "assessments": "run_id role label program_key evaluation_id",
        "conclusions": "run_id champion_key champion_trial best_key control_key improved reason",
    }[table].split()
    values = ", ".join(changes.get(column, column) for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} LIMIT 1"


@pytest.mark.parametrize(
    "statement",
    [
        copied("runs", name="'other'"),
        copied("firsts", kind="'call'"),
        copied("programs", digest="'other'"),
        copied("evaluations"),
        copied("trials", number="77", evaluation_id="NULL"),
    ],
)
def test_good_copies_are_accepted(database: sqlite3.Connection, statement: str) -> None:
    assert database.execute(statement).rowcount == 1


@pytest.mark.parametrize(
    "statement",
    [
        copied("runs"),
        copied("runs", name="'other'", status="'lost'"),
        copied("runs", name="'other'", spent_s="-1"),
        copied("runs", name="'other'", spent_s="NULL"),
        copied("programs"),
        copied("programs", run_id="99"),
        copied("firsts"),
        copied("firsts", kind="'other'"),
        copied("firsts", kind="'call'", run_id="99"),
        copied("firsts", kind="'call'", text_z="NULL"),
        copied("evaluations", verdict="'timeout'"),
        copied("evaluations", run_id="99"),
        copied("trials", evaluation_id="NULL"),
        copied("trials", number="77"),
        copied("trials", number="-1", evaluation_id="NULL"),
        copied("trials", number="77", evaluation_id="NULL", arm="'left'"),
        copied("trials", number="77", evaluation_id="NULL", program_key="NULL"),
        copied("trials", number="77", evaluation_id="NULL", proposal_source="'x = 1'"),
        copied("trials", number="77", evaluation_id="NULL", program_key="99"),
        copied("trials", number="77", evaluation_id="99"),
        copied("trials", number="77", evaluation_id="NULL", run_id="99"),
        copied("assessments"),
        copied("assessments", evaluation_id="NULL"),
        copied("conclusions"),
        "DELETE FROM runs",
        "DELETE FROM programs",
        "DELETE FROM evaluations",
    ],
)
def test_the_database_itself_keeps_the_rules(database: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(statement)


def test_figures_can_be_queried_with_plain_sqlite(database: sqlite3.Connection) -> None:
    (packed,) = database.execute(
        "SELECT e.values_z FROM trials JOIN evaluations e ON e.id = trials.evaluation_id "
        "WHERE trials.number = 1"
    ).fetchone()
    assert json.loads(zlib.decompress(packed)) == [0.1, 0.5]
    cost = database.execute(
        "SELECT json_extract(metrics_json, '$.cost') FROM evaluations LIMIT 1"
    ).fetchone()
    assert cost == (1 / 3,)
    best = database.execute("SELECT max(score), typeof(score) FROM evaluations").fetchone()
    assert best == (0.1 + 0.2, "real")


def test_a_failed_evaluation_has_a_null_score(path: Path) -> None:
    failed = Evaluation(
        program_id="a1",
        split=Split.TRAIN,
        verdict=Verdict.EXCEPTION,
        detail="ZeroDivisionError",
        isolation=IsolationLevel.L2,
        evaluator="spot 1",
    )
    with closing(open_archive(str(path))) as archive:
        archive.create_run(a_record())
        archive.add_trial(RUN, replace(a_trial(1), evaluation=failed))
    with closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT score, values_z, verdict FROM evaluations").fetchall()
    assert found == [(None, pack("[]"), "exception")]


def test_a_text_is_stored_once_in_a_run(path: Path) -> None:
    program = Program.of("x = 1\n")
    commented = Program.of("x = 1  # one\n")
    assert program.id == commented.id
    with closing(open_archive(str(path))) as archive:
        archive.create_run(a_record())
        for number in range(3):
            archive.add_trial(RUN, replace(a_trial(number), program=program))
        archive.add_trial(RUN, replace(a_trial(3), program=commented))
        archive.conclude(RUN, a_conclusion(program), spent_s=1)
    with closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT id, source_z FROM programs ORDER BY key").fetchall()
        firsts = database.execute("SELECT kind, text_z FROM firsts").fetchall()
    texts = [(id_, unpack_like(packed, program.source)) for id_, packed in found]
    assert texts == [(p.id, p.source) for p in (program, commented)]
    assert firsts == [("program", pack(program.source))]


def test_a_refused_trial_leaves_no_program_and_no_evaluation(path: Path) -> None:
    bad = replace(a_trial(5), number=-1)
    with closing(open_archive(str(path))) as archive:
        archive.create_run(a_record())
        with pytest.raises(Exception, match="ck_trials_number"):
            archive.add_trial(RUN, bad)
    with closing(sqlite3.connect(path)) as database:
        for table in ("firsts", "programs", "evaluations", "trials"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


class Sizeable:
    """Trials and calls of the sizes that models bring: each changes some lines of a first text."""

    def __init__(self) -> None:
        self._random = Random(1)
        self._system = self._lines(200)
        self._source = self._lines(60)

    def _lines(self, count: int) -> list[str]:
        return [f"load = {self._random.random()} / setup.tick_s" for _ in range(count)]

    def trial(self, number: int) -> Trial:
        """Return a trial whose numbers are random to the last digit."""
        plain = a_trial(number)
        assert plain.evaluation is not None
        lines = list(self._source)
        lines[number % 50 : number % 50 + 5] = self._lines(5)
        program = Program.of("\n".join(lines))
        evaluation = replace(
            plain.evaluation,
            values=tuple(100 * self._random.random() for _ in range(32)),
            metrics={f"metric_{i}": self._random.random() for i in range(5)},
        )
        proposal = replace(plain.proposal, source=program.source)
        return replace(plain, program=program, proposal=proposal, evaluation=evaluation)

    def call(self, trial: Trial) -> Call:
        """Return a call whose prompt quotes a program and its values, and its answer."""
        assert trial.program is not None
        assert trial.evaluation is not None
        rows = (f"| train/{i:04} | {v:.6f} |" for i, v in enumerate(trial.evaluation.values))
        prompt = "\n".join((*self._system, trial.program.source, *rows))
        text = "\n".join(self._lines(10))
        return replace(a_call(prompt), text=text, raw=json.dumps({"content": text}))


def test_a_hundred_trials_with_their_calls_take_at_most_500_kb(path: Path) -> None:
    sizeable = Sizeable()
    with closing(open_archive(str(path))) as archive:
        archive.create_run(a_record())
        for number in range(TRIALS):
            trial = sizeable.trial(number)
            archive.add_call(RUN, sizeable.call(trial))
            archive.add_trial(RUN, trial)
        said = sum(len(c.request.messages[0].content) for c in archive.calls(RUN))
    assert said > 1_000_000
    assert path.stat().st_size <= 500_000


def test_trials_are_found_by_index(database: sqlite3.Connection) -> None:
    plan = database.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM trials WHERE run_id = 1 AND arm = ? AND id > 2 "
        "AND id <= 9 ORDER BY id LIMIT 500",
        (Arm.SEARCH.value,),
    ).fetchall()
    details = json.dumps([row[3] for row in plan])
    assert "ix_trials_run_id_arm_id" in details
    assert "TEMP B-TREE" not in details


@pytest.mark.parametrize("url", ["postgresql+psycopg://", "mysql+pymysql://"])
def test_tables_compile_for_other_databases(url: str) -> None:
    dialect = make_url(url).get_dialect()()
    tables = METADATA.sorted_tables
    statements = [str(CreateTable(table).compile(dialect=dialect)) for table in tables]
    statements += [
        str(CreateIndex(index).compile(dialect=dialect))
        for table in tables
        for index in sorted(table.indexes, key=lambda i: str(i.name))
    ]
    scores = next(line for s in statements for line in s.splitlines() if "\tscore " in line)
    assert "DOUBLE" in scores
    assert len(statements) == len(tables) + 5
