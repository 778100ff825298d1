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
        self._left_out: dict[str, frozenset[str]] = {}

    def send(self, job: Job, request: CallRequest) -> Attempt:
        """Send a request once, without the settings that the model has refused before."""
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

    def leave_out(self, model: str, failure: CallFailed) -> None:
        """Send a model no more the setting that it has refused."""
        name = failure.refused_parameter
        with self._lock:
            self._left_out[model] = self._left_out.get(model, frozenset()) | {name}
        self._notices.tell_once(
            f"{model} does not take '{name}'; it is left out. It said: {failure}"
        )

    def _exchange(self, request: CallRequest) -> tuple[RawReply | None, CallFailed | None]:
        """Return what came, and why it is no answer."""
        transport = self._transports[request.model]
        timeout_s = self._settings[request.model].timeout_s
        try:
            return transport.send(self._without_refused(request), timeout_s=timeout_s), None
        except UselessReply as exc:
            return exc.reply, exc
        except CallFailed as exc:
            return None, exc
        except AdrsError:  # meant for the user: the library or the folder cannot be used
            raise
        except Exception as exc:  # noqa: BLE001 - whatever a library raises, the run goes on
            return None, _unexpected(exc)

    def _without_refused(self, request: CallRequest) -> CallRequest:
        refused = self._left_out.get(request.model, frozenset())
        kept = {name: v for name, v in request.settings.items() if name not in refused}
        return replace(request, settings=kept)

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


def _unexpected(exc: Exception) -> CallFailed:
    """Return the failure that an unexpected exception is: its name and place, for a report.

    Its text is left out: it may quote headers, and so a key.
    """
    place = traceback.extract_tb(exc.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return CallFailed(
        CallOutcome.UNKNOWN, f"sending or reading failed: unexpected {type(exc).__name__} ({where})"
    )
