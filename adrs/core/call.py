"""Model calls: what was asked of a language model, what came back, what it cost."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from adrs.core.trial import Arm


class Speaker(StrEnum):
    """Whose turn a message is; the values are the chat API's."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn of a conversation."""

    role: Speaker
    content: str


@dataclass(frozen=True, kw_only=True)  # no slots: the digest is kept once it is worked out
class CallRequest:
    """Everything that determines a model's answer, as far as we determine it.

    Attributes:
        model: the model's name in litellm's form, "provider/model".
        messages: the conversation so far, oldest first.
        settings: parameters sent along ("temperature", "max_tokens", "reasoning_effort", "seed",
            ...), JSON values; no key and no address is among them.
    """

    model: str
    messages: tuple[Message, ...]
    settings: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Hash of the request: equal requests have equal digests, on every machine."""
        form = {
            "model": self.model,
            "messages": [[m.role.value, m.content] for m in self.messages],
            "settings": dict(self.settings),
        }
        text = json.dumps(form, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call, as the provider counted them.

    Attributes:
        prompt_tokens: tokens sent, cached ones included.
        completion_tokens: tokens received, reasoning included.
        cached_tokens: those of `prompt_tokens` that the provider had cached.
        reasoning_tokens: those of `completion_tokens` that are not in the text.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0


class CallOutcome(StrEnum):
    """How one attempt at a call ended."""

    OK = "ok"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"  # the provider's own fault, 5xx
    TIMEOUT = "timeout"
    CONNECTION = "connection"  # refused, reset or dropped
    CONTEXT_TOO_LONG = "context_too_long"
    REFUSED = "refused"  # the content was refused
    AUTHENTICATION = "authentication"  # no key, a revoked one, no permission, no money
    UNKNOWN = "unknown"

    @property
    def passing(self) -> bool:
        """True when the same request may succeed a little later."""
        return self in (
            CallOutcome.RATE_LIMITED,
            CallOutcome.OVERLOADED,
            CallOutcome.TIMEOUT,
            CallOutcome.CONNECTION,
            CallOutcome.UNKNOWN,
        )


class Purpose(StrEnum):
    """What a call was made for."""

    PROPOSE = "propose"
    REPAIR = "repair"  # the one re-ask that quotes what was wrong with the first reply


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSite:
    """Which step of a run a call belongs to.

    Attributes:
        arm: which search.
        trial: number of the trial.
        operator: the kind of change asked for.
        purpose: what the call was made for.
        asked_after: how many trials had been told when the trial was asked; a resumed run asks it
            again at the same place, and so gets the same request.
    """

    arm: Arm
    trial: int
    operator: str
    purpose: Purpose
    asked_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One attempt at a model call, complete; committed before its text is looked at.

    Attributes:
        site: the step of the run it belongs to.
        request: what was asked.
        attempt: from 1, over retries of the same request.
        outcome: how it ended.
        text: the answer's text; empty unless the outcome is OK (and sometimes then).
        raw: the provider's whole reply as JSON text; empty where none came.
        finish: why the model stopped ("stop", "length", ...), empty where unknown.
        error: what went wrong, cleaned and without secrets; empty when OK.
        usage: tokens; none where no reply came.
        cost_usd: what it cost; None where no price is known.
        latency_s: wall seconds from sending to the whole answer.
        created_at: UTC, ISO 8601 to the millisecond, when the answer came.
        cached_from: name of the run whose stored answer was used instead of a new call; empty for
            a call that was made.
    """

    site: CallSite
    request: CallRequest
    attempt: int
    outcome: CallOutcome
    text: str = ""
    raw: str = ""
    finish: str = ""
    error: str = ""
    usage: Usage = Usage()
    cost_usd: float | None = None
    latency_s: float = 0.0
    created_at: str = ""
    cached_from: str = ""
