"""Reads a chat completion, the JSON that OpenAI's API and everyone like it answers with."""

import json
from collections.abc import Mapping
from typing import Any

from adrs.core.call import CallOutcome, Usage
from adrs.proposers.llm.failures import DeclinedReply, ErrorReply, UselessReply, call_failed
from adrs.proposers.llm.protocol import CallFailed, RawReply
from adrs.proposers.llm.redaction import Redactor

_MOST_TOKENS = 10**9  # beyond this a count is nonsense, and would eat a whole budget
_DEAREST_USD = 1e4


def read_completion(
    body: str, *, settings: Mapping[str, object], redactor: Redactor, now_s: float
) -> RawReply:
    """Return the answer in the body of a successful response.

    Counts that are missing or impossible are read as 0. An empty text is an answer too.

    Args:
        body: the response's body.
        settings: the request's settings.
        redactor: takes secrets out of what is kept.
        now_s: the wall clock, in seconds since 1970.

    Raises:
        CallFailed: the body is no chat completion, or carries an error.
        UselessReply: the same, and it says how many tokens it took, so it is paid for.
        DeclinedReply: the content was refused.
    """
    try:
        parsed: Any = json.loads(body)
    except (ValueError, RecursionError):
        start = redactor.line(body)[:120]  # cut last: half a key would not be known as one
        raise CallFailed(CallOutcome.UNKNOWN, f"the reply is not JSON: {start!r}") from None
    if not isinstance(parsed, dict):
        raise CallFailed(CallOutcome.UNKNOWN, "the reply is JSON but no chat completion")
    if parsed.get("error"):
        raise _error_within(parsed, settings, redactor, now_s)
    return _reply(parsed, redactor.storable(body), redactor)


def _reply(parsed: Mapping[str, Any], raw: str, redactor: Redactor) -> RawReply:
    choices = parsed.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise _without_choices(parsed, raw)
    finish = choice.get("finish_reason")
    reply = RawReply(
        text=redactor.storable(_text(message.get("content"))),
        raw=raw,
        finish=redactor.line(finish) if isinstance(finish, str) else "",
        usage=read_usage(parsed.get("usage")),
        cost_usd=_cost(parsed.get("usage")),
    )
    refusal = message.get("refusal")
    if finish == "content_filter":
        raise DeclinedReply("the provider's content filter stopped the answer", reply)
    if not reply.text and isinstance(refusal, str) and refusal:
        raise DeclinedReply(redactor.line(f"the model refused: {refusal}"), reply)
    return reply


def _without_choices(parsed: Mapping[str, Any], raw: str) -> CallFailed:
    """Return the failure of a reply that holds no answer, with the reply where it was charged."""
    text = "the reply has no choices"
    usage, cost = read_usage(parsed.get("usage")), _cost(parsed.get("usage"))
    if usage == Usage() and not cost:
        return CallFailed(CallOutcome.UNKNOWN, text)
    reply = RawReply(text="", raw=raw, finish="", usage=usage, cost_usd=cost)
    return UselessReply(CallOutcome.UNKNOWN, text, reply)


def read_usage(usage: object) -> Usage:
    """Return the token counts of a reply, 0 for those that are missing or impossible.

    Some providers leave reasoning out of the completion's tokens; where the total says so, it is
    added.
    """
    if not isinstance(usage, Mapping):
        return Usage()
    prompt = _count(usage.get("prompt_tokens"))
    completion = _count(usage.get("completion_tokens"))
    cached = _detail(usage.get("prompt_tokens_details"), "cached_tokens")
    reasoning = _detail(usage.get("completion_tokens_details"), "reasoning_tokens")
    if reasoning and _count(usage.get("total_tokens")) == prompt + completion + reasoning:
        completion += reasoning
    return Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        cached_tokens=min(cached, prompt),
        reasoning_tokens=min(reasoning, completion),
    )


def _error_within(
    parsed: Mapping[str, Any], settings: Mapping[str, object], redactor: Redactor, now_s: float
) -> CallFailed:
    """Return the failure of an error that came with a successful status."""
    error = ErrorReply.of(None, parsed, {}, "an error without a message")
    inner = parsed["error"]
    code = inner.get("code") if isinstance(inner, dict) else None
    status = code if isinstance(code, int) and 400 <= code < 600 else None
    error = ErrorReply(
        status=status,
        message=error.message,
        code=error.code,
        parameter=error.parameter,
        headers={},
    )
    text = redactor.line(f"the reply is an error: {error.message}")
    return call_failed(error, settings=settings, text=text, now_s=now_s)


def _text(content: object) -> str:
    """Return a message's text; the texts of its parts where it comes in parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    return ""


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0
    # Compared as it is: a whole number may be too large for a float, and NaN is in no range.
    return int(value) if 0 <= value <= _MOST_TOKENS else 0


def _detail(details: object, name: str) -> int:
    return _count(details.get(name)) if isinstance(details, Mapping) else 0


def _cost(usage: object) -> float | None:
    cost = usage.get("cost") if isinstance(usage, Mapping) else None
    if isinstance(cost, bool) or not isinstance(cost, (int, float)):
        return None
    return float(cost) if 0 <= cost <= _DEAREST_USD else None
