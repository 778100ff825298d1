"""The way from each version of the tables to the next.

The tables in `models` are of version 1 plus the number of steps below. To change them, change
`models`, write one function that takes an open connection and brings a database of the version
before to the new one, and append it to `STEPS`. A step is portable SQL through SQLAlchemy, runs
in the transaction of the whole migration, and is never edited once it was released: it names
tables and columns as they were, and never those of `models`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    Text,
    bindparam,
    false,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.schema import CreateColumn
from sqlalchemy.types import TypeEngine

from adrs.archive.sql.jsontext import dump, load_tuple
from adrs.archive.sql.packing import pack, pack_like
from adrs.archive.sql.tables import METADATA, ExactFloat

Step = Callable[[Connection], None]

BATCH = 500


def _add_column(connection: Connection, table: str, column: Column[Any]) -> None:
    """Add a column with a default, in the words of the connection's database."""
    Table(table, MetaData(), column)  # a column is compiled as part of a table
    declared = CreateColumn(column).compile(dialect=connection.dialect)
    connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {declared}"))


def _drop_column(connection: Connection, table: str, column: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(column)
    connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {quoted}"))


def _beside_runs() -> MetaData:
    """Return where tables can be declared that refer to runs."""
    metadata = MetaData(naming_convention=METADATA.naming_convention)
    Table("runs", metadata, Column("id", Integer, primary_key=True))
    return metadata


def _to_version_2(connection: Connection) -> None:
    """Keep model calls, the order of trials, held-out keys, races, and what tuners tried.

    Runs from before drew the public held-out scenarios, whose key is empty, asked no model, and
    knew nothing of the rest.
    """
    runs: tuple[Column[Any], ...] = (
        Column("heldout_key", String(200), nullable=False, server_default=""),
        Column("order", String(32), nullable=False, server_default="ordered"),
        Column("models_json", Text, nullable=True),
        Column("without_json", Text, nullable=False, server_default="[]"),
        Column("replays", Text, nullable=False, server_default=""),
    )
    evaluations: tuple[Column[Any], ...] = (
        Column("repeated", Boolean, nullable=False, server_default=false()),
        Column("scenarios", Integer, nullable=False, server_default="0"),
        Column("rival", Text, nullable=False, server_default=""),
        Column("behind_after", Integer, nullable=True),
    )
    trials = tuple(
        Column(name, BigInteger, nullable=False, server_default="0")
        for name in ("asked_after", "arrival", "tried")
    )
    new = {"runs": runs, "evaluations": evaluations, "trials": trials}
    for table, columns in new.items():
        for column in columns:
            _add_column(connection, table, column)
    _calls_of_version_2().create(connection)


def _calls_of_version_2() -> Table:
    kinds: dict[str, TypeEngine[Any]] = {
        **dict.fromkeys(("arm", "purpose", "digest", "outcome"), String(32)),
        **dict.fromkeys(("trial", "asked_after"), BigInteger()),
        "attempt": Integer(),
        **dict.fromkeys(("operator", "model", "messages_json", "settings_json"), Text()),
        **dict.fromkeys(("text", "raw", "finish", "error", "created_at", "cached_from"), Text()),
        **dict.fromkeys(("prompt_tokens", "completion_tokens"), BigInteger()),
        **dict.fromkeys(("cached_tokens", "reasoning_tokens"), BigInteger()),
        "latency_s": ExactFloat,
    }
    spend = ("run_id", "outcome", "completion_tokens", "cached_from", "cost_usd")
    return Table(
        "calls",
        _beside_runs(),
        Column("id", Integer, primary_key=True),
        Column("run_id", ForeignKey("runs.id"), nullable=False),
        *(Column(name, kind, nullable=False) for name, kind in kinds.items()),
        Column("cost_usd", ExactFloat, nullable=True),
        Index(None, "run_id", "digest"),
        Index(None, "digest"),
        Index("ix_calls_spend", *spend).ddl_if(dialect="sqlite"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Packing:
    """How columns of a table become one packed column.

    Attributes:
        table: its name.
        key: its primary key.
        old: the columns that go.
        new: the column that comes.
        content: the text to pack, made from a row of the old columns.
        kind: of the run's texts that are packed against the first of them; None to pack alone.
    """

    table: str
    key: str
    old: tuple[str, ...]
    new: str
    content: Callable[[Row[Any]], str]
    kind: str | None


def _said(row: Row[Any]) -> str:
    return dump((load_tuple(row.messages_json), row.text, row.raw))


_PACKINGS = (
    _Packing(
        table="programs",
        key="key",
        old=("source",),
        new="source_z",
        content=attrgetter("source"),
        kind="program",
    ),
    _Packing(
        table="evaluations",
        key="id",
        old=("values_json",),
        new="values_z",
        content=attrgetter("values_json"),
        kind=None,
    ),
    _Packing(
        table="calls",
        key="id",
        old=("messages_json", "text", "raw"),
        new="content_z",
        content=_said,
        kind="call",
    ),
)


def _to_version_3(connection: Connection) -> None:
    """Keep programs, scenarios' values and what was said in model calls as packed text."""
    firsts = Table(
        "firsts",
        _beside_runs(),
        Column("run_id", ForeignKey("runs.id"), primary_key=True),
        Column("kind", String(32), primary_key=True),
        Column("text_z", LargeBinary, nullable=False),
        CheckConstraint("kind IN ('program', 'call')", name="kind"),
    )
    firsts.create(connection)
    for packing in _PACKINGS:
        new = Column(packing.new, LargeBinary, nullable=False, server_default="")
        _add_column(connection, packing.table, new)
        for run_id, first in _pack(connection, packing).items():
            params = {"run_id": run_id, "kind": packing.kind, "text_z": pack(first)}
            connection.execute(insert(firsts), params)
        for column in packing.old:
            _drop_column(connection, packing.table, column)


def _pack(connection: Connection, packing: _Packing) -> dict[int, str]:
    """Fill a new column; return the first texts of runs that others are packed against."""
    read = [Column[Any](name) for name in (packing.key, "run_id", *packing.old)]
    table = Table(packing.table, MetaData(), *read, Column(packing.new, LargeBinary))
    key, firsts = table.c[packing.key], dict[int, str]()
    fill = update(table).where(key == bindparam("row")).values({packing.new: bindparam("packed")})
    query, last = select(*read).order_by(key).limit(BATCH), 0
    while rows := connection.execute(query.where(key > last)).all():
        filled = []
        for row in rows:
            content = packing.content(row)
            if packing.kind is None:
                packed = pack(content)
            else:
                packed = pack_like(content, firsts.setdefault(row.run_id, content))
            filled.append({"row": row[0], "packed": packed})
        connection.execute(fill, filled)
        last = rows[-1][0]
    return firsts


STEPS: tuple[Step, ...] = (_to_version_2, _to_version_3)
