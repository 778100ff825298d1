"""The seam of the archive: an append-only record of runs."""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from adrs.archive.views import Appearance, RunOverview, TrialOutline
from adrs.core.call import Call
from adrs.core.run import Assessment, Conclusion, Role, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Trial


class Archive(Protocol):
    """Keeps every run, every attempt and every evaluation; never samples, never repairs.

    Each writing call is one transaction: after a kill at any instant the archive holds the call
    wholly or not at all. What is returned is never changed by later writes. One writer per run at
    a time; any number of readers. Not thread-safe, but where a call says so.

    Raises (every method):
        ArchiveError: the place cannot be read or written (disk full, locked, not a database).
    """

    @property
    def place(self) -> str:
        """What a command calls the archive: a path or URL without password; may be empty."""

    def create_run(self, record: RunRecord) -> None:
        """Add a run.

        Raises:
            UsageError: a run of that name exists.
        """

    def runs(self) -> Sequence[RunRecord]:
        """Return all runs, oldest first."""

    def run(self, name: str | None) -> RunRecord:
        """Return the run of that name; the newest for None.

        Raises:
            UsageError: there is none; the text gives the nearest names.
        """

    def overviews(self) -> Sequence[RunOverview]:
        """Return what every run has come to, oldest first, without reading trials or calls."""

    def set_status(self, name: str, status: RunStatus, *, spent_s: float) -> None:
        """Set where a run stands and the wall seconds spent on it over all sittings.

        A finished run stays as it is: a sitting that another one overtook has nothing to say.
        """

    def add_trial(self, run: str, trial: Trial) -> None:
        """Append a trial with its program and evaluation.

        Raises:
            ArchiveError: the run is unknown, or has a trial of that arm and number already.
        """

    def trials(self, run: str, arm: Arm) -> Iterator[Trial]:
        """Yield the trials of one arm in the order in which they were added."""

    def outlines(self, run: str, arm: Arm) -> Iterator[TrialOutline]:
        """Yield the trials of one arm as `trials` does, without their texts and values."""

    def trial_count(self, run: str, arm: Arm) -> int:
        """Return how many trials of one arm there are."""

    def add_call(self, run: str, call: Call) -> None:
        """Append an attempt at a model call; durable when this returns. May be called by threads.

        Raises:
            ArchiveError: the run is unknown.
        """

    def calls(self, run: str) -> Iterator[Call]:
        """Yield the attempts of a run in the order in which they were added."""

    def answered(self, run: str) -> Collection[str]:
        """Return the digests of the requests to which the run has an answer (outcome OK)."""

    def answer(self, digest: str, *, run: str | None) -> tuple[str, Call] | None:
        """Return the newest answer (outcome OK) to the request with that digest, and its run.

        May be called by threads.

        Args:
            digest: `CallRequest.digest`.
            run: the run to look in; None for all.
        """

    def add_assessment(self, run: str, assessment: Assessment) -> None:
        """Append an evaluation made outside the search."""

    def assessments(
        self,
        run: str,
        *,
        roles: Collection[Role] = tuple(Role),
        splits: Collection[Split] = tuple(Split),
    ) -> Sequence[Assessment]:
        """Return the assessments of a run in the order in which they were added.

        Args:
            run: its name.
            roles: those of these roles only.
            splits: those on these splits only.
        """

    def conclude(self, run: str, conclusion: Conclusion, *, spent_s: float) -> None:
        """Write what the run decided and set its status to FINISHED, in one transaction.

        Raises:
            ArchiveError: the run has a conclusion already.
        """

    def conclusion(self, run: str) -> Conclusion | None:
        """Return what the run decided; None while it is not finished."""

    def program_ids(self, prefix: str, *, limit: int) -> Sequence[str]:
        """Return the ids of programs that begin with `prefix`, each once, sorted, at most `limit`.

        Every program of a trial, an assessment or a conclusion is among them.
        """

    def appearances(self, program_id: str) -> Sequence[Appearance]:
        """Return where a program of that id occurs, runs from the oldest.

        In each run its trials come first, the search's and then the control's, in the order in
        which they were added, then its assessments. Nothing for an id that is not there.
        """

    def close(self) -> None:
        """Release the place; safe to call twice."""
