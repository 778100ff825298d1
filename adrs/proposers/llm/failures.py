"""What a provider's error means: its class, how long to wait, which parameter it refused."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from adrs.core.call import CallOutcome
from adrs.proposers.llm.protocol import CallFailed, RawReply

LONGEST_WAIT_S = 600.0
# "Exceeded your current quota" is not among these: Gemini says so of every limit per minute.
_NO_MONEY = re.compile(
    r"insufficient_quota|billing_hard_limit|billing_not_active|credit balance is too low"
    r"|insufficient[ _](funds|balance|credits)",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context_length_exceeded|context_window_exceeded|maximum context length|context length"
    r"|context window|prompt is too long|input is too long|too many (input )?tokens"
    r"|available context size|reduce the length of the (messages|prompt)|string_above_max_length"
    r"|request too large",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"content_filter|content_policy|content policy|content management policy|content_moderation"
    r"|moderation|flagged as|responsible ?ai|blocked by (our |the )?safety|cyber_policy",
    re.IGNORECASE,
)
_PARAMETER_CODES = ("unsupported_parameter", "unsupported_value", "unknown_parameter")
_NAME = r"[`'\"{\[]*([\w.]+)"
_PARAMETER_TEXTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:unsupported|unrecogni[sz]ed|unknown|unexpected|invalid) (?:request |keyword )?"
        rf"(?:parameter|argument|field)s?(?: supplied)?:? {_NAME}",
        rf"unsupported value: {_NAME}",
        rf"{_NAME}['\"`]*:? (?:parameter )?(?:is|are) "
        r"(?:not (?:supported|permitted|allowed)|deprecated|unsupported)",
        rf"does not support (?:the )?(?:parameters?|setting):? {_NAME}",
        rf"{_NAME}['\"`]*: extra inputs are not permitted",
        rf"setting {_NAME}.{{0,40}} is not supported",
    )
)
_INSTEAD = re.compile(rf"use {_NAME}[`'\"]* instead", re.IGNORECASE)
_SETTING_OF = {
    "max_completion_tokens": "max_tokens",
    "max_output_tokens": "max_tokens",
    "reasoning": "reasoning_effort",
    "thinking": "reasoning_effort",
    "effort": "reasoning_effort",
}


class UselessReply(CallFailed):
    """A reply came, and so is paid for, but there is no answer in it.

    Attributes:
        reply: what came.
    """

    def __init__(self, outcome: CallOutcome, text: str, reply: RawReply) -> None:
        super().__init__(outcome, text)
        self.reply = reply


class DeclinedReply(UselessReply):
    """The model, or its provider, refuses to answer."""

    def __init__(self, text: str, reply: RawReply) -> None:
        super().__init__(CallOutcome.REFUSED, text, reply)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReply:
    """A provider's error, as far as it is known.

    Attributes:
        status: HTTP status; None where there was none.
        message: the provider's words.
        code: its error code and type, in one text; may be empty.
        parameter: name of the parameter at fault; may be empty.
        headers: the response's headers.
    """

    status: int | None
    message: str
    code: str = ""
    parameter: str = ""
    headers: Mapping[str, str]

    @staticmethod
    def of(
        status: int | None, body: object, headers: Mapping[str, str], fallback: str
    ) -> "ErrorReply":
        """Read an error body: OpenAI's form, or what others make of it.

        Args:
            status: HTTP status.
            body: the parsed body, with or without its outer "error".
            headers: the response's headers.
            fallback: the message where the body has none.
        """
        inner: Any = body
        for _ in range(3):  # the deepest form is Gemini's, a list with one {"error": …}
            if isinstance(inner, list) and inner:
                inner = inner[0]
            elif isinstance(inner, Mapping) and inner.get("error"):
                inner = inner["error"]
        if isinstance(inner, str) and inner:
            return ErrorReply(status=status, message=inner, headers=headers)
        if not isinstance(inner, Mapping):
            return ErrorReply(status=status, message=fallback, headers=headers)
        message = next(
            (str(inner[name]) for name in ("message", "detail", "msg") if inner.get(name)), fallback
        )
        codes = [str(inner[name]) for name in ("code", "type", "status") if inner.get(name)]
        param = inner.get("param")
        return ErrorReply(
            status=status,
            message=message,
            code=" ".join(codes),
            parameter=param if isinstance(param, str) else "",
            headers=headers,
        )


def call_failed(
    error: ErrorReply, *, settings: Mapping[str, object], text: str, now_s: float
) -> CallFailed:
    """Return the failure that an error reply means.

    Args:
        error: the reply.
        settings: the request's settings; only one of them can be refused.
        text: the failure's text, without secrets.
        now_s: the wall clock, in seconds since 1970.
    """
    wait_s = retry_after_s(error.headers, now_s=now_s)
    refused = _refused_parameter(error, settings)
    if refused:
        instead = _other_name(error, refused)
        return CallFailed(CallOutcome.UNKNOWN, text, refused_parameter=refused, instead=instead)
    return CallFailed(outcome_of(error), text, retry_after_s=wait_s)


def outcome_of(error: ErrorReply) -> CallOutcome:
    """Return the class of an error reply.

    An empty account, a missing model and a forbidden one count as AUTHENTICATION: asking again is
    of no use until the user has done something.
    """
    told = f"{error.code} {error.message}"
    status = error.status or 0
    if _NO_MONEY.search(told) or status == 402:
        return CallOutcome.AUTHENTICATION
    if status < 429 and (status == 413 or _TOO_LONG.search(told)):
        return CallOutcome.CONTEXT_TOO_LONG
    if status < 429 and _REFUSED.search(told):
        return CallOutcome.REFUSED
    return _outcome_of_status(status)


def _outcome_of_status(status: int) -> CallOutcome:
    if status in (401, 403, 404):
        return CallOutcome.AUTHENTICATION
    if status == 429:
        return CallOutcome.RATE_LIMITED
    if status in (408, 504):
        return CallOutcome.TIMEOUT
    if status >= 500 or status in (409, 425):
        return CallOutcome.OVERLOADED
    return CallOutcome.UNKNOWN


def retry_after_s(headers: Mapping[str, str], *, now_s: float) -> float | None:
    """Return how long a response asks to wait, in seconds from 0 to 600; None where it does not.

    `retry-after-ms` goes before `retry-after`, which is a number of seconds, whole or not, or an
    HTTP date (RFC 9110, 10.2.3). A date is taken against the response's own `date`, so that a
    wrong clock here does no harm.
    """
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            wait_s = float(lower.get(name, "")) * unit
        except ValueError:
            continue
        return min(max(wait_s, 0.0), LONGEST_WAIT_S) if math.isfinite(wait_s) else None
    until = _moment(lower.get("retry-after", ""))
    if until is None:
        return None
    since = _moment(lower.get("date", "")) or datetime.fromtimestamp(now_s, UTC)
    return min(max((until - since).total_seconds(), 0.0), LONGEST_WAIT_S)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # the last for "+99999999999"
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _refused_parameter(error: ErrorReply, settings: Mapping[str, object]) -> str:
    """Return the setting that a 4xx reply refuses; empty where it refuses none."""
    if error.status is not None and not 400 <= error.status < 429:
        return ""
    named = [error.parameter] if any(c in error.code for c in _PARAMETER_CODES) else []
    for pattern in _PARAMETER_TEXTS:
        named += pattern.findall(error.message)
    return next((s for s in (_setting(n, settings) for n in named) if s), "")


def _setting(parameter: str, settings: Mapping[str, object]) -> str:
    """Return the setting that a provider means by a parameter's name; empty for none."""
    name = parameter.strip(".").removeprefix("body.")
    spellings = (name, name.split(".")[0], name.split(".")[-1])
    for spelling in spellings:
        for known in (spelling, _SETTING_OF.get(spelling, "")):
            if known in settings:
                return known
    return ""


def _other_name(error: ErrorReply, refused: str) -> str:
    """Return the other name of a refused setting that the reply asks for; empty for none."""
    names = _INSTEAD.findall(error.message)
    return next((name for name in names if _SETTING_OF.get(name) == refused), "")
