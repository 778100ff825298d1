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

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
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


class Base(DeclarativeBase):
    """Root of the mappings; constraints get names, which migrations need to alter them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )


class RunRow(Base):
    """A run and the configuration that determines it; ids rise from the oldest run."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("status IN ('running', 'interrupted', 'finished')", name="status"),
        CheckConstraint("spent_s >= 0", name="spent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME))
    problem: Mapped[str] = mapped_column(Text)
    # Decimal digits: an unsigned 64-bit seed does not fit a signed SQL integer.
    seed: Mapped[str] = mapped_column(String(NAME))
    strategy: Mapped[str] = mapped_column(Text)
    proposer: Mapped[str] = mapped_column(Text)
    evals: Mapped[int | None] = mapped_column(BigInteger)
    time_s: Mapped[float | None] = mapped_column(ExactFloat)
    window: Mapped[int]
    control: Mapped[bool]
    minimum_isolation: Mapped[str] = mapped_column(Text)
    params_json: Mapped[str] = mapped_column(Text)
    problem_parts_json: Mapped[str] = mapped_column(Text)
    evaluator: Mapped[str] = mapped_column(Text)
    adrs_version: Mapped[str] = mapped_column(Text)
    created_at: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(WORD))
    spent_s: Mapped[float] = mapped_column(ExactFloat)
    order: Mapped[str] = mapped_column(String(WORD), server_default="ordered")
    models_json: Mapped[str | None] = mapped_column(Text)
    replays: Mapped[str] = mapped_column(Text, server_default="")
    heldout_key: Mapped[str] = mapped_column(String(NAME), server_default="")
    without_json: Mapped[str] = mapped_column(Text, server_default="[]")


class FirstRow(Base):
    """The first text of a kind in a run; what all of that kind, itself too, are packed against."""

    __tablename__ = "firsts"
    __table_args__ = (CheckConstraint("kind IN ('program', 'call')", name="kind"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(WORD), primary_key=True)
    text_z: Mapped[bytes] = mapped_column(LargeBinary)


class ProgramRow(Base):
    """One text of a run; texts that differ only in comments share an `id` but not a row."""

    __tablename__ = "programs"
    __table_args__ = (UniqueConstraint("run_id", "digest"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    digest: Mapped[str] = mapped_column(String(HASH))
    id: Mapped[str] = mapped_column(Text)
    source_z: Mapped[bytes] = mapped_column(LargeBinary, server_default="")


class EvaluationRow(Base):
    """An evaluation; `program_id` is a hash as in `programs.id`, empty for a bound."""

    __tablename__ = "evaluations"
    __table_args__ = (CheckConstraint("score IS NULL OR verdict = 'ok'", name="score"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    program_id: Mapped[str] = mapped_column(Text)
    split: Mapped[str] = mapped_column(String(WORD))
    verdict: Mapped[str] = mapped_column(String(WORD))
    score: Mapped[float | None] = mapped_column(ExactFloat)
    values_z: Mapped[bytes] = mapped_column(LargeBinary, server_default="")
    metrics_json: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    failed_scenario: Mapped[str | None] = mapped_column(Text)
    decisions: Mapped[int] = mapped_column(BigInteger)
    cpu_s: Mapped[float] = mapped_column(ExactFloat)
    isolation: Mapped[int]
    evaluator: Mapped[str] = mapped_column(Text)
    repeated: Mapped[bool] = mapped_column(server_default=false())
    scenarios: Mapped[int] = mapped_column(server_default="0")
    rival: Mapped[str] = mapped_column(Text, server_default="")
    behind_after: Mapped[int | None]


class TrialRow(Base):
    """A trial; its proposal's source is the program's unless `proposal_source` says otherwise."""

    __tablename__ = "trials"
    __table_args__ = (
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

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    arm: Mapped[str] = mapped_column(String(WORD))
    number: Mapped[int] = mapped_column(BigInteger)
    operator: Mapped[str] = mapped_column(Text)
    parent_ids_json: Mapped[str] = mapped_column(Text)
    proposer: Mapped[str] = mapped_column(Text)
    operators_json: Mapped[str] = mapped_column(Text)
    idea: Mapped[str] = mapped_column(Text)
    rejection: Mapped[str] = mapped_column(Text)
    source_is_program: Mapped[bool]
    proposal_source: Mapped[str | None] = mapped_column(Text)
    program_key: Mapped[int | None] = mapped_column(ForeignKey("programs.key"))
    evaluation_id: Mapped[int | None] = mapped_column(ForeignKey("evaluations.id"))
    duplicate_of: Mapped[str | None] = mapped_column(Text)
    asked_after: Mapped[int] = mapped_column(BigInteger, server_default="0")
    arrival: Mapped[int] = mapped_column(BigInteger, server_default="0")
    tried: Mapped[int] = mapped_column(BigInteger, server_default="0")


class CallRow(Base):
    """One attempt at a model call; ids rise in the order in which the answers came.

    What was said is JSON in `content_z`: [[[role, text], ...], the answer's text, its raw form].
    """

    __tablename__ = "calls"
    __table_args__ = (
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

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    arm: Mapped[str] = mapped_column(String(WORD))
    trial: Mapped[int] = mapped_column(BigInteger)
    operator: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(String(WORD))
    asked_after: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(HASH))
    model: Mapped[str] = mapped_column(Text)
    content_z: Mapped[bytes] = mapped_column(LargeBinary, server_default="")
    settings_json: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(WORD))
    finish: Mapped[str] = mapped_column(Text)
    error: Mapped[str] = mapped_column(Text)
    prompt_tokens: Mapped[int] = mapped_column(BigInteger)
    completion_tokens: Mapped[int] = mapped_column(BigInteger)
    cached_tokens: Mapped[int] = mapped_column(BigInteger)
    reasoning_tokens: Mapped[int] = mapped_column(BigInteger)
    cost_usd: Mapped[float | None] = mapped_column(ExactFloat)
    latency_s: Mapped[float] = mapped_column(ExactFloat)
    created_at: Mapped[str] = mapped_column(Text)
    cached_from: Mapped[str] = mapped_column(Text)


class AssessmentRow(Base):
    """An evaluation outside the search, with its reason."""

    __tablename__ = "assessments"
    __table_args__ = (UniqueConstraint("evaluation_id"), Index(None, "run_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    role: Mapped[str] = mapped_column(String(WORD))
    label: Mapped[str] = mapped_column(Text)
    program_key: Mapped[int | None] = mapped_column(ForeignKey("programs.key"))
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id"))


class ConclusionRow(Base):
    """What a finished run decided; the primary key allows one per run."""

    __tablename__ = "conclusions"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    champion_key: Mapped[int] = mapped_column(ForeignKey("programs.key"))
    champion_trial: Mapped[int | None] = mapped_column(BigInteger)
    best_key: Mapped[int] = mapped_column(ForeignKey("programs.key"))
    control_key: Mapped[int | None] = mapped_column(ForeignKey("programs.key"))
    improved: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
