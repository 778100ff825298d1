"""A chat completions request, read into types."""

import hashlib
import json
from dataclasses import dataclass

_REPLY_OPENING = "<<<<<<< SEARCH"


class UnreadableChatError(ValueError):
    """The body is no chat request that this server takes; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of the conversation, its text parts joined."""

    role: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """One request.

    Attributes:
        model: the model's name.
        turns: the conversation, oldest first.
        parameters: names of the body's fields, sorted.
        digest: hash of the whole body, equal for bodies that are the same JSON.
        talk_digest: hash of model and conversation alone.
    """

    model: str
    turns: tuple[Turn, ...]
    parameters: tuple[str, ...]
    digest: str
    talk_digest: str

    @property
    def wants_edits(self) -> bool:
        """True when SEARCH/REPLACE blocks are asked for, False for a whole region."""
        asking = [turn.text for turn in self.turns if turn.role == "user"]
        return bool(asking) and _REPLY_OPENING in asking[-1]

    @property
    def is_repair(self) -> bool:
        """True when the conversation holds an earlier answer."""
        return any(turn.role == "assistant" for turn in self.turns)

    @property
    def asked(self) -> tuple[str, ...]:
        """The texts of what was asked, up to the first answer, oldest first."""
        texts: list[str] = []
        for turn in self.turns:
            if turn.role == "assistant" and texts:
                break
            if turn.role != "assistant":
                texts.append(turn.text)
        return tuple(texts)

    @property
    def length(self) -> int:
        """Characters of the whole conversation."""
        return sum(len(turn.text) for turn in self.turns)


def digest_of(data: object) -> str:
    """Return a hash of JSON data that does not depend on the order of keys."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def read_chat(body: bytes) -> Chat:
    """Read a request's body.

    Raises:
        UnreadableChatError: it is not JSON, lacks a field, or asks for what is not offered.
    """
    try:
        form = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise UnreadableChatError(f"the body of the request is not JSON: {exc}") from exc
    if not isinstance(form, dict):
        raise UnreadableChatError("The body must be a JSON object.")
    model, messages = form.get("model"), form.get("messages")
    if not isinstance(model, str) or not model:
        raise UnreadableChatError("you must provide a model parameter")
    if not isinstance(messages, list) or not messages:
        raise UnreadableChatError("'messages' must be an array of at least one message.")
    if form.get("stream"):
        raise UnreadableChatError("This server does not stream; leave 'stream' out.")
    if form.get("n", 1) not in (None, 1):
        raise UnreadableChatError("This server gives one choice; leave 'n' out.")
    turns = tuple(_turn(message) for message in messages)
    return Chat(
        model=model,
        turns=turns,
        parameters=tuple(sorted(form)),
        digest=digest_of(form),
        talk_digest=digest_of([model, [[turn.role, turn.text] for turn in turns]]),
    )


def _turn(message: object) -> Turn:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise UnreadableChatError("every message must be an object with a 'role'.")
    return Turn(role=message["role"], text=_text(message.get("content")))


def _text(content: object) -> str:
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, dict) else None for part in parts]
    if not all(isinstance(text, str) for text in texts):
        raise UnreadableChatError("'content' must be a string or a list of text parts.")
    return "".join(map(str, texts))
