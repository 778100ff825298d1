"""Asks the models: stored answers first, then calls with retries, breakers, failover, a budget."""

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from adrs.core.call import Call, CallOutcome, CallRequest, CallSite, Message
from adrs.core.seeds import derive_seed
from adrs.errors import ArchiveError
from adrs.proposers.llm.breaker import Admission, Breaker, BreakerPolicy, Gate, Trouble
from adrs.proposers.llm.budget import CallBudget, Reservation
from adrs.proposers.llm.errors import CallsStopped, ModelsDown, NoAnswer
from adrs.proposers.llm.failures import DeclinedReply
from adrs.proposers.llm.flights import Flights
from adrs.proposers.llm.models import ModelSpec, preference
from adrs.proposers.llm.prices import Prices, counted
from adrs.proposers.llm.protocol import CallFailed, CallLog, RawReply, Transport
from adrs.proposers.llm.retry import Retries, RetryPolicy
from adrs.proposers.llm.settings import ModelSettings
from adrs.proposers.protocol import BudgetSpent

# Failures of the model's side: a request that met nothing else for as long as it was tried, while
# nobody was answered, has met a model that is down. Others may be the request's own fault.
_SYSTEMIC = (CallOutcome.RATE_LIMITED, CallOutcome.OVERLOADED, CallOutcome.CONNECTION)
_REMEDIES = {
    CallOutcome.AUTHENTICATION: "check the model's name, the key and the account",
    CallOutcome.RATE_LIMITED: "wait, or ask with less --concurrency",
    CallOutcome.CONNECTION: "check the address and the network",
    CallOutcome.OVERLOADED: "wait until the provider has recovered",
    CallOutcome.TIMEOUT: "raise timeout_s, or ask a faster model",
}


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


@dataclass(slots=True, kw_only=True)
class _Job:
    """One request on its way through the models; used by one thread."""

    site: CallSite
    seed: int
    order: tuple[ModelSpec, ...]
    requests: Mapping[str, CallRequest]
    answers_before: Mapping[str, int]
    attempts: dict[str, int] = field(default_factory=dict)
    retries: dict[str, Retries] = field(default_factory=dict)
    not_before: dict[str, float] = field(default_factory=dict)
    given_up: dict[str, Trouble] = field(default_factory=dict)
    ticket: Reservation | None = None
    ticket_model: str = ""
    stored: Call | None = None


class Request:
    """A request that was begun and is to be finished; opaque but for where it belongs."""

    def __init__(self, job: _Job) -> None:
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
        self._prices = prices
        self._desk = desk
        self._retry = retry or RetryPolicy()
        self._patient_s = patient_s
        policy = breaker or BreakerPolicy()
        self._breakers = {s.id: Breaker(policy, desk.clock) for s in self._specs}
        self._flights = Flights()
        self._lock = threading.Lock()
        self._dropped: dict[str, frozenset[str]] = {}
        self._noticed: set[str] = set()
        self._broken: ArchiveError | None = None

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
        first: str = "",
    ) -> "Request":
        """Look for a stored answer and, where there is none, reserve the call; sends nothing.

        What is begun must be finished once, in any thread. So budgets are granted in the order in
        which requests begin, however long they take.

        Args:
            site: as for `complete`.
            messages: likewise.
            tier: likewise.
            seed: likewise.
            exclude: likewise.
            first: id of the model to ask first, whatever the seed draws; empty for none.

        Raises:
            BudgetSpent: the budget has no room for the call.
            ArchiveError: the log failed.
        """
        order = preference(self._specs, tier=tier, seed=seed, exclude=exclude)
        order = tuple(sorted(order, key=lambda spec: spec.id != first))
        job = self._job(site, tuple(messages), order, seed)
        job.stored = self._stored(job)
        if job.stored is None and not self._desk.offline:
            self._reserve(job, job.requests[order[0].id])
        return Request(job)

    def finish(self, request: "Request") -> Call:
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
                spec, admission = self._admit(job)
                answer = self._attempt(job, spec, admission)
            return answer
        finally:
            self._release(job)

    def is_down(self, model: str) -> bool:
        """Return True when a model is not asked any more in this run."""
        return self._breakers[model].down

    def _job(
        self,
        site: CallSite,
        messages: tuple[Message, ...],
        order: tuple[ModelSpec, ...],
        seed: int,
    ) -> _Job:
        requests = {
            s.id: CallRequest(
                model=s.id, messages=messages, settings=self._settings[s.id].parameters
            )
            for s in order
        }
        answers = {s.id: self._breakers[s.id].answers for s in order}
        return _Job(site=site, seed=seed, order=order, requests=requests, answers_before=answers)

    def _stored(self, job: _Job) -> Call | None:
        """Return a stored answer: to the model drawn first, whatever its health, or to another.

        Another model's answer counts when this run itself got it: then the first one had failed.
        """
        for place, spec in enumerate(job.order):
            call = self._desk.log.answer(job.requests[spec.id])
            if call is not None and (place == 0 or not call.cached_from or self._desk.offline):
                return self._adopted(job, call)
        return None

    def _adopted(self, job: _Job, call: Call) -> Call:
        """Return a stored answer; one of another run is kept in this run's log too."""
        if not call.cached_from:
            return call
        own = replace(call, site=job.site, attempt=1, latency_s=0.0, created_at=self._stamp())
        self._keep(own)
        return own

    def _admit(self, job: _Job) -> tuple[ModelSpec, Admission]:
        """Wait until a model may be asked, the first of the order that can be.

        Raises:
            NoAnswer, ModelsDown: there is none left.
            CallsStopped: it is time to stop.
        """
        while True:
            self._check_running()
            waits: list[float] = []
            for spec in job.order:
                if spec.id in job.given_up:
                    continue
                pause_s = job.not_before.get(spec.id, 0.0) - self._desk.clock()
                if pause_s > 0 and not self._breakers[spec.id].down:
                    waits.append(pause_s)
                    if pause_s <= self._patient_s and self._breakers[spec.id].healthy:
                        break
                    continue
                admission = self._breakers[spec.id].admit()
                if admission.gate in (Gate.GO, Gate.PROBE):
                    return spec, admission
                if admission.gate is Gate.WAIT:
                    waits.append(admission.wait_s)
            if not waits:
                raise self._exhausted(job)
            self._sleep(min(waits))

    def _attempt(self, job: _Job, spec: ModelSpec, admission: Admission) -> Call | None:
        """Make one attempt; return the answer, None when there is none."""
        breaker, request = self._breakers[spec.id], job.requests[spec.id]
        try:
            with self._flights.alone(request.digest):
                # An equal request may have been answered since this one looked.
                stored = self._stored(job)
                if stored is not None:
                    breaker.withdrew(admission)
                    return stored
                self._check_running()
                self._reserve(job, request)
                outcome = self._send(job, request)
        except BaseException:
            breaker.withdrew(admission)
            raise
        if isinstance(outcome, Call):
            breaker.answered(admission)
            return outcome
        self._digest(job, spec, admission, outcome)
        return None

    def _reserve(self, job: _Job, request: CallRequest) -> None:
        """Have a ticket for the model; it is held over retries, so that a retry is never late.

        Raises:
            BudgetSpent: there is none.
        """
        if job.ticket is not None and job.ticket_model == request.model:
            return
        self._release(job)
        job.ticket = self._desk.budget.reserve(self._prices.estimate(request))
        job.ticket_model = request.model
        if job.ticket is None:
            raise BudgetSpent("the budget of model calls is spent")

    def _release(self, job: _Job) -> None:
        if job.ticket is not None:
            ticket, job.ticket = job.ticket, None
            self._desk.budget.release(ticket)

    def _send(self, job: _Job, request: CallRequest) -> Call | CallFailed:
        """Send once, keep the attempt, settle; return the answer or the failure."""
        model = request.model
        job.attempts[model] = job.attempts.get(model, 0) + 1
        dropped = self._dropped.get(model, frozenset())
        kept = {name: v for name, v in request.settings.items() if name not in dropped}
        failure: CallFailed | None = None
        reply: RawReply | None = None
        began = self._desk.clock()
        try:
            reply = self._desk.transports[model].send(
                replace(request, settings=kept), timeout_s=self._settings[model].timeout_s
            )
        except DeclinedReply as exc:
            failure, reply = exc, exc.reply
        except CallFailed as exc:
            failure = exc
        call = self._call(job, request, reply, failure, self._desk.clock() - began)
        try:
            self._keep(call)
        finally:
            if reply is not None and job.ticket is not None:
                ticket, job.ticket = job.ticket, None
                self._desk.budget.settle(ticket, call.usage, call.cost_usd)
        return failure or call

    def _call(
        self,
        job: _Job,
        request: CallRequest,
        reply: RawReply | None,
        failure: CallFailed | None,
        latency_s: float,
    ) -> Call:
        """Return the record of an attempt."""
        call = Call(
            site=job.site,
            request=request,
            attempt=job.attempts[request.model],
            outcome=failure.outcome if failure else CallOutcome.OK,
            error=str(failure) if failure else "",
            latency_s=latency_s,
            created_at=self._stamp(),
        )
        if reply is None:
            return call
        usage = counted(reply.usage, request.messages, reply.text)
        if usage != reply.usage:
            self._notice(
                f"{request.model} does not say how many tokens its calls have; they are estimated."
            )
        return replace(
            call,
            text=reply.text,
            raw=reply.raw,
            finish=reply.finish,
            usage=usage,
            cost_usd=self._prices.cost(request.model, usage, reply.cost_usd),
        )

    def _keep(self, call: Call) -> None:
        """Commit an attempt; after a failure of the log no thread sends anything any more."""
        try:
            self._desk.log.add(call)
        except ArchiveError as exc:
            with self._lock:
                self._broken = self._broken or exc
            raise

    def _digest(
        self, job: _Job, spec: ModelSpec, admission: Admission, failure: CallFailed
    ) -> None:
        """Draw the consequences of a failure: for the model, and for the next attempt."""
        breaker = self._breakers[spec.id]
        trouble = Trouble(outcome=failure.outcome, text=str(failure))
        if failure.refused_parameter:
            breaker.replied(admission)
            self._drop(spec.id, failure)
        elif failure.outcome is CallOutcome.AUTHENTICATION:
            self._give_up(spec, admission, trouble)
        elif not failure.outcome.passing:
            breaker.replied(admission)
            job.given_up[spec.id] = trouble
        else:
            self._try_later(job, spec, admission, failure)

    def _try_later(
        self, job: _Job, spec: ModelSpec, admission: Admission, failure: CallFailed
    ) -> None:
        breaker = self._breakers[spec.id]
        trouble = Trouble(outcome=failure.outcome, text=str(failure))
        if breaker.failed(admission, trouble, retry_after_s=failure.retry_after_s):
            self._tell_open(spec, trouble)
        if admission.gate is Gate.PROBE and failure.outcome is not CallOutcome.RATE_LIMITED:
            return  # the breaker counts its probes itself
        seed = derive_seed("retries", job.seed, spec.id)
        retries = job.retries.setdefault(spec.id, Retries(self._retry, seed))
        wait_s = retries.wait_s(failure)
        if wait_s is not None:
            job.not_before[spec.id] = self._desk.clock() + wait_s
        elif failure.outcome in _SYSTEMIC and breaker.answers == job.answers_before[spec.id]:
            self._give_up(spec, admission, trouble)
        else:
            job.given_up[spec.id] = trouble

    def _give_up(self, spec: ModelSpec, admission: Admission, trouble: Trouble) -> None:
        if self._breakers[spec.id].give_up(admission, trouble):
            self._tell_open(spec, trouble)

    def _tell_open(self, spec: ModelSpec, trouble: Trouble) -> None:
        state = "is not asked any more" if self._breakers[spec.id].down else "is left alone a while"
        self._desk.on_notice(f"{spec.id} {state}: {trouble.text}")

    def _drop(self, model: str, failure: CallFailed) -> None:
        name = failure.refused_parameter
        with self._lock:
            self._dropped[model] = self._dropped.get(model, frozenset()) | {name}
        self._notice(f"{model} does not take '{name}'; it is left out. It said: {failure}")

    def _notice(self, text: str) -> None:
        """Tell the user something once; texts are told apart by what comes before the semicolon."""
        key = text.partition(";")[0]
        with self._lock:
            if key in self._noticed:
                return
            self._noticed.add(key)
        self._desk.on_notice(text)

    def _exhausted(self, job: _Job) -> NoAnswer | ModelsDown:
        """Return why no model is left for a request."""
        if job.given_up:
            told = [f"{model}: {t.text}" for model, t in job.given_up.items()]
            outcome = list(job.given_up.values())[-1].outcome
            return NoAnswer(outcome, f"no model answered this request ({'; '.join(told)})")
        told = []
        for spec in job.order:
            trouble = self._breakers[spec.id].trouble
            if trouble is not None:
                remedy = _REMEDIES.get(trouble.outcome, "see what it says")
                told.append(f"{spec.id}: {trouble.text} ({remedy})")
        return ModelsDown(f"no model answers. {'; '.join(told)}")

    def _check_running(self) -> None:
        with self._lock:
            broken = self._broken
        if broken is not None:
            raise ArchiveError(str(broken))
        if self._desk.stop.is_set():
            raise CallsStopped("stopping: no new calls are made")

    def _sleep(self, seconds: float) -> None:
        (self._desk.sleeper or self._desk.stop.wait)(seconds)

    def _stamp(self) -> str:
        return self._desk.utc_now().isoformat(timespec="milliseconds")
