"""How a recorded run is done again."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from adrs import __version__
from adrs.api import compose
from adrs.api.holding import held
from adrs.api.sitting import Sitting
from adrs.api.warning import Warn
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import load_problem
from adrs.core.isolation import IsolationLevel
from adrs.core.run import RunRecord, RunStatus
from adrs.engine.changes import changed_parts
from adrs.engine.names import create_nameless, free_name
from adrs.errors import UsageError


@contextmanager
def replayed(
    run: str | None, *, archive: str, workers: int | None, warn: Warn
) -> Iterator[Sitting]:
    """Check that a run can be done again from its recorded answers, and begin that.

    The sitting's record names the run that it follows: `record.config.replays`.

    Args:
        run: its name; None for the newest.
        archive: path or URL.
        workers: number of scorers; None for as many as cores.
        warn: is told what the user should know.

    Raises:
        UsageError: there is no such run, its problem changed since, or what it was proposed by is
            not there any more.
        SandboxUnavailableError: this host's isolation is weaker than the run accepted.
        ArchiveError: the archive cannot be used.
    """
    open_archive(archive, read_only=True).close()  # replaying never creates an archive
    with closing(open_archive(archive)) as opened:
        source = opened.run(run)
        record = _record(source)
        problem = load_problem(record.config.problem, record.config.params)
        tool = compose.instrument_of(record.config, problem)
        changed = changed_parts(source, problem, tool.label)
        if changed:
            raise UsageError(
                f"run {source.name} cannot be replayed: since it was made, {', '.join(changed)} "
                "changed. Put it back."
            )
        count = compose.worker_count(workers)
        level = compose.isolation(IsolationLevel[source.config.minimum_isolation], warn=warn)
        models = compose.models_of(record.config)
        with compose.pool(tool, level=level, workers=count) as evaluations:
            compose.check_proposer(record.config, problem, tool, models, archive=opened.place)
            wanted = partial(free_name, f"{source.name}-replay")
            created = create_nameless(opened, record, wanted)
            with held(opened, created.name) as record:
                yield Sitting(
                    record=record,
                    problem=problem,
                    tool=tool,
                    archive=opened,
                    models=models,
                    evaluations=evaluations,
                    resumed=False,
                )


def _record(source: RunRecord) -> RunRecord:
    # The recorded course ends by itself; the source's wall time was its own.
    config = replace(source.config, replays=source.name, time_s=None)
    return replace(
        source,
        config=config,
        adrs_version=__version__,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        status=RunStatus.RUNNING,
        spent_s=0.0,
    )
