"""One sitting of a run as the terminal shows it: banner, view, report, exit code."""

import gc
import threading
from collections.abc import Mapping
from pathlib import Path

import typer
from rich.console import Console

from adrs.api.config import options_of
from adrs.api.isolation import accepted_level
from adrs.api.resume import continued
from adrs.api.run import begun
from adrs.api.sitting import Sitting
from adrs.cli.exits import ExitCode
from adrs.cli.interrupts import StopOnInterrupt
from adrs.cli.telling import complain, warn
from adrs.errors import AdrsError, Interrupted, ProblemError
from adrs.evaluation.scorer_process import ScorerProcess
from adrs.report.layout import CAUTION, announce
from adrs.report.live.view import make_view

GARBAGE_EVERY = 20_000  # as in `app`, but a run may last for hours


def sit_down(
    problem: str,
    given: Mapping[str, object],
    *,
    config: Path | None,
    archive: str,
    name: str | None,
    weakest: str | None,
    first: ScorerProcess | None,
    json: bool,
    quiet: bool,
) -> None:
    """Begin a run and sit it out.

    Args:
        problem: a problem's name, or the path of its folder.
        given: the options that the user gave, by their names in a configuration file.
        config: a configuration file for the others.
        archive: path or URL.
        name: the run's name; None to make one up.
        weakest: the weakest isolation level the user accepts, by its name; None for the default.
        first: a scorer that was started before.
        json: print the report as JSON.
        quiet: show nothing while it runs.
    """
    beginning = begun(
        problem,
        options_of(given, config),
        archive=archive,
        name=name,
        weakest=accepted_level(weakest),
        warn=warn,
        first=first,
    )
    with beginning as sitting:
        sit(sitting, json=json, quiet=quiet)


def sit_again(
    run: str | None,
    *,
    archive: str,
    workers: int | None,
    weakest: str | None,
    first: ScorerProcess | None,
    json: bool,
    quiet: bool,
) -> None:
    """Go on with a run, the newest for None, and sit it out; options as for `sit_down`."""
    continuing = continued(
        run,
        archive=archive,
        workers=workers,
        weakest=accepted_level(weakest),
        warn=warn,
        first=first,
    )
    with continuing as sitting:
        sit(sitting, json=json, quiet=quiet)


def sit(sitting: Sitting, *, json: bool, quiet: bool) -> None:
    """Work on a run until it is concluded or stopped, then report or exit with its code.

    Args:
        sitting: the run.
        json: print the report as JSON.
        quiet: show nothing while it runs.

    Raises:
        Interrupted: the user asked to stop.
        AdrsError: the run is finished, and its files cannot be written.
        typer.Exit: the run broke off; what happened was told.
    """
    gc.freeze()  # what was imported stays, and need not be searched for cycles again
    gc.set_threshold(GARBAGE_EVERY)
    with StopOnInterrupt() as stop:
        _conclude(sitting, stop.event, quiet=quiet)
        result = sitting.save()
    from adrs.cli.reporting import show  # loaded when there is something to report

    show(result.report, archive=sitting.archive.place, json=json)


def _conclude(sitting: Sitting, stop: threading.Event, *, quiet: bool) -> None:
    console = Console(stderr=True)
    if not quiet:
        announce(console, sitting.banner, style=CAUTION)
    try:
        with make_view(console, quiet=quiet) as view:
            sitting.conclude(events=view, stop=stop)
    except Interrupted:
        raise
    except (AdrsError, KeyboardInterrupt) as exc:
        raise _broken_off(sitting, exc) from exc


def _broken_off(sitting: Sitting, exc: BaseException) -> typer.Exit:
    """Say what happened and what to do: mostly, which command goes on."""
    stopped = isinstance(exc, KeyboardInterrupt)
    text = "stopped at once" if stopped else str(exc).rstrip(".")
    complain(f"{text}. {sitting.way_on(exc)}")
    if isinstance(exc, ProblemError):
        return typer.Exit(ExitCode.USAGE)
    return typer.Exit(ExitCode.INTERRUPTED if stopped else ExitCode.RESUMABLE)
