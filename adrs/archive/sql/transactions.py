"""The one way to the database: a transaction that commits, rolls back and translates errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from adrs.archive.sql.sqlite import WRITES, sqlite_fault
from adrs.errors import ArchiveError


@contextmanager
def reading(engine: Engine, place: str) -> Iterator[Connection]:
    """Open a short transaction for reading rows and converting them.

    Raises:
        ArchiveError: the place cannot be read, or a row does not hold what the types allow.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as exc:
        raise translated(exc, place) from exc
    except (ValueError, TypeError) as exc:
        raise _damaged(exc, place) from exc


def for_writing(engine: Engine) -> Engine:
    """Return an engine over the same connections whose transactions are announced to write."""
    return engine.execution_options(**{WRITES: True})


@contextmanager
def writing(engine: Engine, place: str) -> Iterator[Connection]:
    """Open a transaction that is committed at the end of the block, or rolled back by an error.

    Args:
        engine: one of `for_writing`.
        place: what to call the archive in an error.

    Raises:
        ArchiveError: the place cannot be written, a constraint refuses a row, or one that is
            there already does not hold what the types allow.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as exc:
        raise translated(exc, place) from exc
    except ValueError as exc:
        raise _damaged(exc, place) from exc


def _damaged(exc: Exception, place: str) -> ArchiveError:
    return ArchiveError(
        f"{place} holds a row that does not read back ({exc}): it was changed by hand or is "
        "damaged; restore a copy of it."
    )


def translated(exc: SQLAlchemyError, place: str) -> ArchiveError:
    """Return one line that says what is wrong with `place` and what to do."""
    if not isinstance(exc, DBAPIError) or exc.orig is None:
        return ArchiveError(f"cannot use the archive {place}: {exc}")
    known = sqlite_fault(exc.orig)
    if known is not None:
        return ArchiveError(f"{place} {known}")
    lines = str(exc.orig).strip().splitlines() or [type(exc.orig).__name__]
    return ArchiveError(f"cannot use the archive {place}: {lines[0]}")
