"""The commands that a user is told to go on with."""

import shlex

DEFAULT_ARCHIVE = "runs/adrs.db"  # below the working directory


def command(*words: str, archive: str) -> str:
    """Return a command of adrs on something in an archive.

    Args:
        words: what stands behind `adrs`.
        archive: `Archive.place`; the option is left out where it is the default.
    """
    return located(shlex.join(("adrs", *words)), archive=archive)


def located(text: str, *, archive: str) -> str:
    """Return a command with the archive that it is to look in; see `command`."""
    if archive in ("", DEFAULT_ARCHIVE):
        return text
    return f"{text} --archive {shlex.quote(archive)}"
