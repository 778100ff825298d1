"""A run's model calls in an archive: what a language-model proposer keeps its answers in."""

from collections.abc import Sequence
from dataclasses import replace

from adrs.archive.protocol import Archive
from adrs.core.call import Call, CallOutcome, CallRequest


class RunCalls:
    """Implements the proposers' `CallLog` for one run, to which nobody else adds calls.

    Args:
        archive: where the run is.
        run: its name.
        others: runs whose answers are used for equal requests.
        shared: whether the answers of every run are.
    """

    def __init__(
        self, archive: Archive, run: str, *, others: Sequence[str] = (), shared: bool = False
    ) -> None:
        self._archive = archive
        self._run = run
        self._others = tuple(others)
        self._shared = shared
        # Most requests are new; the archive is asked for the text of those that are not.
        self._answered = set(archive.answered(run))

    def add(self, call: Call) -> None:
        """Commit one attempt."""
        self._archive.add_call(self._run, call)
        if call.outcome is CallOutcome.OK:
            self._answered.add(call.request.digest)

    def answer(self, request: CallRequest) -> Call | None:
        """Return a stored answer; one that this run has not got yet says so in `cached_from`."""
        digest = request.digest
        own = [self._run] if digest in self._answered else []
        for run in (*own, *self._others, *([None] if self._shared else [])):
            found = self._archive.answer(digest, run=run)
            if found is not None:
                name, call = found
                return replace(call, cached_from="" if name == self._run else name)
        return None
