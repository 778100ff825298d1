"""The bodies of the API's answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from adrs.testing.model_server.chat import Chat
from adrs.testing.model_server.faults import Fault

_CREATED = 1_700_000_000  # equal answers have equal bodies, so no clock is asked
_CHARACTERS_PER_TOKEN = 4
_TOKENS_PER_TURN = 4  # the chat format's own, for each message


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model said.

    Attributes:
        text: its words; None where the provider took them away.
        finish: why it stopped.
        thought: how many characters of the text are reasoning.
    """

    text: str | None
    finish: str = "stop"
    thought: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiError:
    """An error as OpenAI's API words it."""

    status: int
    message: str
    kind: str
    code: str | None = None
    param: str | None = None


def encoded(data: object) -> bytes:
    """Return JSON data as bytes; half surrogate pairs are kept as escapes."""
    return json.dumps(data).encode()


def completion(chat: Chat, answer: Answer, fault: Fault | None) -> bytes:
    """Return the body of a chat completion."""
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": answer.finish}
    body = {
        "id": f"chatcmpl-{chat.digest[:24]}",
        "object": "chat.completion",
        "created": _CREATED,
        "model": chat.model,
        "choices": [choice],
    }
    if fault is not Fault.USAGE_MISSING:
        body["usage"] = _usage(chat, answer, fault)
    return encoded(body)


def _usage(chat: Chat, answer: Answer, fault: Fault | None) -> Mapping[str, object]:
    prompt = tokens(chat.length) + _TOKENS_PER_TURN * len(chat.turns)
    said = tokens(len(answer.text or ""))
    counts = {
        "prompt_tokens": prompt,
        "completion_tokens": said,
        "total_tokens": prompt + said,
    }
    if fault is Fault.USAGE_NEGATIVE:
        return {name: -count for name, count in counts.items()}
    if fault is Fault.USAGE_STRINGS:
        return {name: str(count) for name, count in counts.items()}
    return {
        **counts,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": tokens(answer.thought)},
    }


def tokens(characters: int) -> int:
    """Return about how many tokens a text has: four characters each, rounded up."""
    return -(-characters // _CHARACTERS_PER_TOKEN)


def model_list(names: tuple[str, ...]) -> bytes:
    """Return the body of the list of models."""
    models = [
        {"id": name, "object": "model", "created": _CREATED, "owned_by": "adrs"} for name in names
    ]
    return encoded({"object": "list", "data": models})


def error(fault: ApiError) -> bytes:
    """Return the body of an error."""
    form = {
        "message": fault.message,
        "type": fault.kind,
        "param": fault.param,
        "code": fault.code,
    }
    return encoded({"error": form})
