"""What a run found, read from its archive; loads nothing that works on runs."""

from adrs.api.conclusions import conclusion_of
from adrs.api.places import RUNS
from adrs.api.results import RunResult
from adrs.archive.commands import command
from adrs.archive.protocol import Archive
from adrs.core.problem import Problem
from adrs.core.run import RunRecord
from adrs.errors import AdrsError
from adrs.report.run.jsonreport import to_json
from adrs.report.run.summary import ProblemFacts, RunSummary, summarise


def summary_of(archive: Archive, run: str, problem: Problem) -> RunSummary:
    """Return what a run found so far."""
    record = archive.run(run)
    return summarise(archive, record, ProblemFacts.of(problem), saved=_saved(archive, run))


def _saved(archive: Archive, run: str) -> str | None:
    """Return the file that holds a run's champion; None where there is none, or another's."""
    best = RUNS / run / "best.py"
    conclusion = archive.conclusion(run)
    try:
        there = conclusion is not None and best.read_text("utf-8") == conclusion.champion.source
    except (OSError, UnicodeDecodeError):
        return None
    return str(best) if there else None


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
    """Write the champion and the report of a finished run where a person looks for them.

    Raises:
        AdrsError: they cannot be written.
    """
    folder = RUNS / record.name
    champion = conclusion_of(archive, record).champion
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.joinpath("best.py").write_text(champion.source, encoding="utf-8")
        result = result_of(archive, record, problem)
        folder.joinpath("report.json").write_text(to_json(result.report) + "\n", encoding="utf-8")
    except OSError as exc:
        best = command("best", record.name, archive=archive.place)
        report = command("report", record.name, "--json", archive=archive.place)
        raise AdrsError(
            f"run {record.name} is finished, but {folder} cannot be written: {exc.strerror}. "
            f"`{best}` gives its champion, `{report}` its report."
        ) from exc
    return result
