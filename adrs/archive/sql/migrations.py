"""Bringing a database to the newest version of the tables: creating them, or taking `steps`."""

import logging
from collections.abc import Sequence

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    insert,
    inspect,
    select,
    update,
)

from adrs.archive import refusals
from adrs.archive.sql.sqlite import ELSEWHERE, VERSION_TABLE
from adrs.archive.sql.steps import STEPS, Step
from adrs.archive.sql.tables import METADATA, RUNS
from adrs.archive.sql.transactions import for_writing, reading, writing
from adrs.errors import ArchiveError, ArchiveVersionError

logger = logging.getLogger(__name__)

# Every version of adrs must be able to read this table, so it never changes.
SCHEMA_VERSION = Table(
    VERSION_TABLE,
    MetaData(),
    Column("version", Integer, primary_key=True, autoincrement=False),
)


def stored_version(connection: Connection, *, place: str) -> int | None:
    """Return the version of the tables; None for an empty database.

    Raises:
        ArchiveError: the database holds other tables, or no single version.
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if SCHEMA_VERSION.name not in tables or RUNS.name not in tables:
        raise ArchiveError(f"{place} is a database of another program: {ELSEWHERE}.")
    versions = connection.scalars(select(SCHEMA_VERSION.c.version)).all()
    if len(versions) != 1 or versions[0] < 1:
        raise ArchiveError(
            f"{place} must hold one schema version, found {list(versions)}: restore a copy of it, "
            f"or {ELSEWHERE}."
        )
    return int(versions[0])


def require_tables(engine: Engine, *, place: str) -> None:
    """Refuse a database without an archive in it.

    Raises:
        UsageError: it is empty.
        ArchiveError: it cannot be read, or holds something else.
    """
    with reading(engine, place) as connection:
        if stored_version(connection, place=place) is None:
            raise refusals.no_archive(place=place)


def bring_up_to_date(engine: Engine, *, place: str, steps: Sequence[Step] = STEPS) -> None:
    """Create the tables in an empty database, or take the steps that an older one lacks.

    Everything happens in one transaction; a database that is up to date is only read.

    Args:
        engine: where the database is.
        place: what to call it in an error.
        steps: `steps[i]` leads from version i + 1 to i + 2.

    Raises:
        ArchiveVersionError: a newer adrs wrote it.
        ArchiveError: it cannot be read or written, or holds something else.
    """
    with reading(engine, place) as connection:
        version = _checked(connection, place=place, newest=1 + len(steps))
    if version == 1 + len(steps):
        return
    with writing(for_writing(engine), place) as connection:
        # Asked again under the lock: another process may have been faster.
        version = _checked(connection, place=place, newest=1 + len(steps))
        if version is None:
            _create(connection, version=1 + len(steps))
        else:
            _migrate(connection, version=version, steps=steps, place=place)


def _checked(connection: Connection, *, place: str, newest: int) -> int | None:
    version = stored_version(connection, place=place)
    if version is not None and version > newest:
        raise ArchiveVersionError(
            f"{place} has schema version {version}, written by a newer adrs; this adrs knows "
            f"versions up to {newest}. Upgrade adrs, or {ELSEWHERE}."
        )
    return version


def _create(connection: Connection, *, version: int) -> None:
    METADATA.create_all(connection)
    SCHEMA_VERSION.create(connection)
    connection.execute(insert(SCHEMA_VERSION), {"version": version})


def _migrate(connection: Connection, *, version: int, steps: Sequence[Step], place: str) -> None:
    for number, step in enumerate(steps[version - 1 :], start=version + 1):
        logger.info("bringing %s to schema version %d", place, number)
        step(connection)
        connection.execute(update(SCHEMA_VERSION).values(version=number))
