"""The errors that every archive raises in the same words."""

from collections.abc import Sequence
from difflib import get_close_matches

from adrs.archive.commands import command
from adrs.core.trial import Arm
from adrs.errors import ArchiveError, UsageError

NEAREST = 3


def no_such_run(name: str | None, known: Sequence[str], *, place: str) -> UsageError:
    """Return the error for a run that was asked for by name and is not there.

    Args:
        name: what was asked for; None for the newest.
        known: the names of all runs.
        place: what to call the archive.
    """
    if not known:
        return UsageError(f"no run in {place} yet: start one with `adrs run PROBLEM`.")
    nearest = ", ".join(get_close_matches(name or "", known, n=NEAREST, cutoff=0.0))
    return UsageError(f"no run named '{name}' in {place}. Nearest names: {nearest}.")


def run_exists(name: str, *, place: str) -> UsageError:
    """Return the error for a new run whose name is taken."""
    return UsageError(
        f"a run named '{name}' is in {place} already: give the new run another name with --run, "
        f"or go on with that one: `{command('resume', name, archive=place)}`."
    )


def unknown_run(name: str, *, place: str) -> ArchiveError:
    """Return the error for a call about a run that was never created."""
    return ArchiveError(f"{place} has no run named '{name}': create the run first.")


def trial_exists(run: str, arm: Arm, number: int, *, place: str) -> ArchiveError:
    """Return the error for a trial whose arm and number are taken."""
    return ArchiveError(
        f"run '{run}' in {place} has {arm} trial {number} already: a second process may be "
        f"working on the run; stop it, then `{command('resume', run, archive=place)}`."
    )


def already_concluded(run: str, *, place: str) -> ArchiveError:
    """Return the error for a second conclusion."""
    return ArchiveError(f"run '{run}' in {place} has a conclusion already; it is written once.")


def unfinished(run: str, *, place: str) -> UsageError:
    """Return the error for what only a finished run has."""
    return UsageError(
        f"run {run} is not finished, so it has no champion yet. "
        f"`{command('resume', run, archive=place)}` goes on."
    )


def closed(*, place: str) -> ArchiveError:
    """Return the error for a call on an archive that was closed."""
    return ArchiveError(f"{place} is closed: open it again.")


def no_archive(*, place: str) -> UsageError:
    """Return the error for an archive that was to be read and is not there."""
    return UsageError(f"no archive at {place}: run `adrs run PROBLEM` first or give --archive URL.")
