"""What a run decided, or a clear word that it has not yet."""

from adrs.archive import refusals
from adrs.archive.protocol import Archive
from adrs.core.run import Conclusion, RunRecord


def conclusion_of(archive: Archive, record: RunRecord) -> Conclusion:
    """Return the conclusion of a run.

    Raises:
        UsageError: the run is not finished.
    """
    conclusion = archive.conclusion(record.name)
    if conclusion is None:
        raise refusals.unfinished(record.name, place=archive.place)
    return conclusion
