"""Sends a request once, and makes the record of it."""

import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from adrs.core.call import Call, CallOutcome, CallRequest
from adrs.errors import AdrsError
from adrs.proposers.llm.failures import UselessReply
from adrs.proposers.llm.job import Job
from adrs.proposers.llm.notices import Notices
from adrs.proposers.llm.prices import Prices, counted
from adrs.proposers.llm.protocol import CallFailed, RawReply, Transport
from adrs.proposers.llm.settings import ModelSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of sending a request once.

    Attributes:
        call: the record of it.
        failure: why it is no answer; None for an answer.
        replied: whether a reply came that is paid for, if only a refusal.
    """

    call: Call
    failure: CallFailed | None
    replied: bool


class Sender:
    """Sends requests through the models' transports. Thread-safe.

    Args:
        transports: who sends, by model id.
        settings: how each model is asked, by its id.
        prices: what calls cost.
        notices: takes what the user should know.
        clock: a monotonic clock, in seconds.
        stamp: the wall clock, as calls are stamped with it.
    """

    def __init__(
        self,
        transports: Mapping[str, Transport],
        *,
        settings: Mapping[str, ModelSettings],
        prices: Prices,
        notices: Notices,
        clock: Callable[[], float],
        stamp: Callable[[], str],
    ) -> None:
        self._transports = transports
        self._settings = settings
        self._prices = prices
        self._notices = notices
        self._clock = clock
        self._stamp = stamp
        self._lock = threading.Lock()
        self._spellings: dict[str, dict[str, str]] = {}

    def send(self, job: Job, request: CallRequest) -> Attempt:
        """Send a request once, with its settings as the model is known to take them."""
        model = request.model
        job.attempts[model] = job.attempts.get(model, 0) + 1
        began = self._clock()
        reply, failure = self._exchange(request)
        call = Call(
            site=job.site,
            request=request,
            attempt=job.attempts[model],
            outcome=failure.outcome if failure else CallOutcome.OK,
            error=str(failure) if failure else "",
            latency_s=self._clock() - began,
            created_at=self._stamp(),
        )
        if reply is not None:
            call = self._with_reply(call, reply)
        return Attempt(call=call, failure=failure, replied=reply is not None)

    def heed(self, model: str, failure: CallFailed) -> None:
        """Send what a model has refused under the name that it asks for, or not at all."""
        name, instead = failure.refused_parameter, failure.instead
        with self._lock:
            known = self._spellings.get(model, {})
            self._spellings[model] = {**known, name: instead}
        what = f"it is sent as '{instead}'" if instead else "it is left out"
        self._notices.tell_once(f"{model} does not take '{name}'; {what}. It said: {failure}")

    def _exchange(self, request: CallRequest) -> tuple[RawReply | None, CallFailed | None]:
        """Return what came, and why it is no answer."""
        transport = self._transports[request.model]
        timeout_s = self._settings[request.model].timeout_s
        try:
            return transport.send(self._as_taken(request), timeout_s=timeout_s), None
        except UselessReply as exc:
            return exc.reply, exc
        except CallFailed as exc:
            return None, exc
        except AdrsError:  # meant for the user: the library or the folder cannot be used
            raise
        except Exception as exc:  # noqa: BLE001 - whatever a library raises, the run goes on
            return None, _unexpected(exc)

    def _as_taken(self, request: CallRequest) -> CallRequest:
        """Return the request with its settings under the names that the model takes."""
        spellings = self._spellings.get(request.model, {})
        settings = {_spelt(name, spellings): v for name, v in request.settings.items()}
        settings.pop("", None)
        return replace(request, settings=settings)

    def _with_reply(self, call: Call, reply: RawReply) -> Call:
        model = call.request.model
        usage = counted(reply.usage, call.request.messages, reply.text)
        if usage != reply.usage:
            self._notices.tell_once(
                f"{model} does not say how many tokens its calls have; they are estimated."
            )
        return replace(
            call,
            text=reply.text,
            raw=reply.raw,
            finish=reply.finish,
            usage=usage,
            cost_usd=self._prices.cost(model, usage, reply.cost_usd),
        )


def _spelt(name: str, spellings: Mapping[str, str]) -> str:
    """Return the name that a setting is sent under; empty for none. No spelling leads back."""
    while name in spellings:
        name = spellings[name]
    return name


def _unexpected(exc: Exception) -> CallFailed:
    """Return the failure that an unexpected exception is: its name and place, for a report.

    Its text is left out: it may quote headers, and so a key.
    """
    place = traceback.extract_tb(exc.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return CallFailed(
        CallOutcome.UNKNOWN, f"sending or reading failed: unexpected {type(exc).__name__} ({where})"
    )
