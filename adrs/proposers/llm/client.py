"""Asks the models: stored answers first, then calls with retries, breakers, failover, a budget."""

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from adrs.core.call import Call, CallOutcome, CallRequest, CallSite, Message
from adrs.proposers.llm.breaker import Admission, BreakerPolicy
from adrs.proposers.llm.budget import CallBudget
from adrs.proposers.llm.errors import CallsStopped, NoAnswer
from adrs.proposers.llm.failover import Failover
from adrs.proposers.llm.flights import Flights
from adrs.proposers.llm.job import Job
from adrs.proposers.llm.models import ModelSpec, preference
from adrs.proposers.llm.notices import Notices
from adrs.proposers.llm.prices import Prices
from adrs.proposers.llm.protocol import CallLog, Transport
from adrs.proposers.llm.records import Records
from adrs.proposers.llm.retry import RetryPolicy
from adrs.proposers.llm.sender import Attempt, Sender
from adrs.proposers.llm.settings import ModelSettings
from adrs.proposers.llm.till import Till


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a client works with.

    Attributes:
        transports: who sends, by model id; every model has one.
        log: where every attempt is kept.
        budget: what grants calls.
        stop: set when no new call may be made; those in flight are waited for.
        on_notice: takes one line for the user; called from whichever thread met it.
        offline: nothing is sent; a request without a stored answer cannot be answered.
        sleeper: waits that many seconds, less when `stop` is set; None to wait on `stop`.
        clock: a monotonic clock, in seconds.
        utc_now: the wall clock.
    """

    transports: Mapping[str, Transport]
    log: CallLog
    budget: CallBudget
    stop: threading.Event
    on_notice: Callable[[str], None]
    offline: bool = False
    sleeper: Callable[[float], object] | None = None
    clock: Callable[[], float] = time.monotonic
    utc_now: Callable[[], datetime] = _utc_now

    def stamp(self) -> str:
        """Return the wall clock as calls are stamped with it."""
        return self.utc_now().isoformat(timespec="milliseconds")

    def sleep(self, seconds: float) -> None:
        """Wait that long, less when it is time to stop."""
        (self.sleeper or self.stop.wait)(seconds)


class Request:
    """A request that was begun and is to be finished; opaque but for where it belongs."""

    def __init__(self, job: Job) -> None:
        self.job = job

    @property
    def site(self) -> CallSite:
        """The step of the run that asks."""
        return self.job.site


class Client:
    """Gets answers to requests from several models. Thread-safe.

    Args:
        specs: the models; at least one.
        settings: how each is asked, by its id; models that are missing get the defaults.
        prices: what calls cost.
        desk: what it works with.
        retry: how often and how long a request is tried.
        breaker: when a model is left alone.
        patient_s: longest wait for a model while others could be asked instead.
    """

    def __init__(
        self,
        specs: Sequence[ModelSpec],
        *,
        settings: Mapping[str, ModelSettings],
        prices: Prices,
        desk: Desk,
        retry: RetryPolicy | None = None,
        breaker: BreakerPolicy | None = None,
        patient_s: float = 10.0,
    ) -> None:
        self._specs = tuple(specs)
        self._settings = {s.id: settings.get(s.id) or ModelSettings() for s in self._specs}
        self._desk = desk
        self._flights = Flights()
        self._records = Records(desk.log, offline=desk.offline, stamp=desk.stamp)
        self._till = Till(desk.budget, prices)
        notices = Notices(desk.on_notice)
        self._failover = Failover(
            list(self._settings),
            retry=retry or RetryPolicy(),
            breaker=breaker or BreakerPolicy(),
            patient_s=patient_s,
            notices=notices,
            clock=desk.clock,
        )
        self._sender = Sender(
            desk.transports,
            settings=self._settings,
            prices=prices,
            notices=notices,
            clock=desk.clock,
            stamp=desk.stamp,
        )

    def complete(
        self,
        site: CallSite,
        messages: Sequence[Message],
        *,
        tier: str | None = None,
        seed: int,
        exclude: Collection[str] = (),
    ) -> Call:
        """Return an answer (outcome OK), a stored one where there is one.

        The model that the seed draws is asked first. While it is left alone, or after it has given
        up on this request, the others are asked, those of the tier first.

        Args:
            site: the step of the run that asks.
            messages: the conversation.
            tier: the tier to ask; None, or one that no model has, for any.
            seed: draws the model and the waits.
            exclude: ids of models not to ask, unless there are no others.

        Raises:
            NoAnswer: this request cannot be answered.
            ModelsDown: no model answers.
            BudgetSpent: the budget has no room for another call.
            CallsStopped: `stop` was set before an answer came.
            ArchiveError: the log failed; nothing more is sent, by any thread.
        """
        return self.finish(self.begin(site, messages, tier=tier, seed=seed, exclude=exclude))

    def begin(
        self,
        site: CallSite,
        messages: Sequence[Message],
        *,
        tier: str | None = None,
        seed: int,
        exclude: Collection[str] = (),
        leaning: Mapping[str, float] = MappingProxyType({}),
        first: str = "",
    ) -> Request:
        """Look for a stored answer and, where there is none, reserve the call; sends nothing.

        What is begun must be finished once, in any thread. So budgets are granted in the order in
        which requests begin, however long they take.

        Args:
            site: as for `complete`.
            messages: likewise.
            tier: likewise.
            seed: likewise.
            exclude: likewise.
            leaning: factors on the models' weights, by id; 1 for those not named.
            first: id of the model to ask first, whatever the seed draws; empty for none.

        Raises:
            BudgetSpent: the budget has no room for the call.
            ArchiveError: the log failed.
        """
        order = preference(self._specs, tier=tier, seed=seed, exclude=exclude, leaning=leaning)
        order = tuple(sorted(order, key=lambda spec: spec.id != first))
        requests = {
            s.id: CallRequest(
                model=s.id, messages=tuple(messages), settings=self._settings[s.id].parameters
            )
            for s in order
        }
        before = self._failover.answers()
        job = Job(site=site, seed=seed, order=order, requests=requests, answers_before=before)
        job.stored = self._records.stored(job)
        if job.stored is None and not self._desk.offline:
            self._till.reserve(job, requests[order[0].id])
        return Request(job)

    def finish(self, request: Request) -> Call:
        """Return the answer to a request that was begun.

        Raises:
            NoAnswer, ModelsDown, CallsStopped, ArchiveError: as `complete`.
            BudgetSpent: another model is to be asked, and the budget has no room for its call.
        """
        job = request.job
        answer = job.stored
        if answer is None and self._desk.offline:
            raise NoAnswer(CallOutcome.UNKNOWN, "its answer is not on record")
        try:
            while answer is None:
                answer = self._attempt(job, *self._admitted(job))
            return answer
        finally:
            self._till.release(job)

    def _admitted(self, job: Job) -> tuple[ModelSpec, Admission]:
        """Wait until a model may be asked.

        Raises:
            NoAnswer, ModelsDown: there is none left.
            CallsStopped, ArchiveError: it is time to stop.
        """
        while True:
            self._check_running()
            admitted = self._failover.admit(job)
            if isinstance(admitted, tuple):
                return admitted
            self._desk.sleep(admitted)

    def _attempt(self, job: Job, spec: ModelSpec, admission: Admission) -> Call | None:
        """Make one attempt; return the answer, None when there is none."""
        try:
            with self._flights.alone(job.requests[spec.id].digest):
                # An equal request may have been answered since this one looked.
                stored = self._records.stored(job)
                if stored is not None:
                    self._failover.withdrew(spec.id, admission)
                    return stored
                attempt = self._sent(job, job.requests[spec.id])
        except BaseException:
            self._failover.withdrew(spec.id, admission)
            raise
        if attempt.failure is None:
            self._failover.answered(spec.id, admission)
            return attempt.call
        if attempt.failure.refused_parameter:
            self._sender.heed(spec.id, attempt.failure)
        self._failover.failed(job, spec.id, admission, attempt.failure)
        return None

    def _sent(self, job: Job, request: CallRequest) -> Attempt:
        """Send once, keep the attempt, settle."""
        self._check_running()
        self._till.reserve(job, request)
        attempt = self._sender.send(job, request)
        try:
            self._records.keep(attempt.call)
        finally:
            if attempt.replied:
                self._till.settle(job, attempt.call)
        return attempt

    def _check_running(self) -> None:
        self._records.check()
        if self._desk.stop.is_set():
            raise CallsStopped("stopping: no new calls are made")
