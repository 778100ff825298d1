"""The trials of a run as rows, for spreadsheets and for programs."""

import csv
import dataclasses
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from adrs.archive.protocol import Archive
from adrs.core.evaluation import Verdict
from adrs.core.objective import Objective
from adrs.core.trial import Arm, Trial
from adrs.report.run.jsonreport import as_json


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRow:
    """One trial, as it is exported; absent figures and texts are None or empty.

    Attributes:
        run: the run's name.
        arm: "search" or "control".
        trial: its number in the arm.
        asked_after: how many trials of the arm had been told when it was asked.
        operator: the kind of change that was asked for.
        proposer: who proposed it.
        changes: the elementary changes.
        idea: one line on what was changed, in the proposer's words.
        parents: ids of the programs it came from, the parent first.
        program: id of the proposed program.
        duplicate_of: id of the program it repeats.
        verdict: how its evaluation on train ended; None for a duplicate.
        score: raw train score.
        best: best raw train score of the arm after it, the initial program's not counted.
        tried: evaluations of other programs that were made on the way to it, by a tuner.
        values: raw value of every train scenario.
        metrics: the evaluator's further metrics.
        decisions: decisions that were answered.
        cpu_s: CPU seconds of the candidate's processes.
        fingerprint: hash of every decision.
        detail: why there is no score.
        failed_scenario: id of the scenario in which it failed.
        source: the proposed program's text.
    """

    run: str
    arm: Arm
    trial: int
    asked_after: int
    operator: str
    proposer: str
    changes: tuple[str, ...]
    idea: str
    parents: tuple[str, ...]
    program: str | None
    duplicate_of: str | None
    verdict: Verdict | None
    score: float | None
    best: float | None
    tried: int
    values: tuple[float, ...]
    metrics: Mapping[str, float]
    decisions: int | None
    cpu_s: float | None
    fingerprint: str
    detail: str
    failed_scenario: str | None
    source: str | None


COLUMNS = tuple(field.name for field in dataclasses.fields(TrialRow))
"""Of JSON lines; CSV has no `values`, `metrics` and `source`."""

CSV_COLUMNS = tuple(name for name in COLUMNS if name not in ("values", "metrics", "source"))


def trial_rows(archive: Archive, run: str, objective: Objective) -> Iterator[TrialRow]:
    """Yield the search's trials, then the control's, each in the order in which they were told.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    for arm in Arm:
        best: float | None = None
        for trial in archive.trials(run, arm):
            score = trial.score
            if score is not None and (best is None or objective.better(score, best)):
                best = score
            yield _row(run, trial, best)


def _row(run: str, trial: Trial, best: float | None) -> TrialRow:
    evaluation, proposal = trial.evaluation, trial.proposal
    return TrialRow(
        run=run,
        arm=trial.arm,
        trial=trial.number,
        asked_after=trial.asked_after,
        operator=trial.operator,
        proposer=proposal.proposer,
        changes=proposal.operators,
        idea=proposal.idea,
        parents=trial.parent_ids,
        program=None if trial.program is None else trial.program.id,
        duplicate_of=trial.duplicate_of,
        verdict=trial.verdict,
        score=trial.score,
        best=best,
        tried=trial.tried,
        values=() if evaluation is None else evaluation.values,
        metrics={} if evaluation is None else evaluation.metrics,
        decisions=None if evaluation is None else evaluation.decisions,
        cpu_s=None if evaluation is None else evaluation.cpu_s,
        fingerprint="" if evaluation is None else evaluation.fingerprint,
        detail=proposal.rejection if evaluation is None else evaluation.detail,
        failed_scenario=None if evaluation is None else evaluation.failed_scenario,
        source=None if trial.program is None else trial.program.source,
    )


def as_csv(rows: Iterable[TrialRow]) -> Iterator[str]:
    """Yield a heading and one line a trial (RFC 4180); several texts in a cell stand apart by ";".

    Floats are written so that they read back exactly.
    """
    yield _csv_line(CSV_COLUMNS)
    for row in rows:
        yield _csv_line([_cell(getattr(row, name)) for name in CSV_COLUMNS])


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return ";".join(value) if isinstance(value, tuple) else str(value)


def as_jsonl(rows: Iterable[TrialRow]) -> Iterator[str]:
    """Yield one JSON object a line, with every column.

    Raises:
        ValueError: a number is not finite.
    """
    for row in rows:
        yield json.dumps(as_json(row), allow_nan=False, ensure_ascii=False) + "\n"
