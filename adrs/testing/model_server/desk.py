"""Deciding what happens to a chat request: pure but for the counts of what came before."""

import math
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate

from adrs.core.seeds import derive_seed
from adrs.proposers.mutator.dice import Dice
from adrs.testing.model_server import payloads
from adrs.testing.model_server.chat import Chat, UnreadableChatError, digest_of, read_chat
from adrs.testing.model_server.faults import UNUSABLE_TEXT, Fault, drawn, resolved
from adrs.testing.model_server.payloads import Answer, ApiError
from adrs.testing.model_server.settings import RetryAfterForm, ServerSettings
from adrs.testing.model_server.spoiling import garbage, spoiled
from adrs.testing.model_server.wire import HttpRequest, Response
from adrs.testing.model_server.writing import EMPTY, MODELS, NO_PROGRAM, Writer, told

_INVALID = "invalid_request_error"
_SLOW = (200, 500)  # every other status is a refusal at the door and comes at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to happen to one chat request.

    Attributes:
        model: the model asked for, empty where the body does not say.
        digest: hash of the request's body.
        repeat: how many times this request has come, from 1.
        fault: what goes wrong.
        response: what is sent, wholly or in part.
        latency_s: seconds from the request's arrival to the first byte of the response.
    """

    model: str
    digest: str
    repeat: int
    fault: Fault | None
    response: Response
    latency_s: float = 0.0


class Desk:
    """Answers chat requests. Not thread-safe."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._shares = resolved(settings.faults)
        self._writer = Writer(settings)
        self._came: Counter[str] = Counter()
        self._let_in = 0

    def models(self, request: HttpRequest) -> Response:
        """Return the list of models."""
        refusal = self._refused_at_door(request)
        return _failed(refusal) if refusal else Response(body=payloads.model_list(MODELS))

    def chat(self, request: HttpRequest) -> Plan:
        """Decide on a chat request."""
        try:
            chat = read_chat(request.body)
        except UnreadableChatError as exc:
            digest = digest_of(request.body.decode("latin-1"))
            problem = ApiError(status=400, message=str(exc), kind=_INVALID)
            return self._plan(digest, "", _failed(problem))
        refusal = self._refused_at_door(request)
        if refusal is not None:
            return self._plan(chat.digest, chat.model, _failed(refusal))
        self._let_in += 1
        repeat = self._came[chat.digest] + 1
        dice = Dice(derive_seed("fault", self._settings.seed, chat.digest, repeat))
        fault = self._fault(chat, dice)
        response = self._response(chat, fault, dice)
        latency_s = self._latency_s(chat) if response.status in _SLOW else 0.0
        return self._plan(chat.digest, chat.model, response, fault, latency_s)

    def _plan(
        self,
        digest: str,
        model: str,
        response: Response,
        fault: Fault | None = None,
        latency_s: float = 0.0,
    ) -> Plan:
        self._came[digest] += 1
        return Plan(
            model=model,
            digest=digest,
            repeat=self._came[digest],
            fault=fault,
            response=response,
            latency_s=latency_s,
        )

    def _refused_at_door(self, request: HttpRequest) -> ApiError | None:
        """Check the key; the text shows the key that was offered, as careless servers do."""
        limit, key = self._settings.revoke_after, self._settings.key
        offered = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        revoked = limit is not None and self._let_in >= limit
        if not revoked and (key is None or offered == key):
            return None
        return ApiError(
            status=401,
            message=f"Incorrect API key provided: {offered}." if offered else "No API key given.",
            kind=_INVALID,
            code="invalid_api_key",
        )

    def _fault(self, chat: Chat, dice: Dice) -> Fault | None:
        """Draw a fault; one that cannot hit this request leaves it alone."""
        fault = drawn(self._shares, dice)
        if fault is Fault.UNSUPPORTED_PARAMETER:
            return fault if self._settings.refused_parameter in chat.parameters else None
        spared = chat.is_repair and not self._settings.faulty_repairs
        return None if fault in UNUSABLE_TEXT and spared else fault

    def _latency_s(self, chat: Chat) -> float:
        dice = Dice(derive_seed("latency", self._settings.seed, chat.digest))
        return self._settings.latency_s * dice.log_normal(self._settings.sigma)

    def _response(self, chat: Chat, fault: Fault | None, dice: Dice) -> Response:
        if fault in _ERRORS:
            headers = self._retry_after() if fault is Fault.RATE_LIMIT else {}
            return _failed(_ERRORS[fault], headers)
        if fault is Fault.UNSUPPORTED_PARAMETER:
            return _failed(_unsupported(self._settings.refused_parameter))
        answer = self._answer(chat, fault, dice)
        return Response(body=payloads.completion(chat, answer, fault))

    def _answer(self, chat: Chat, fault: Fault | None, dice: Dice) -> Answer:
        if fault is Fault.FILTERED:
            return Answer(text=None, finish="content_filter")
        if chat.model == EMPTY:
            return Answer(text="")
        change = self._writer.change(chat)
        if change is None:
            return Answer(text=garbage(dice) if fault is Fault.GARBAGE else NO_PROGRAM)
        if fault is None:
            return Answer(text=told(change))
        text = spoiled(fault, change, dice)
        if fault is Fault.THINKING:
            return Answer(text=text, thought=len(text) - len(told(change)))
        return Answer(text=text, finish="length" if fault is Fault.CUT_OFF else "stop")

    def _retry_after(self) -> Mapping[str, str]:
        wait_s = self._settings.retry_after_s
        match self._settings.retry_after_form:
            case RetryAfterForm.SECONDS:
                return {"Retry-After": f"{wait_s:g}"}
            case RetryAfterForm.DATE:
                return {"Retry-After": formatdate(math.ceil(time.time() + wait_s), usegmt=True)}
            case RetryAfterForm.MILLISECONDS:
                return {"Retry-After-Ms": f"{1000.0 * wait_s:g}"}
            case RetryAfterForm.NONE:
                return {}


def _failed(problem: ApiError, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status=problem.status, body=payloads.error(problem), headers=headers or {})


def _unsupported(parameter: str) -> ApiError:
    message = f"Unsupported parameter: '{parameter}' is not supported with this model."
    if parameter == "max_tokens":  # as OpenAI says it
        message += " Use 'max_completion_tokens' instead."
    return ApiError(
        status=400,
        message=message,
        kind=_INVALID,
        code="unsupported_parameter",
        param=parameter,
    )


_ERRORS: Mapping[Fault | None, ApiError] = {
    Fault.RATE_LIMIT: ApiError(
        status=429,
        message="Rate limit reached for requests. Please try again later.",
        kind="requests",
        code="rate_limit_exceeded",
    ),
    Fault.SERVER_ERROR: ApiError(
        status=500,
        message="The server had an error while processing your request. Sorry about that!",
        kind="server_error",
    ),
    Fault.OVERLOADED: ApiError(
        status=503,
        message="The engine is currently overloaded, please try again later.",
        kind="service_unavailable_error",
    ),
    Fault.CONTEXT_TOO_LONG: ApiError(
        status=400,
        message="This model's maximum context length is exceeded by your messages. "
        "Please reduce the length of the messages.",
        kind=_INVALID,
        code="context_length_exceeded",
        param="messages",
    ),
    Fault.REFUSED: ApiError(
        status=400,
        message="The response was filtered because the prompt triggered the content management "
        "policy. Please modify your prompt and retry.",
        kind=_INVALID,
        code="content_filter",
        param="prompt",
    ),
}
