import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from adrs.archive.sql import open_archive
from adrs.archive.sql.migrations import bring_up_to_date
from adrs.archive.sql.sqlite import set_up
from adrs.archive.sql.steps import BATCH, STEPS
from adrs.core.call import (
    Call,
    CallOutcome,
    CallRequest,
    CallSite,
    Message,
    Purpose,
    Speaker,
    Usage,
)
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.run import Assessment, Conclusion, Role, RunConfig, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial
from adrs.errors import ArchiveError, ArchiveVersionError
from adrs.testing.archive_values import a_record, a_trial, an_evaluation

VERSION_1 = Path(__file__).parent / "version_1.sql"
VERSION_2 = Path(__file__).parent / "version_2.sql"
NEWEST = 1 + len(STEPS)
RUN = "amber-fox"


def written(path: Path, script: Path) -> Path:
    """Return a path at which an archive of an older version is now."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script.read_text(encoding="utf-8"))
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return written(tmp_path / "old.db", VERSION_1)


@pytest.fixture
def with_calls(tmp_path: Path) -> Path:
    return written(tmp_path / "calls.db", VERSION_2)


@pytest.fixture
def engine(old: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{old}")
    set_up(engine, busy_timeout_s=1)
    yield engine
    engine.dispose()


def versions(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as database:
        return [version for (version,) in database.execute("SELECT version FROM schema_version")]


def columns(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]


def schema(path: Path) -> list[str]:
    """Return what the tables, their constraints and indexes are, whatever the order."""
    engine = create_engine(f"sqlite:///{path}")
    lines = []
    with engine.connect() as connection:
        inspector = inspect(connection)
        for table in sorted(inspector.get_table_names()):
            for kind, entries in (
                ("column", inspector.get_columns(table)),
                ("key", [inspector.get_pk_constraint(table)]),
                ("foreign", inspector.get_foreign_keys(table)),
                ("unique", inspector.get_unique_constraints(table)),
                ("check", inspector.get_check_constraints(table)),
                ("index", inspector.get_indexes(table)),
            ):
                lines += sorted(f"{table} {kind} {sorted(e.items(), key=str)}" for e in entries)
    engine.dispose()
    return lines


def add_notes(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT ''"))


def fill_notes(connection: Connection) -> None:
    connection.execute(text("UPDATE runs SET note = 'from ' || problem"))


def add_notes_and_fail(connection: Connection) -> None:
    add_notes(connection)
    connection.execute(text("INSERT INTO no_such_table VALUES (1)"))


def test_a_version_1_archive_reads_back(old: Path) -> None:
    program = Program(id="a1", source="x = 1\n")
    ok = Evaluation(
        program_id="a1",
        split=Split.TRAIN,
        verdict=Verdict.OK,
        score=0.1 + 0.2,
        values=(0.1, 0.5),
        metrics={"cost": 1 / 3},
        fingerprint="f00d",
        decisions=12,
        cpu_s=0.25,
        isolation=IsolationLevel.L3,
        evaluator="spot 1",
    )
    timeout = Evaluation(
        program_id="a1",
        split=Split.VALIDATION,
        verdict=Verdict.TIMEOUT,
        detail="used up its CPU time",
        failed_scenario="validation/0003",
        decisions=5,
        cpu_s=5.0,
        isolation=IsolationLevel.L2,
        evaluator="spot 1",
    )
    proposal = Proposal(
        proposer="mutator/ast@1",
        source=program.source,
        operators=("swap",),
        idea="swap two operands",
    )
    evaluated = Trial(
        arm=Arm.SEARCH,
        number=0,
        operator="refine",
        parent_ids=("b2",),
        proposal=proposal,
        program=program,
        evaluation=ok,
    )
    rejected = Trial(
        arm=Arm.SEARCH,
        number=1,
        operator="refine",
        parent_ids=("a1",),
        proposal=Proposal(proposer="mutator/ast@1", source=None, rejection="nothing to change"),
        program=None,
    )
    with closing(open_archive(str(old))) as archive:
        assert archive.run(None) == RunRecord(
            name=RUN,
            config=RunConfig(
                problem="spot",
                seed=2**64 - 1,
                strategy="default",
                proposer="mutator",
                evals=100,
                time_s=None,
                window=4,
                control=True,
                minimum_isolation="L2",
                params={"servers": 16, "load": 0.7, "zone": "a"},
            ),
            problem_parts={"initial.py": "0123"},
            evaluator="spot 1",
            adrs_version="0.1.0",
            created_at="2026-01-02T03:04:05+00:00",
            status=RunStatus.FINISHED,
            spent_s=12.5,
        )
        assert list(archive.trials(RUN, Arm.SEARCH)) == [evaluated, rejected]
        assert list(archive.assessments(RUN)) == [
            Assessment(role=Role.CANDIDATE, label="a1", program=program, evaluation=timeout)
        ]
        assert archive.conclusion(RUN) == Conclusion(
            champion=program,
            champion_trial=None,
            best=program,
            control=None,
            improved=False,
            reason="Nothing beat the initial program.",
        )
    assert versions(old) == [NEWEST]


def test_a_version_2_archive_reads_back(with_calls: Path) -> None:
    initial = Program(id="59705646f73aad2b", source="x = 1\n")
    changed = Program(id="bc22774985eb6b0b", source="x = 1\ny = 2  # zwei: ü☃\n")
    messages = (
        Message(role=Speaker.SYSTEM, content="You change “policies”."),
        Message(role=Speaker.USER, content="Change x.\n\tIt is 1."),
    )
    failed = Call(
        site=CallSite(
            arm=Arm.SEARCH, trial=1, operator="refine", purpose=Purpose.PROPOSE, asked_after=0
        ),
        request=CallRequest(model="openai/small", messages=messages),
        attempt=1,
        outcome=CallOutcome.RATE_LIMITED,
        error="HTTP 429",
        latency_s=0.5,
        created_at="2026-01-02T03:04:06+00:00",
    )
    answered = replace(
        failed,
        attempt=2,
        outcome=CallOutcome.OK,
        text="IDEA: add y = “2”",
        raw='{"content": "IDEA: add y = \\u201c2\\u201d"}',
        finish="stop",
        error="",
        usage=Usage(prompt_tokens=12, completion_tokens=7),
        cost_usd=0.1 + 0.2,
    )
    with closing(open_archive(str(with_calls))) as archive:
        assert list(archive.calls(RUN)) == [failed, answered]
        assert archive.answer(answered.request.digest, run=None) == (RUN, answered)
        trials = list(archive.trials(RUN, Arm.SEARCH))
        assert [trial.program for trial in trials] == [initial, changed]
        assert [trial.proposal.source for trial in trials] == [initial.source, changed.source]
        values = [trial.evaluation.values for trial in trials if trial.evaluation]
        assert repr(values) == repr([(-0.0, 1 / 3), (0.1, 0.5)])
        assessed = [assessment.program for assessment in archive.assessments(RUN)]
        assert assessed == [Program(id="f0185b3098cc20ee", source="y = 1\n")]
    assert versions(with_calls) == [NEWEST]


def test_programs_of_two_runs_are_packed_in_batches(with_calls: Path) -> None:
    sources = {number: f"x = {number}\n" for number in range(100, 100 + 2 * BATCH + 50)}
    programs = [(n, 1 + n % 2, n, n, source) for n, source in sources.items()]
    with closing(sqlite3.connect(with_calls)) as database, database:
        database.execute("CREATE TEMP TABLE other AS SELECT * FROM runs")
        database.execute("UPDATE other SET id = 2, name = 'other'")
        database.execute("INSERT INTO runs SELECT * FROM other")
        database.executemany("INSERT INTO programs VALUES (?, ?, ?, ?, ?)", programs)
        database.execute(
            "INSERT INTO trials (run_id, arm, number, operator, parent_ids_json, proposer, "
            "operators_json, idea, rejection, source_is_program, program_key) "
            "SELECT run_id, 'search', key, '', '[]', '', '[]', '', '', 1, key FROM programs "
            "WHERE key >= 100"
        )
    with closing(open_archive(str(with_calls))) as archive:
        found = [t for name in (RUN, "other") for t in archive.trials(name, Arm.SEARCH)]
    assert {t.number: t.proposal.source for t in found if t.number >= 100} == sources


@pytest.mark.parametrize("script", [VERSION_1, VERSION_2])
def test_a_migrated_archive_has_the_tables_of_a_new_one(
    tmp_path: Path, path: Path, script: Path
) -> None:
    old = written(tmp_path / "old.db", script)
    open_archive(str(old)).close()
    open_archive(str(path)).close()
    assert schema(old) == schema(path)


def test_runs_from_before_keys_were_kept_are_on_the_public_held_out_set(old: Path) -> None:
    with closing(open_archive(str(old))) as archive:
        keyed = replace(a_record("keyed"), config=replace(a_record().config, heldout_key="k"))
        archive.create_run(keyed)
        twice = replace(an_evaluation(Program.of("x = 1\n")), repeated=True)
        archive.add_trial("keyed", replace(a_trial(1), evaluation=twice))
        assert [run.config.heldout_key for run in archive.runs()] == ["", "k"]
        before, after = (list(archive.trials(name, Arm.SEARCH)) for name in (RUN, "keyed"))
    assert [t.evaluation.repeated for t in (*before, *after) if t.evaluation] == [False, True]


def test_missing_steps_are_taken_in_order(old: Path, engine: Engine) -> None:
    bring_up_to_date(engine, place="old.db", steps=(*STEPS, add_notes, fill_notes))
    assert versions(old) == [NEWEST + 2]
    with closing(sqlite3.connect(old)) as database:
        assert database.execute("SELECT name, note FROM runs").fetchall() == [(RUN, "from spot")]
        assert database.execute("SELECT count(*) FROM trials").fetchone() == (2,)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_steps_already_taken_are_not_taken_again(old: Path, engine: Engine) -> None:
    bring_up_to_date(engine, place="old.db", steps=(*STEPS, add_notes))
    bring_up_to_date(engine, place="old.db", steps=(*STEPS, add_notes))
    assert versions(old) == [NEWEST + 1]
    bring_up_to_date(engine, place="old.db", steps=(*STEPS, add_notes, fill_notes))
    assert versions(old) == [NEWEST + 2]


def test_a_failing_step_undoes_the_whole_migration(old: Path, engine: Engine) -> None:
    before = schema(old)
    steps = (*STEPS, add_notes, add_notes_and_fail)
    with pytest.raises(ArchiveError, match=r"old\.db"):
        bring_up_to_date(engine, place="old.db", steps=steps)
    assert versions(old) == [1]
    assert schema(old) == before
    with closing(open_archive(str(old))) as archive:
        assert archive.trial_count(RUN, Arm.SEARCH) == 2


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_archive_is_refused_and_untouched(old: Path, read_only: bool) -> None:
    with closing(sqlite3.connect(old)) as database, database:
        database.execute("UPDATE schema_version SET version = 99")
    tables = schema(old)
    expected = rf"old\.db has schema version 99.*versions up to {NEWEST}\. Upgrade adrs"
    with pytest.raises(ArchiveVersionError, match=expected):
        open_archive(str(old), read_only=read_only)
    assert versions(old) == [99]
    assert schema(old) == tables


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM schema_version",
        "INSERT INTO schema_version VALUES (2)",
        "UPDATE schema_version SET version = 0",
    ],
)
def test_an_archive_without_one_version_is_refused(old: Path, statement: str) -> None:
    with closing(sqlite3.connect(old)) as database, database:
        database.execute(statement)
    with pytest.raises(ArchiveError, match="one schema version"):
        open_archive(str(old))


def test_a_migrated_archive_keeps_working(old: Path) -> None:
    with closing(open_archive(str(old))) as archive:
        (first, _) = archive.trials(RUN, Arm.SEARCH)
        assert first.program is not None
        archive.add_assessment(
            RUN,
            Assessment(
                role=Role.CHAMPION,
                label="",
                program=first.program,
                evaluation=first.evaluation or pytest.fail("no evaluation"),
            ),
        )
        assert [a.role for a in archive.assessments(RUN)] == [Role.CANDIDATE, Role.CHAMPION]
    assert "note" not in columns(old, "runs")
