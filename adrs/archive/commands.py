"""The commands that a user is told to go on with."""

import shlex

DEFAULT_ARCHIVE = "runs/adrs.db"  # below the working directory


def command(*words: str, archive: str) -> str:
    """Return a command of adrs on something in an archive.

    Args:
        words: what stands behind `adrs`.
        archive: `Archive.place`; the option is left out where it is the default.
    """
    where = () if archive in ("", DEFAULT_ARCHIVE) else ("--archive", archive)
    return shlex.join(("adrs", *words, *where))
