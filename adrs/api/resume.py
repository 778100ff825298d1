"""`adrs.resume`, and how a run is taken up again."""

import os
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from adrs.api import compose
from adrs.api.holding import held
from adrs.api.isolation import accepted_level
from adrs.api.places import DEFAULT_ARCHIVE
from adrs.api.sitting import Sitting
from adrs.api.stopping import check_listeners
from adrs.api.warning import Warn, warnings_only
from adrs.archive.commands import command
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import load_problem
from adrs.core.arguments import expect, text_of_path
from adrs.core.events import EventSink, Warned
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Problem
from adrs.core.run import RunRecord, RunStatus
from adrs.engine.changes import changed_evaluator, changed_parts
from adrs.errors import UsageError
from adrs.evaluation.scorer_process import ScorerProcess, head_start

if TYPE_CHECKING:
    from adrs.api.results import RunResult


def resume(
    run: str | None = None,
    *,
    workers: int | None = None,
    archive: str | os.PathLike[str] = DEFAULT_ARCHIVE,
    allow_weak_sandbox: str | None = None,
    events: EventSink = warnings_only,
    stop: threading.Event | None = None,
) -> "RunResult":
    """Go on with a run from its last committed trial, as `adrs resume` does.

    An ordered run ends as if it had never stopped. See `adrs.run` for threads and Ctrl-C.

    Args:
        run: its name; None for the newest.
        workers: scorer processes; as many as cores.
        archive: path of an SQLite file, or SQLAlchemy URL.
        allow_weak_sandbox: "L1" or "L0" to go on where the host has no better isolation; what the
            run was begun with is accepted anyway.
        events: as in `adrs.run`.
        stop: likewise.

    Raises:
        UsageError: there is no such run, it is finished or being worked on, or its problem changed
            since it began.
        SandboxUnavailableError: this host cannot isolate candidates.
        Interrupted: `stop` was set; the run can be resumed again.
        AdrsError: any other fault; a note says how to go on.
    """
    expect(run is None or isinstance(run, str), "run", run, "a run's name")
    place = text_of_path("archive", archive)
    check_listeners(events, stop)
    weakest = accepted_level(allow_weak_sandbox)
    with (
        head_start() as first,
        continued(
            run,
            archive=place,
            workers=workers,
            weakest=weakest,
            warn=lambda text: events(Warned(message=text)),
            first=first,
        ) as sitting,
    ):
        return sitting.work(events=events, stop=stop or threading.Event())


@contextmanager
def continued(
    run: str | None,
    *,
    archive: str,
    workers: int | None,
    weakest: IsolationLevel,
    warn: Warn,
    first: ScorerProcess | None = None,
) -> Iterator[Sitting]:
    """Check that a run can go on, and keep its archive and its scorers open.

    Args:
        run: its name; None for the newest.
        archive: path or URL.
        workers: number of scorers; None for as many as cores.
        weakest: the weakest isolation level the user accepts beside that the run was begun with.
        warn: is told what the user should know.
        first: a scorer that was started before; see `head_start`.

    Raises:
        UsageError: there is no such run, it is finished or being worked on, or its problem changed
            since it began.
        SandboxUnavailableError: this host's isolation is weaker than that.
        ArchiveError: the archive cannot be used.
    """
    open_archive(archive, read_only=True).close()  # resuming never creates an archive
    with closing(open_archive(archive)) as opened, held(opened, run) as record:
        _refuse_finished(record, opened.place)
        models = compose.models_of(record.config)
        problem = load_problem(record.config.problem, record.config.params)
        tool = compose.instrument_of(record.config, problem)
        _refuse_changed(record, problem, tool.label, warn)
        count = compose.worker_count(workers)
        begun_with = IsolationLevel[record.config.minimum_isolation]
        level = compose.isolation(min(begun_with, weakest), warn=warn)
        with compose.pool(tool, level=level, workers=count, first=first) as evaluations:
            if models is not None:
                models.ready()
            yield Sitting(
                record=record,
                problem=problem,
                tool=tool,
                archive=opened,
                models=models,
                evaluations=evaluations,
                resumed=True,
            )


def _refuse_finished(record: RunRecord, archive: str) -> None:
    if record.status is RunStatus.FINISHED:
        raise UsageError(
            f"run {record.name} is finished: there is nothing to resume. "
            f"`{command('report', record.name, archive=archive)}` shows it."
        )


def _refuse_changed(record: RunRecord, problem: Problem, evaluator: str, warn: Warn) -> None:
    """Refuse to go on with another problem; warn where its evaluator's file alone is another."""
    changed = changed_parts(record, problem, evaluator)
    if changed:
        raise UsageError(
            f"run {record.name} cannot go on: since it began, {', '.join(changed)} changed. "
            f"Put it back, or begin again with `adrs run {record.config.problem}`."
        )
    file = changed_evaluator(record, problem)
    if file is not None:
        warn(
            f"{file} changed since run {record.name} began, and its version is still that of "
            f"{evaluator}: where the change can change a score, begin a new run."
        )
