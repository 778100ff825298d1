"""What a run decided, or a clear word that it has not yet."""

from adrs.archive.commands import command
from adrs.archive.protocol import Archive
from adrs.core.run import Conclusion, RunRecord
from adrs.errors import UsageError


def conclusion_of(archive: Archive, record: RunRecord) -> Conclusion:
    """Return the conclusion of a run.

    Raises:
        UsageError: the run is not finished.
    """
    conclusion = archive.conclusion(record.name)
    if conclusion is None:
        raise UsageError(
            f"run {record.name} is not finished, so it has no champion yet. "
            f"`{command('resume', record.name, archive=archive.place)}` goes on."
        )
    return conclusion
