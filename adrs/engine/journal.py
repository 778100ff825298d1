"""Where the loop's trials go: into the archive, one transaction each."""

from adrs.archive.protocol import Archive
from adrs.core.run import RunStatus
from adrs.core.trial import Trial
from adrs.engine.budget import Ledger

CHECKPOINT_S = 5.0  # how much wall time a kill may leave uncounted


class ArchiveJournal:
    """Commits an arm's trials, and now and then the wall time spent."""

    def __init__(self, archive: Archive, run: str, ledger: Ledger) -> None:
        self._archive = archive
        self._run = run
        self._ledger = ledger
        self._noted_s = ledger.spent_s

    def commit(self, trial: Trial) -> None:
        """See `Journal.commit`."""
        self._archive.add_trial(self._run, trial)

    def checkpoint(self) -> None:
        """See `Journal.checkpoint`."""
        spent_s = self._ledger.spent_s
        if spent_s - self._noted_s >= CHECKPOINT_S:
            self._archive.set_status(self._run, RunStatus.RUNNING, spent_s=spent_s)
            self._noted_s = spent_s
