import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.schema import CreateIndex, CreateTable

from adrs.archive.sql import open_archive
from adrs.archive.sql.models import Base
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Trial
from adrs.testing.archive_values import RUN, a_conclusion, a_record, a_trial, an_assessment

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
        "programs": "run_id digest id source",
        "evaluations": "run_id program_id split verdict score values_json metrics_json "
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


def test_values_can_be_queried_with_plain_sqlite(database: sqlite3.Connection) -> None:
    values = database.execute(
        "SELECT j.value FROM trials JOIN evaluations e ON e.id = trials.evaluation_id, "
        "json_each(e.values_json) AS j WHERE trials.number = 1 ORDER BY j.key"
    ).fetchall()
    assert values == [(0.1,), (0.5,)]
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
        found = database.execute("SELECT score, values_json, verdict FROM evaluations").fetchall()
    assert found == [(None, "[]", "exception")]


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
        found = database.execute("SELECT id, source FROM programs ORDER BY key").fetchall()
    assert found == [(p.id, p.source) for p in (program, commented)]


def test_a_refused_trial_leaves_no_program_and_no_evaluation(path: Path) -> None:
    bad = replace(a_trial(5), number=-1)
    with closing(open_archive(str(path))) as archive:
        archive.create_run(a_record())
        with pytest.raises(Exception, match="ck_trials_number"):
            archive.add_trial(RUN, bad)
    with closing(sqlite3.connect(path)) as database:
        for table in ("programs", "evaluations", "trials"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def sizeable_trial(number: int) -> Trial:
    plain = a_trial(number)
    assert plain.evaluation is not None
    source = f"# {number}\n" + "load = load + obs.work_left_s / setup.tick_s\n" * 66
    evaluation = replace(
        plain.evaluation,
        values=tuple((number + i) / 7 for i in range(32)),
        metrics={f"metric_{i}": (number + i) / 3 for i in range(8)},
    )
    return replace(
        plain,
        program=Program(id=f"{number:016x}", source=source),
        proposal=replace(plain.proposal, source=source),
        evaluation=evaluation,
    )


def test_a_hundred_trials_take_at_most_500_kb(path: Path) -> None:
    with closing(open_archive(str(path))) as archive:
        archive.create_run(a_record())
        for number in range(TRIALS):
            archive.add_trial(RUN, sizeable_trial(number))
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
    tables = Base.metadata.sorted_tables
    statements = [str(CreateTable(table).compile(dialect=dialect)) for table in tables]
    statements += [
        str(CreateIndex(index).compile(dialect=dialect))
        for table in tables
        for index in sorted(table.indexes, key=lambda i: str(i.name))
    ]
    scores = next(line for s in statements for line in s.splitlines() if "\tscore " in line)
    assert "DOUBLE" in scores
    assert len(statements) == len(tables) + 5
