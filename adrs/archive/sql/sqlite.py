"""All that is particular to SQLite: how a connection is set up, and what its errors mean."""

import sqlite3
import time
from collections.abc import Mapping

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry

from adrs.archive.sql.tables import RUNS

WRITES = "adrs_writes"
VERSION_TABLE = "schema_version"
ELSEWHERE = "give another place with --archive URL"
PAUSE_S = 0.01

_LOCKED = "is locked by another process: wait until it is done"
_UNWRITABLE = "cannot be written: make the file and its folder writable"
_ADVICE: Mapping[int, str] = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_FULL: "cannot grow, the disk is full: free some space and resume the run",
    sqlite3.SQLITE_READONLY: _UNWRITABLE,
    sqlite3.SQLITE_PERM: _UNWRITABLE,
    sqlite3.SQLITE_AUTH: _UNWRITABLE,
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: make the file readable and its folder writable",
    sqlite3.SQLITE_NOTADB: "is not an SQLite database: move that file away",
    sqlite3.SQLITE_CORRUPT: "is damaged ({cause}): restore a copy of it",
    sqlite3.SQLITE_IOERR: "cannot be read or written ({cause}): check its disk",
}


def set_up(engine: Engine, *, busy_timeout_s: float) -> None:
    """Set up every connection that the engine will make.

    Write-ahead logging lets readers read while one process writes, and survives a kill at any
    instant. With synchronous=NORMAL a loss of power may undo the newest transactions, wholly, and
    never damages the file.

    Args:
        engine: an engine on SQLite.
        busy_timeout_s: how long to wait for another process's transaction.
    """

    def on_connect(raw: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        # The driver's own way starts a transaction late and not before DDL; BEGIN is ours.
        raw.isolation_level = None
        cursor = raw.cursor()
        try:
            set_pragmas(cursor)
        except sqlite3.Error:
            raw.close()  # the pool drops a connection that it could not set up, but leaves it open
            raise
        cursor.close()

    def set_pragmas(cursor: DBAPICursor) -> None:
        cursor.execute(f"PRAGMA busy_timeout = {round(busy_timeout_s * 1000)}")
        # Most rows take 100 to 1,500 bytes: pages of 1 KB leave the least room empty; an archive of
        # 100 trials is a tenth smaller than with pages of 2 KB. The log is cut back at 0.5 MB.
        cursor.execute("PRAGMA page_size = 1024")
        cursor.execute("PRAGMA wal_autocheckpoint = 512")
        if not _is_anothers(cursor):  # whose file is left as it is; it is refused in a moment
            _switch_to_wal(cursor, time.monotonic() + busy_timeout_s)
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")

    def on_begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once, without waiting, when
        # another process wrote in between; one that is to write takes the lock at its start.
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)


def _is_anothers(cursor: DBAPICursor) -> bool:
    """Tell whether a database holds tables, but not those that every archive has."""
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    names = {name for (name,) in cursor.fetchall()}
    return bool(names) and not names >= {VERSION_TABLE, RUNS.name}


def _switch_to_wal(cursor: DBAPICursor, deadline: float) -> None:
    # Two that switch a new file at the same moment stand in each other's way: SQLite sees that
    # waiting would not end, and fails at once whatever the timeout.
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as exc:
            if _primary_code(exc) != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE_S)
        else:
            return


def sqlite_fault(exc: BaseException) -> str | None:
    """Return what an SQLite error means and what to do, to follow the place's name in a sentence.

    None for an error of another driver, or one that has no plain meaning.
    """
    if not isinstance(exc, sqlite3.Error):
        return None
    advice = _ADVICE.get(_primary_code(exc))
    return None if advice is None else f"{advice.format(cause=exc)}, or {ELSEWHERE}."


def _primary_code(exc: sqlite3.Error) -> int:
    # Errors that the driver itself makes have no code.
    code: int = getattr(exc, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF  # the low byte is the primary code of an extended one
