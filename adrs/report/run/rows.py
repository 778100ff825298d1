"""The table of programs by split."""

from collections.abc import Sequence

from adrs.core.evaluation import Evaluation
from adrs.core.scenario import Split
from adrs.report.format import clean
from adrs.report.run.compare import closed_headroom, relative_change
from adrs.report.run.gather import Evidence
from adrs.report.run.model import ProgramRow, RowKind, SplitResult

COMPARED = (Split.TRAIN, Split.VALIDATION, Split.HELDOUT, Split.SHIFTED)
LONGEST_DETAIL = 160


def table_rows(evidence: Evidence) -> tuple[ProgramRow, ...]:
    """Return one row a program: initial, baselines weak to strong, control, champion, bound."""
    rows: list[ProgramRow] = []
    baseline_ids = [baseline.program_id for baseline in evidence.baselines]
    if evidence.initial_id is not None and evidence.initial_id not in baseline_ids:
        rows.append(_row(evidence, RowKind.INITIAL, evidence.initial_id, title="initial program"))
    rows.extend(
        _row(
            evidence,
            RowKind.BASELINE,
            baseline.program_id,
            name=baseline.name,
            title=evidence.facts.title_of(baseline.name),
        )
        for baseline in evidence.baselines
    )
    control_id = _control_id(evidence)
    if control_id is not None:
        rows.append(_row(evidence, RowKind.CONTROL, control_id, title="control: random edits"))
    found = _found(evidence)
    if found is not None:
        title = "champion" if found[0] is RowKind.CHAMPION else _best_title(evidence)
        rows.append(_row(evidence, found[0], found[1], title=title))
    bound = _bound_row(evidence)
    return tuple(row for row in (*rows, bound) if row is not None and row.results)


def _control_id(evidence: Evidence) -> str | None:
    if evidence.conclusion is not None:
        control = evidence.conclusion.control
        return None if control is None else control.id
    if evidence.control is None or evidence.control.best is None:
        return None
    best = evidence.control.best.program
    return None if best is None else best.id


def _found(evidence: Evidence) -> tuple[RowKind, str] | None:
    conclusion = evidence.conclusion
    if conclusion is not None and conclusion.improved:
        return RowKind.CHAMPION, conclusion.champion.id
    if conclusion is not None:
        best_id = conclusion.best.id
    else:
        best = evidence.search.best
        best_id = "" if best is None or best.program is None else best.program.id
    if not best_id or best_id == evidence.initial_id:
        return None
    return RowKind.BEST, best_id


def _best_title(evidence: Evidence) -> str:
    return "best so far" if evidence.conclusion is None else "best found"


def _row(
    evidence: Evidence, kind: RowKind, program_id: str, *, title: str, name: str = ""
) -> ProgramRow:
    results = (
        _result(evidence, evaluation)
        for split in COMPARED
        if (evaluation := evidence.evaluation(program_id, split)) is not None
    )
    return ProgramRow(
        kind=kind,
        name=name or kind.value,
        title=clean(title),
        program_id=program_id,
        initial=program_id == evidence.initial_id,
        reference=kind is RowKind.BASELINE and name == evidence.facts.reference,
        results=tuple(results),
    )


def _result(evidence: Evidence, evaluation: Evaluation) -> SplitResult:
    objective = evidence.facts.objective
    reference = evidence.evaluation(evidence.reference_id, evaluation.split)
    bound = evidence.bound(evaluation.split)
    is_reference = evaluation.program_id == evidence.reference_id
    interval = evaluation.split.held_out
    change = None
    if not is_reference:
        change = relative_change(evaluation, reference, objective, interval=interval)
    return SplitResult(
        split=evaluation.split,
        verdict=evaluation.verdict,
        mean=evaluation.score,
        scenarios=len(evaluation.values),
        change=change,
        headroom=closed_headroom(evaluation, reference, bound, objective, interval=interval),
        detail=clean(evaluation.detail, limit=LONGEST_DETAIL),
    )


def _bound_row(evidence: Evidence) -> ProgramRow | None:
    bounds = (evidence.bound(split) for split in COMPARED)
    results = tuple(_bound_result(bound) for bound in bounds if bound is not None)
    if not results:
        return None
    return ProgramRow(
        kind=RowKind.BOUND,
        name=RowKind.BOUND.value,
        title="proven bound",
        program_id=None,
        initial=False,
        reference=False,
        results=results,
    )


def _bound_result(bound: Evaluation) -> SplitResult:
    return SplitResult(
        split=bound.split,
        verdict=bound.verdict,
        mean=mean_of(bound),
        scenarios=len(bound.values),
    )


def mean_of(evaluation: Evaluation) -> float | None:
    """Return an evaluation's score, or the mean of its values where only these are given."""
    if evaluation.score is not None or not evaluation.values:
        return evaluation.score
    return sum(evaluation.values) / len(evaluation.values)


def titles(rows: Sequence[ProgramRow]) -> dict[str, str]:
    """Return how the programs are printed, by id; the first row of a program names it."""
    named: dict[str, str] = {}
    for row in rows:
        if row.program_id is not None:
            named.setdefault(row.program_id, row.title)
    return named
