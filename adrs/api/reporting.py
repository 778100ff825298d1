"""What a run found, read from its archive; loads nothing that works on runs."""

from adrs.api.conclusions import conclusion_of
from adrs.api.places import RUNS
from adrs.api.results import RunResult
from adrs.archive.protocol import Archive
from adrs.core.problem import Problem
from adrs.core.run import RunRecord
from adrs.report.run.jsonreport import to_json
from adrs.report.run.summary import ProblemFacts, RunSummary, summarise


def summary_of(archive: Archive, run: str, problem: Problem) -> RunSummary:
    """Return what a run found so far."""
    best = RUNS / run / "best.py"
    saved = str(best) if best.is_file() else None
    return summarise(archive, archive.run(run), ProblemFacts.of(problem), saved=saved)


def result_of(archive: Archive, record: RunRecord, problem: Problem) -> RunResult:
    """Return what a finished run found.

    Raises:
        UsageError: the run is not finished.
    """
    conclusion = conclusion_of(archive, record)
    return RunResult(
        champion=conclusion.champion,
        best=conclusion.best,
        report=summary_of(archive, record.name, problem),
    )


def save(archive: Archive, record: RunRecord, problem: Problem) -> RunResult:
    """Write the champion and the report of a finished run where a person looks for them."""
    folder = RUNS / record.name
    folder.mkdir(parents=True, exist_ok=True)
    champion = conclusion_of(archive, record).champion
    folder.joinpath("best.py").write_text(champion.source, encoding="utf-8")
    result = result_of(archive, record, problem)
    folder.joinpath("report.json").write_text(to_json(result.report) + "\n", encoding="utf-8")
    return result
