"""The archive on a SQL database, through SQLAlchemy; `open_archive` is the way in."""

from adrs.archive.sql.archive import SqlArchive
from adrs.archive.sql.opening import open_archive

__all__ = ["SqlArchive", "open_archive"]
