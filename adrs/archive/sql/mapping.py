"""Conversion between rows and the frozen objects of the core; rows never leave this package.

`*_params` turn an object into the parameters of an INSERT. The others turn a row of a SELECT over
the columns named here into an object, and raise ValueError or TypeError for a word, a JSON text or
packed bytes that the types do not allow: nothing is repaired.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row

from adrs.archive.sql.jsontext import dump, load_mapping, load_tuple
from adrs.archive.sql.packing import pack, pack_like, unpack, unpack_like
from adrs.archive.sql.tables import (
    ASSESSMENTS,
    CONCLUSIONS,
    EVALUATIONS,
    FIRSTS,
    PROGRAMS,
    RUNS,
    TRIALS,
)
from adrs.archive.views import TrialOutline
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.run import (
    Assessment,
    Conclusion,
    ModelUse,
    Order,
    Role,
    RunConfig,
    RunRecord,
    RunStatus,
)
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial

Params = Mapping[str, str | int | float | bytes | None]
# Quoted, as SQLAlchemy 2.0 and 2.1 differ in the number of a row's type parameters.
AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"
Columns = tuple[ColumnElement[Any], ...]

RUN_COLUMNS: Columns = (
    RUNS.c.name,
    RUNS.c.problem,
    RUNS.c.seed,
    RUNS.c.strategy,
    RUNS.c.proposer,
    RUNS.c.evals,
    RUNS.c.time_s,
    RUNS.c.window,
    RUNS.c.control,
    RUNS.c.minimum_isolation,
    RUNS.c.params_json,
    RUNS.c.problem_parts_json,
    RUNS.c.evaluator,
    RUNS.c.adrs_version,
    RUNS.c.created_at,
    RUNS.c.status,
    RUNS.c.spent_s,
    RUNS.c.heldout_key,
    RUNS.c.order,
    RUNS.c.models_json,
    RUNS.c.replays,
    RUNS.c.without_json,
)
PROGRAM_COLUMNS: Columns = (
    PROGRAMS.c.id.label("program_id"),
    PROGRAMS.c.source_z,
    FIRSTS.c.text_z.label("first_z"),
)
EVALUATION_COLUMNS: Columns = (
    EVALUATIONS.c.program_id.label("evaluation_program_id"),
    EVALUATIONS.c.split,
    EVALUATIONS.c.verdict,
    EVALUATIONS.c.score,
    EVALUATIONS.c.values_z,
    EVALUATIONS.c.metrics_json,
    EVALUATIONS.c.fingerprint,
    EVALUATIONS.c.detail,
    EVALUATIONS.c.failed_scenario,
    EVALUATIONS.c.decisions,
    EVALUATIONS.c.cpu_s,
    EVALUATIONS.c.isolation,
    EVALUATIONS.c.evaluator,
    EVALUATIONS.c.repeated,
    EVALUATIONS.c.scenarios,
    EVALUATIONS.c.rival,
    EVALUATIONS.c.behind_after,
)
TRIAL_COLUMNS: Columns = (
    TRIALS.c.id.label("trial_id"),
    TRIALS.c.arm,
    TRIALS.c.number,
    TRIALS.c.operator,
    TRIALS.c.parent_ids_json,
    TRIALS.c.proposer,
    TRIALS.c.operators_json,
    TRIALS.c.idea,
    TRIALS.c.rejection,
    TRIALS.c.source_is_program,
    TRIALS.c.proposal_source,
    TRIALS.c.program_key,
    TRIALS.c.evaluation_id,
    TRIALS.c.duplicate_of,
    TRIALS.c.asked_after,
    TRIALS.c.arrival,
    TRIALS.c.tried,
    *PROGRAM_COLUMNS,
    *EVALUATION_COLUMNS,
)
OUTLINE_COLUMNS: Columns = (
    TRIALS.c.id.label("trial_id"),
    TRIALS.c.number,
    TRIALS.c.operator,
    TRIALS.c.parent_ids_json,
    TRIALS.c.proposer,
    TRIALS.c.operators_json,
    TRIALS.c.idea,
    PROGRAMS.c.id.label("program_id"),
    EVALUATIONS.c.verdict,
    EVALUATIONS.c.score,
    TRIALS.c.duplicate_of,
    TRIALS.c.tried,
)
ASSESSMENT_COLUMNS: Columns = (
    ASSESSMENTS.c.role,
    ASSESSMENTS.c.label,
    ASSESSMENTS.c.program_key,
    *PROGRAM_COLUMNS,
    *EVALUATION_COLUMNS,
)
CHAMPION, BEST, CONTROL = (PROGRAMS.alias(name) for name in ("champion", "best", "control"))
CONCLUSION_COLUMNS: Columns = (
    CONCLUSIONS.c.champion_trial,
    CONCLUSIONS.c.improved,
    CONCLUSIONS.c.reason,
    CHAMPION.c.id.label("champion_id"),
    CHAMPION.c.source_z.label("champion_z"),
    BEST.c.id.label("best_id"),
    BEST.c.source_z.label("best_z"),
    CONTROL.c.id.label("control_id"),
    CONTROL.c.source_z.label("control_z"),
    FIRSTS.c.text_z.label("first_z"),
)


def run_params(record: RunRecord) -> Params:
    """Return the parameters that store a run."""
    config = record.config
    return {
        "name": record.name,
        "problem": config.problem,
        "seed": str(config.seed),
        "strategy": config.strategy,
        "proposer": config.proposer,
        "evals": config.evals,
        "time_s": config.time_s,
        "window": config.window,
        "control": config.control,
        "minimum_isolation": config.minimum_isolation,
        "params_json": dump(dict(config.params)),
        "problem_parts_json": dump(dict(record.problem_parts)),
        "evaluator": record.evaluator,
        "adrs_version": record.adrs_version,
        "created_at": record.created_at,
        "status": record.status.value,
        "spent_s": record.spent_s,
        "heldout_key": config.heldout_key,
        "order": config.order.value,
        "models_json": None if config.models is None else dump(asdict(config.models)),
        "replays": config.replays,
        "without_json": dump(config.without),
    }


def run_record(row: AnyRow) -> RunRecord:
    """Return the run that a row holds."""
    config = RunConfig(
        problem=row.problem,
        seed=int(row.seed),
        strategy=row.strategy,
        proposer=row.proposer,
        evals=row.evals,
        time_s=row.time_s,
        window=row.window,
        control=row.control,
        minimum_isolation=row.minimum_isolation,
        params=load_mapping(row.params_json),
        heldout_key=row.heldout_key,
        order=Order(row.order),
        models=None if row.models_json is None else _model_use(row.models_json),
        replays=row.replays,
        without=load_tuple(row.without_json),
    )
    return RunRecord(
        name=row.name,
        config=config,
        problem_parts=load_mapping(row.problem_parts_json),
        evaluator=row.evaluator,
        adrs_version=row.adrs_version,
        created_at=row.created_at,
        status=RunStatus(row.status),
        spent_s=row.spent_s,
    )


def _model_use(text: str) -> ModelUse:
    fields = dict(load_mapping(text))
    return ModelUse(**{**fields, "models": tuple(fields["models"])})


def program_digest(program: Program) -> str:
    """Return the hash that tells a program's exact text, and its id, from all others of a run."""
    digest = hashlib.blake2b(program.id.encode(), digest_size=16)
    digest.update(b"\0")
    digest.update(program.source.encode())
    return digest.hexdigest()


def program_params(program: Program, *, run_id: int, digest: str, first: str) -> Params:
    """Return the parameters that store a program."""
    source_z = pack_like(program.source, first)
    return {"run_id": run_id, "digest": digest, "id": program.id, "source_z": source_z}


def evaluation_params(evaluation: Evaluation, *, run_id: int) -> Params:
    """Return the parameters that store an evaluation."""
    return {
        "run_id": run_id,
        "program_id": evaluation.program_id,
        "split": evaluation.split.value,
        "verdict": evaluation.verdict.value,
        "score": evaluation.score,
        "values_z": pack(dump(evaluation.values)),
        "metrics_json": dump(dict(evaluation.metrics)),
        "fingerprint": evaluation.fingerprint,
        "detail": evaluation.detail,
        "failed_scenario": evaluation.failed_scenario,
        "decisions": evaluation.decisions,
        "cpu_s": evaluation.cpu_s,
        "isolation": evaluation.isolation.value,
        "evaluator": evaluation.evaluator,
        "repeated": evaluation.repeated,
        "scenarios": evaluation.scenarios,
        "rival": evaluation.rival,
        "behind_after": evaluation.behind_after,
    }


def trial_params(
    trial: Trial, *, run_id: int, program_key: int | None, evaluation_id: int | None
) -> Params:
    """Return the parameters that store a trial whose program and evaluation are stored."""
    proposal = trial.proposal
    same = trial.program is not None and proposal.source == trial.program.source
    return {
        "run_id": run_id,
        "arm": trial.arm.value,
        "number": trial.number,
        "operator": trial.operator,
        "parent_ids_json": dump(trial.parent_ids),
        "proposer": proposal.proposer,
        "operators_json": dump(proposal.operators),
        "idea": proposal.idea,
        "rejection": proposal.rejection,
        "source_is_program": same,
        "proposal_source": None if same else proposal.source,
        "program_key": program_key,
        "evaluation_id": evaluation_id,
        "duplicate_of": trial.duplicate_of,
        "asked_after": trial.asked_after,
        "arrival": trial.arrival,
        "tried": trial.tried,
    }


def trial(row: AnyRow) -> Trial:
    """Return the trial that a row of `TRIAL_COLUMNS` holds."""
    program = _program(row)
    proposal = Proposal(
        proposer=row.proposer,
        source=program.source if program and row.source_is_program else row.proposal_source,
        operators=load_tuple(row.operators_json),
        idea=row.idea,
        rejection=row.rejection,
    )
    return Trial(
        arm=Arm(row.arm),
        number=row.number,
        operator=row.operator,
        parent_ids=load_tuple(row.parent_ids_json),
        proposal=proposal,
        program=program,
        evaluation=None if row.evaluation_id is None else _evaluation(row),
        duplicate_of=row.duplicate_of,
        asked_after=row.asked_after,
        arrival=row.arrival,
        tried=row.tried,
    )


def outline(row: AnyRow) -> TrialOutline:
    """Return the outline that a row of `OUTLINE_COLUMNS` holds."""
    return TrialOutline(
        number=row.number,
        operator=row.operator,
        parent_ids=load_tuple(row.parent_ids_json),
        proposer=row.proposer,
        operators=load_tuple(row.operators_json),
        idea=row.idea,
        program_id=row.program_id,
        verdict=None if row.verdict is None else Verdict(row.verdict),
        score=row.score,
        duplicate_of=row.duplicate_of,
        tried=row.tried,
    )


def assessment(row: AnyRow) -> Assessment:
    """Return the assessment that a row of `ASSESSMENT_COLUMNS` holds."""
    return Assessment(
        role=Role(row.role), label=row.label, program=_program(row), evaluation=_evaluation(row)
    )


def conclusion_params(
    conclusion: Conclusion,
    *,
    run_id: int,
    champion_key: int,
    best_key: int,
    control_key: int | None,
) -> Params:
    """Return the parameters that store a conclusion whose programs are stored."""
    return {
        "run_id": run_id,
        "champion_key": champion_key,
        "champion_trial": conclusion.champion_trial,
        "best_key": best_key,
        "control_key": control_key,
        "improved": conclusion.improved,
        "reason": conclusion.reason,
    }


def conclusion(row: AnyRow) -> Conclusion:
    """Return the conclusion that a row of `CONCLUSION_COLUMNS` holds."""
    first = unpack(row.first_z)
    control = None
    if row.control_id is not None:
        control = Program(id=row.control_id, source=unpack_like(row.control_z, first))
    return Conclusion(
        champion=Program(id=row.champion_id, source=unpack_like(row.champion_z, first)),
        champion_trial=row.champion_trial,
        best=Program(id=row.best_id, source=unpack_like(row.best_z, first)),
        control=control,
        improved=row.improved,
        reason=row.reason,
    )


def _program(row: AnyRow) -> Program | None:
    if row.program_key is None:
        return None
    return Program(id=row.program_id, source=unpack_like(row.source_z, unpack(row.first_z)))


def _evaluation(row: AnyRow) -> Evaluation:
    return Evaluation(
        program_id=row.evaluation_program_id,
        split=Split(row.split),
        verdict=Verdict(row.verdict),
        score=row.score,
        values=load_tuple(unpack(row.values_z)),
        metrics=load_mapping(row.metrics_json),
        fingerprint=row.fingerprint,
        detail=row.detail,
        failed_scenario=row.failed_scenario,
        decisions=row.decisions,
        cpu_s=row.cpu_s,
        isolation=IsolationLevel(row.isolation),
        evaluator=row.evaluator,
        repeated=row.repeated,
        scenarios=row.scenarios,
        rival=row.rival,
        behind_after=row.behind_after,
    )
