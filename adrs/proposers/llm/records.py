"""The stored answers to a request, and the keeping of new attempts."""

import threading
from collections.abc import Callable
from dataclasses import replace

from adrs.core.call import Call
from adrs.errors import ArchiveError
from adrs.proposers.llm.job import Job
from adrs.proposers.llm.protocol import CallLog


class Records:
    """Finds stored answers and commits attempts. Thread-safe.

    Args:
        log: where every attempt is kept.
        offline: whether nothing is sent, so that any stored answer will do.
        stamp: the wall clock, as calls are stamped with it.
    """

    def __init__(self, log: CallLog, *, offline: bool, stamp: Callable[[], str]) -> None:
        self._log = log
        self._offline = offline
        self._stamp = stamp
        self._lock = threading.Lock()
        self._broken: ArchiveError | None = None

    def stored(self, job: Job) -> Call | None:
        """Return a stored answer: to the model drawn first, whatever its health, or to another.

        Another model's answer counts when this run itself got it: then the first one had failed.

        Raises:
            ArchiveError: the log failed.
        """
        for place, spec in enumerate(job.order):
            call = self._log.answer(job.requests[spec.id])
            if call is not None and (place == 0 or not call.cached_from or self._offline):
                return self._adopted(job, call)
        return None

    def keep(self, call: Call) -> None:
        """Commit an attempt.

        Raises:
            ArchiveError: the log failed; from here on `check` raises for every thread.
        """
        try:
            self._log.add(call)
        except ArchiveError as exc:
            with self._lock:
                self._broken = self._broken or exc
            raise

    def check(self) -> None:
        """See that answers can still be kept.

        Raises:
            ArchiveError: an attempt could not be kept, by whichever thread.
        """
        with self._lock:
            broken = self._broken
        if broken is not None:
            raise ArchiveError(str(broken))

    def _adopted(self, job: Job, call: Call) -> Call:
        """Return a stored answer; one of another run is kept in this run's log too."""
        if not call.cached_from:
            return call
        own = replace(call, site=job.site, attempt=1, latency_s=0.0, created_at=self._stamp())
        self.keep(own)
        return own
