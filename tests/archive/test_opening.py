import importlib.util
import os
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import create_engine, event, text

from adrs.archive.sql import SqlArchive, open_archive
from adrs.archive.sql.opening import BUSY_TIMEOUT_S
from adrs.archive.sql.sqlite import set_up
from adrs.core.program import Program
from adrs.core.trial import Arm
from adrs.errors import ArchiveError, UsageError
from adrs.testing.archive_values import RUN, a_record, a_trial

AT_ONCE = 4


@pytest.fixture
def filled(path: Path) -> Path:
    """An archive with one run of two trials, closed."""
    with closing(open_archive(str(path))) as archive:
        archive.create_run(a_record())
        archive.add_trial(RUN, a_trial(0))
        archive.add_trial(RUN, a_trial(1))
    return path


@pytest.fixture
def capped(filled: Path) -> Iterator[SqlArchive]:
    """The filled archive on a place that cannot grow by more than some pages."""
    engine = create_engine(f"sqlite:///{filled}")
    set_up(engine, busy_timeout_s=1)

    @event.listens_for(engine, "connect")
    def cap(raw: sqlite3.Connection, _record: object) -> None:
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages + 10}")

    archive = SqlArchive(engine, place=str(filled))
    yield archive
    archive.close()


def one_line(error: pytest.ExceptionInfo[Exception], *parts: object) -> None:
    """Assert that the error is one line that holds the parts."""
    message = str(error.value)
    assert "\n" not in message
    for part in parts:
        assert str(part) in message


def test_folders_are_created(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "adrs.db"
    open_archive(str(path)).close()
    assert path.is_file()


def test_a_relative_path_is_of_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    open_archive("runs/adrs.db").close()
    assert (tmp_path / "runs" / "adrs.db").is_file()


def test_a_path_and_its_url_are_the_same_place(filled: Path) -> None:
    with closing(open_archive(f"sqlite:///{filled}")) as archive:
        assert archive.trial_count(RUN, Arm.SEARCH) == 2


@pytest.mark.parametrize("name", ["a b.db", "what?.db", "50%41#x.db", "ü☃.db", "a:b@c.db"])
def test_odd_names_are_taken_as_they_are(tmp_path: Path, name: str) -> None:
    open_archive(str(tmp_path / name)).close()
    assert sorted(p.name for p in tmp_path.iterdir()) == [name]


@pytest.mark.parametrize("url", ["runs/a\0.db", "sqlite:///runs/a\0.db"])
def test_a_null_byte_is_named(url: str) -> None:
    with pytest.raises(UsageError, match=r"has a null byte: no file's name has one"):
        open_archive(url)


def test_an_empty_file_becomes_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "adrs.db"
    path.touch()
    with closing(open_archive(str(path))) as archive:
        archive.create_run(a_record())
        assert archive.run(None) == a_record()


def test_connections_are_set_up(path: Path) -> None:
    open_archive(str(path)).close()
    engine = create_engine(f"sqlite:///{path}")
    set_up(engine, busy_timeout_s=10)
    with engine.connect() as connection:
        found = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 1,  # NORMAL
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_openings_at_the_same_moment_agree(tmp_path: Path) -> None:
    for attempt in range(20):
        path, barrier = tmp_path / str(attempt) / "adrs.db", Barrier(AT_ONCE)

        def open_and_create(number: int, path: Path = path, barrier: Barrier = barrier) -> None:
            barrier.wait()
            with closing(open_archive(str(path))) as archive:
                archive.create_run(a_record(f"run-{number}"))

        with ThreadPoolExecutor(AT_ONCE) as executor:
            list(executor.map(open_and_create, range(AT_ONCE)))
        with closing(open_archive(str(path))) as archive:
            assert sorted(r.name for r in archive.runs()) == [f"run-{n}" for n in range(AT_ONCE)]


def test_nothing_is_left_beside_a_closed_archive(filled: Path) -> None:
    assert [p.name for p in filled.parent.iterdir()] == [filled.name]


def test_a_missing_archive_is_not_created_for_reading(path: Path) -> None:
    with pytest.raises(UsageError) as error:
        open_archive(str(path), read_only=True)
    one_line(error, f"no archive at {path}: run `adrs run PROBLEM` first or give --archive URL")
    assert not path.parent.exists()


@pytest.mark.parametrize("url", ["sqlite://", ":memory:"])
def test_an_archive_in_memory_is_missing_for_reading(url: str) -> None:
    with pytest.raises(UsageError, match="no archive at"):
        open_archive(url, read_only=True)


def test_an_empty_file_is_no_archive_for_reading(tmp_path: Path) -> None:
    path = tmp_path / "adrs.db"
    path.touch()
    with pytest.raises(UsageError, match="no archive at"):
        open_archive(str(path), read_only=True)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_an_archive_for_reading_refuses_writes(filled: Path) -> None:
    with closing(open_archive(str(filled), read_only=True)) as archive:
        assert archive.trial_count(RUN, Arm.SEARCH) == 2
        with pytest.raises(ArchiveError) as error:
            archive.add_trial(RUN, a_trial(2))
        one_line(error, filled, "reading only")
        assert archive.trial_count(RUN, Arm.SEARCH) == 2


@pytest.mark.parametrize("read_only", [False, True])
def test_a_folder_is_refused(tmp_path: Path, read_only: bool) -> None:
    with pytest.raises(ArchiveError) as error:
        open_archive(str(tmp_path), read_only=read_only)
    one_line(error, f"{tmp_path} is a folder", "adrs.db")


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    path = tmp_path / "runs" / "adrs.db"
    with pytest.raises(ArchiveError) as error:
        open_archive(str(path))
    one_line(error, path, "--archive")


@pytest.mark.skipif(not Path("/sys").is_dir(), reason="needs a folder no one can write")
def test_a_folder_that_cannot_be_created_is_refused() -> None:
    with pytest.raises(ArchiveError) as error:
        open_archive("/sys/adrs-runs/adrs.db")
    one_line(error, "/sys/adrs-runs/adrs.db", "can be written", "--archive")


@pytest.mark.skipif(not Path("/sys").is_dir(), reason="needs a folder no one can write")
def test_a_folder_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(ArchiveError) as error:
        open_archive("/sys/adrs.db")
    one_line(error, "/sys/adrs.db cannot be opened", "writable", "--archive")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_write_protected_archive_can_be_read(filled: Path) -> None:
    filled.chmod(0o444)
    with closing(open_archive(str(filled))) as archive:
        assert archive.trial_count(RUN, Arm.SEARCH) == 2
        with pytest.raises(ArchiveError) as error:
            archive.add_trial(RUN, a_trial(2))
    one_line(error, filled, "cannot be written", "--archive")


def test_a_database_opened_without_the_right_to_write_says_so(filled: Path) -> None:
    url = f"sqlite:///file:{filled}?mode=ro&uri=true"
    with closing(open_archive(url)) as archive:
        assert archive.trial_count(RUN, Arm.SEARCH) == 2
        with pytest.raises(ArchiveError) as error:
            archive.add_trial(RUN, a_trial(2))
    one_line(error, filled, "cannot be written", "--archive")


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "notes.txt"
    content = "These are notes, not a database.\n" * 100
    path.write_text(content)
    with pytest.raises(ArchiveError) as error:
        open_archive(str(path), read_only=read_only)
    one_line(error, f"{path} is not an SQLite database", "--archive")
    assert path.read_text() == content


@pytest.mark.parametrize("table", ["accounts", "schema_version"])
def test_a_database_of_another_program_is_refused(tmp_path: Path, table: str) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"CREATE TABLE {table} (x INTEGER)")
    content = path.read_bytes()
    with pytest.raises(ArchiveError) as error:
        open_archive(str(path))
    one_line(error, f"{path} is a database of another program", "--archive")
    assert path.read_bytes() == content


def test_a_damaged_file_is_reported(filled: Path) -> None:
    content = bytearray(filled.read_bytes())
    content[2048:] = b"\xff" * (len(content) - 2048)
    filled.write_bytes(content)
    with pytest.raises(ArchiveError) as error, closing(open_archive(str(filled))) as archive:
        list(archive.trials(RUN, Arm.SEARCH))
    one_line(error, f"{filled} is damaged", "restore a copy")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evaluations SET verdict = 'splendid', score = NULL",
        "UPDATE evaluations SET values_z = x'00'",
        "UPDATE evaluations SET values_z = substr(values_z, 1, 9)",
        "UPDATE evaluations SET values_z = '[0.1]'",
        "UPDATE evaluations SET metrics_json = '{\"cost\":'",
        "UPDATE evaluations SET metrics_json = '[]'",
        "UPDATE evaluations SET isolation = 17",
        "UPDATE programs SET source_z = x''",
        "UPDATE firsts SET text_z = x'00'",
        "DELETE FROM firsts",
    ],
)
def test_a_row_changed_by_hand_is_reported_and_never_repaired(filled: Path, statement: str) -> None:
    with closing(sqlite3.connect(filled)) as database, database:
        database.execute(statement)
    with closing(open_archive(str(filled))) as archive:
        with pytest.raises(ArchiveError) as error:
            list(archive.trials(RUN, Arm.SEARCH))
        one_line(error, filled, "does not read back")


def test_what_texts_are_packed_against_is_not_made_up_where_it_was_changed(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as database, database:
        database.execute("UPDATE firsts SET text_z = x'00'")
    with closing(open_archive(str(filled))) as archive:
        with pytest.raises(ArchiveError) as error:
            archive.add_trial(RUN, a_trial(7))
        one_line(error, filled, "does not read back")
        assert archive.trial_count(RUN, Arm.SEARCH) == 2


def test_an_undone_trial_is_not_what_later_ones_are_packed_against(tmp_path: Path) -> None:
    with closing(open_archive(str(tmp_path / "adrs.db"))) as archive:
        archive.create_run(a_record())
        with pytest.raises(ArchiveError, match="CHECK constraint"):
            archive.add_trial(RUN, replace(a_trial(0), number=-1))
        archive.add_trial(RUN, a_trial(1))
        assert list(archive.trials(RUN, Arm.SEARCH)) == [a_trial(1)]


def test_a_new_archive_that_is_locked_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "adrs.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ArchiveError) as error:
            open_archive(str(path), busy_timeout_s=0)
    one_line(error, f"{path} is locked by another process", "--archive")


def test_the_url_may_say_how_long_to_wait_for_another_process(filled: Path) -> None:
    with (
        closing(sqlite3.connect(filled, isolation_level=None)) as other,
        closing(open_archive(f"sqlite:///{filled}?timeout=0.2")) as archive,
    ):
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        with pytest.raises(ArchiveError, match="is locked"):
            archive.add_trial(RUN, a_trial(2))
        assert 0.2 <= time.monotonic() - begun < BUSY_TIMEOUT_S
    for wrong in ("soon", "-1", "nan", "inf"):
        with pytest.raises(UsageError, match=f"timeout: expected seconds, found '{wrong}'"):
            open_archive(f"sqlite:///{filled}?timeout={wrong}")


def test_a_locked_archive_can_be_read_and_is_written_again_later(filled: Path) -> None:
    with (
        closing(sqlite3.connect(filled, isolation_level=None)) as other,
        closing(open_archive(str(filled), busy_timeout_s=0)) as archive,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveError) as error:
            archive.add_trial(RUN, a_trial(2))
        one_line(error, f"{filled} is locked by another process", "--archive")
        assert archive.trial_count(RUN, Arm.SEARCH) == 2
        other.execute("ROLLBACK")
        archive.add_trial(RUN, a_trial(2))
        assert archive.trial_count(RUN, Arm.SEARCH) == 3


def test_a_full_disk_undoes_the_call_and_says_so(filled: Path, capped: SqlArchive) -> None:
    source = Random(1).randbytes(500_000).hex()
    large = replace(a_trial(2), program=Program(id="b16", source=source))
    with pytest.raises(ArchiveError) as error:
        capped.add_trial(RUN, large)
    one_line(error, filled, "disk is full", "--archive")
    capped.add_trial(RUN, a_trial(2))
    assert list(capped.trials(RUN, Arm.SEARCH)) == [a_trial(n) for n in range(3)]
    with closing(sqlite3.connect(filled)) as database:
        assert database.execute("SELECT count(*) FROM programs").fetchone() == (3,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("", ["empty", "runs/adrs.db"]),
        ("  ", ["empty", "runs/adrs.db"]),
        ("nonsense://", ["nonsense"]),
        ("://", ["URL"]),
        ("sqlite://adrs.db", ["sqlite://adrs.db", "sqlite:///relative/path"]),
        ("sqlite:///adrs.db?detect_types=x", ["adrs.db", "'x'"]),
        ("postgresql://localhost:port/adrs", ["URL", "'port'"]),
    ],
)
def test_a_malformed_url_is_the_users_error(url: str, parts: list[str]) -> None:
    with pytest.raises(UsageError) as error:
        open_archive(url)
    one_line(error, *parts)


@pytest.mark.skipif(
    importlib.util.find_spec("psycopg") is not None, reason="the driver is installed"
)
def test_a_missing_driver_is_named_and_the_password_is_not() -> None:
    with pytest.raises(UsageError) as error:
        open_archive("postgresql+psycopg://ann:secret@db.example/adrs")
    one_line(error, "'psycopg'", "install", "db.example")
    assert "secret" not in str(error.value)
