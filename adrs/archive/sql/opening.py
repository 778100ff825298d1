"""Opening an archive by URL or path, with an error that says what to do when that fails."""

import math
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Engine, StaticPool, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from adrs.archive import refusals
from adrs.archive.sql.archive import SqlArchive
from adrs.archive.sql.migrations import bring_up_to_date, require_tables
from adrs.archive.sql.sqlite import ELSEWHERE, set_up
from adrs.errors import ArchiveError, UsageError, in_one_line

SQLITE = "sqlite"
BUSY_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where an archive is.

    Attributes:
        url: for SQLAlchemy.
        path: the file of an SQLite database; None for one in memory and for other databases.
        name: what to call it in an error; free of passwords.
    """

    url: URL
    path: Path | None
    name: str

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == SQLITE


def open_archive(
    url: str, *, read_only: bool = False, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> SqlArchive:
    """Open an archive, creating it and its folder, or bringing its tables up to date, if need be.

    Args:
        url: the path of an SQLite file, such as "runs/adrs.db", or any SQLAlchemy URL;
            "sqlite://" is an archive in memory.
        read_only: create nothing and refuse every writing call. An archive of an older version is
            still brought up to date.
        busy_timeout_s: how long a call waits for another process's transaction (SQLite only),
            where the URL has no `timeout` of its own.

    Raises:
        UsageError: the URL is malformed or its driver is not installed; or `read_only`, and there
            is no archive.
        ArchiveVersionError: a newer adrs wrote the archive.
        ArchiveError: it cannot be opened or created, or is something else.
    """
    place = _place(url)
    _check_path(place, read_only=read_only)
    engine = _engine(place, busy_timeout_s=_timeout_s(place, busy_timeout_s))
    try:
        if read_only:
            require_tables(engine, place=place.name)
        bring_up_to_date(engine, place=place.name)
    except BaseException:
        engine.dispose()
        raise
    return SqlArchive(engine, place=place.name, read_only=read_only)


def _place(text: str) -> _Place:
    if not text.strip():
        raise UsageError("the archive's URL is empty: give a path such as runs/adrs.db.")
    if "\0" in text:  # only Python's callers can give one
        raise UsageError(f"the archive's URL {text!r} has a null byte: no file's name has one.")
    if "://" not in text:
        return _Place(
            url=URL.create(SQLITE, database=text),
            path=None if text == ":memory:" else Path(text),
            name=text,
        )
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as exc:
        raise UsageError(
            f"the archive's URL is not one that SQLAlchemy can read: {in_one_line(exc)}"
        ) from exc
    in_memory = url.database in (None, "", ":memory:")
    on_file = url.get_backend_name() == SQLITE and not in_memory and "uri" not in url.query
    path = Path(url.database) if on_file and url.database else None
    return _Place(url=url, path=path, name=str(path or url.render_as_string(hide_password=True)))


def _check_path(place: _Place, *, read_only: bool) -> None:
    path = place.path
    if path is None:
        return
    try:
        if path.is_dir():
            raise ArchiveError(
                f"{path} is a folder: give a file in it, such as {path / 'adrs.db'}, as the "
                "archive."
            )
        if read_only and not path.exists():
            raise refusals.no_archive(place=place.name)
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise ArchiveError(
            f"cannot use {path.parent} as the folder of the archive {path} ({exc.strerror}): make "
            f"it a folder that can be written, or {ELSEWHERE}."
        ) from exc


def _engine(place: _Place, *, busy_timeout_s: float) -> Engine:
    try:
        if not place.is_sqlite:
            return create_engine(place.url)
        if place.path is None:
            engine = create_engine(
                place.url, poolclass=StaticPool, connect_args={"check_same_thread": False}
            )
        else:
            engine = create_engine(place.url)
    except (ArgumentError, ValueError) as exc:
        raise UsageError(f"cannot use the archive {place.name}: {in_one_line(exc)}") from exc
    except ImportError as exc:
        raise UsageError(
            f"the archive {place.name} needs the Python package '{exc.name}': install it, or "
            f"{ELSEWHERE}."
        ) from exc
    set_up(engine, busy_timeout_s=busy_timeout_s)
    return engine


def _timeout_s(place: _Place, otherwise: float) -> float:
    text = place.url.query.get("timeout", otherwise)
    try:
        seconds = float(text)  # type: ignore[arg-type]  # a tuple where it is given twice
    except (TypeError, ValueError):
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise UsageError(f"the archive {place.name}: timeout: expected seconds, found {text!r}.")
    return seconds
