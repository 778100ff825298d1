"""The tables of the archive, version 3.

runs ─┬─ firsts          what the run's programs and its model calls are packed against
      ├─ programs        one row per distinct text of a run; the first writer wins
      ├─ evaluations     one row per evaluation, of a trial or of an assessment
      ├─ trials          ids rise in the order in which the trials were told
      ├─ calls           ids rise in the order in which the models answered
      ├─ assessments     ids rise in the order in which they were made
      └─ conclusions     at most one per run

Columns that end in `_json` hold JSON text, with every float written so that it reads back
bit-exactly: `SELECT j.value FROM evaluations, json_each(metrics_json) AS j`.

Columns that end in `_z` hold text as `packing` packs it: programs, and what was said in calls,
against the first of the run; all else alone, so that `zlib.decompress(values_z)` is the text.

A change to these tables goes together with a step in `steps`.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.types import TypeEngine, UserDefinedType

NAME = 200
HASH = 32
WORD = 32


class Untyped(UserDefinedType[float]):
    """A column without a declared type.

    SQLite rewrites -0.0 as 0.0 in columns declared as numbers; without a declared type it keeps a
    float's bits. Comparisons, sums and sorting work the same.
    """

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        """Return the declaration: nothing."""
        return ""


ExactFloat: TypeEngine[float] = Double().with_variant(Untyped(), "sqlite")


# Constraints get names, which migrations need to alter them.
METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _column(name: str, kind: Any, *more: ForeignKey, **options: Any) -> Column[Any]:
    """Return a column that always has a value, where `nullable` does not say otherwise."""
    return Column(name, kind, *more, **{"nullable": False, **options})


# A run and the configuration that determines it; ids rise from the oldest run.
RUNS = Table(
    "runs",
    METADATA,
    _column("id", Integer, primary_key=True),
    _column("name", String(NAME)),
    _column("problem", Text),
    # Decimal digits: an unsigned 64-bit seed does not fit a signed SQL integer.
    _column("seed", String(NAME)),
    _column("strategy", Text),
    _column("proposer", Text),
    _column("evals", BigInteger, nullable=True),
    _column("time_s", ExactFloat, nullable=True),
    _column("window", Integer),
    _column("control", Boolean),
    _column("minimum_isolation", Text),
    _column("params_json", Text),
    _column("problem_parts_json", Text),
    _column("evaluator", Text),
    _column("adrs_version", Text),
    _column("created_at", Text),
    _column("status", String(WORD)),
    _column("spent_s", ExactFloat),
    _column("order", String(WORD), server_default="ordered"),
    _column("models_json", Text, nullable=True),
    _column("replays", Text, server_default=""),
    _column("heldout_key", String(NAME), server_default=""),
    _column("without_json", Text, server_default="[]"),
    UniqueConstraint("name"),
    CheckConstraint("status IN ('running', 'interrupted', 'finished')", name="status"),
    CheckConstraint("spent_s >= 0", name="spent"),
)

# The first text of a kind in a run; what all of that kind, itself too, are packed against.
FIRSTS = Table(
    "firsts",
    METADATA,
    _column("run_id", Integer, ForeignKey("runs.id"), primary_key=True),
    _column("kind", String(WORD), primary_key=True),
    _column("text_z", LargeBinary),
    CheckConstraint("kind IN ('program', 'call')", name="kind"),
)

# One text of a run; texts that differ only in comments share an `id` but not a row.
PROGRAMS = Table(
    "programs",
    METADATA,
    _column("key", Integer, primary_key=True),
    _column("run_id", Integer, ForeignKey("runs.id")),
    _column("digest", String(HASH)),
    _column("id", Text),
    _column("source_z", LargeBinary, server_default=""),
    UniqueConstraint("run_id", "digest"),
)

# An evaluation; `program_id` is a hash as in `programs.id`, empty for a bound.
EVALUATIONS = Table(
    "evaluations",
    METADATA,
    _column("id", Integer, primary_key=True),
    _column("run_id", Integer, ForeignKey("runs.id")),
    _column("program_id", Text),
    _column("split", String(WORD)),
    _column("verdict", String(WORD)),
    _column("score", ExactFloat, nullable=True),
    _column("values_z", LargeBinary, server_default=""),
    _column("metrics_json", Text),
    _column("fingerprint", Text),
    _column("detail", Text),
    _column("failed_scenario", Text, nullable=True),
    _column("decisions", BigInteger),
    _column("cpu_s", ExactFloat),
    _column("isolation", Integer),
    _column("evaluator", Text),
    _column("repeated", Boolean, server_default=false()),
    _column("scenarios", Integer, server_default="0"),
    _column("rival", Text, server_default=""),
    _column("behind_after", Integer, nullable=True),
    CheckConstraint("score IS NULL OR verdict = 'ok'", name="score"),
)

# A trial; its proposal's source is the program's unless `proposal_source` says otherwise.
TRIALS = Table(
    "trials",
    METADATA,
    _column("id", Integer, primary_key=True),
    _column("run_id", Integer, ForeignKey("runs.id")),
    _column("arm", String(WORD)),
    _column("number", BigInteger),
    _column("operator", Text),
    _column("parent_ids_json", Text),
    _column("proposer", Text),
    _column("operators_json", Text),
    _column("idea", Text),
    _column("rejection", Text),
    _column("source_is_program", Boolean),
    _column("proposal_source", Text, nullable=True),
    _column("program_key", Integer, ForeignKey("programs.key"), nullable=True),
    _column("evaluation_id", Integer, ForeignKey("evaluations.id"), nullable=True),
    _column("duplicate_of", Text, nullable=True),
    _column("asked_after", BigInteger, server_default="0"),
    _column("arrival", BigInteger, server_default="0"),
    _column("tried", BigInteger, server_default="0"),
    UniqueConstraint("run_id", "arm", "number"),
    UniqueConstraint("evaluation_id"),
    CheckConstraint("arm IN ('search', 'control')", name="arm"),
    CheckConstraint("number >= 0", name="number"),
    CheckConstraint(
        "NOT source_is_program OR (program_key IS NOT NULL AND proposal_source IS NULL)",
        name="source",
    ),
    Index(None, "run_id", "arm", "id"),
)

# One attempt at a model call; ids rise in the order in which the answers came.
#
# What was said is JSON in `content_z`: [[[role, text], ...], the answer's text, its raw form].
CALLS = Table(
    "calls",
    METADATA,
    _column("id", Integer, primary_key=True),
    _column("run_id", Integer, ForeignKey("runs.id")),
    _column("arm", String(WORD)),
    _column("trial", BigInteger),
    _column("operator", Text),
    _column("purpose", String(WORD)),
    _column("asked_after", BigInteger),
    _column("digest", String(HASH)),
    _column("model", Text),
    _column("content_z", LargeBinary, server_default=""),
    _column("settings_json", Text),
    _column("attempt", Integer),
    _column("outcome", String(WORD)),
    _column("finish", Text),
    _column("error", Text),
    _column("prompt_tokens", BigInteger),
    _column("completion_tokens", BigInteger),
    _column("cached_tokens", BigInteger),
    _column("reasoning_tokens", BigInteger),
    _column("cost_usd", ExactFloat, nullable=True),
    _column("latency_s", ExactFloat),
    _column("created_at", Text),
    _column("cached_from", Text),
    Index(None, "run_id", "digest"),
    Index(None, "digest"),
    # Holds all that sums of spend need: SQLite would read a whole prompt to get to a call's
    # figures, which come last. Elsewhere nobody needs it, and not every database can make it.
    Index(
        "ix_calls_spend",
        "run_id",
        "outcome",
        "completion_tokens",
        "cached_from",
        "cost_usd",
    ).ddl_if(dialect="sqlite"),
)

# An evaluation outside the search, with its reason.
ASSESSMENTS = Table(
    "assessments",
    METADATA,
    _column("id", Integer, primary_key=True),
    _column("run_id", Integer, ForeignKey("runs.id")),
    _column("role", String(WORD)),
    _column("label", Text),
    _column("program_key", Integer, ForeignKey("programs.key"), nullable=True),
    _column("evaluation_id", Integer, ForeignKey("evaluations.id")),
    UniqueConstraint("evaluation_id"),
    Index(None, "run_id", "id"),
)

# What a finished run decided; the primary key allows one per run.
CONCLUSIONS = Table(
    "conclusions",
    METADATA,
    _column("run_id", Integer, ForeignKey("runs.id"), primary_key=True),
    _column("champion_key", Integer, ForeignKey("programs.key")),
    _column("champion_trial", BigInteger, nullable=True),
    _column("best_key", Integer, ForeignKey("programs.key")),
    _column("control_key", Integer, ForeignKey("programs.key"), nullable=True),
    _column("improved", Boolean),
    _column("reason", Text),
)
