"""What calls cost: by the provider's word, the user's price, or the table that litellm ships."""

import importlib.util
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adrs.core.call import CallRequest, Message, Usage
from adrs.proposers.llm.budget import Reservation
from adrs.proposers.llm.settings import SELF_HOSTED, ModelSettings, Price, is_local, is_openai
from adrs.proposers.llm.tokens import estimated_tokens, text_tokens

DEFAULT_REPLY_TOKENS = 8192
_TABLE = "model_prices_and_context_window_backup.json"
_ABOVE = re.compile(r"^input_cost_per_token_above_(\d+)k_tokens$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rates:
    """US dollars per token."""

    sent: float
    cached: float
    received: float
    reasoning: float

    def cost(self, usage: Usage) -> float:
        fresh = usage.prompt_tokens - usage.cached_tokens
        spoken = usage.completion_tokens - usage.reasoning_tokens
        return (
            fresh * self.sent
            + usage.cached_tokens * self.cached
            + spoken * self.received
            + usage.reasoning_tokens * self.reasoning
        )


class PriceTable:
    """The prices of the models that litellm knows; its file is read without importing litellm.

    Read once, when it is first asked; empty where litellm is not installed. Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: Mapping[str, Any] | None = None

    def entry(self, model: str) -> Mapping[str, object] | None:
        """Return what the table says of a model ("provider/name"); None when it says nothing."""
        provider, _, name = model.partition("/")
        entries = self._read()
        for key in (model, name):
            entry = entries.get(key)
            if isinstance(entry, dict) and _is_of(provider, key == model, entry):
                return entry
        return None

    def _read(self) -> Mapping[str, Any]:
        with self._lock:
            if self._entries is None:
                self._entries = _load()
            return self._entries


class Prices:
    """Tells the cost of a call, before and after it.

    Args:
        settings: how each model is asked, by its id.
        table: the prices of known models.
    """

    def __init__(self, settings: Mapping[str, ModelSettings], table: PriceTable) -> None:
        self._settings = settings
        self._table = table

    def known(self, model: str) -> bool:
        """Return True when a model's price is known before it is asked."""
        return self.cost(model, Usage(), None) is not None

    def cost(self, model: str, usage: Usage, reported_usd: float | None) -> float | None:
        """Return what a call cost, in US dollars; None where no price is known.

        The first of these counts: the provider's own figure; the user's price; nothing, for a
        model that runs on the user's own machines; the table.

        Args:
            model: the model's id.
            usage: the tokens of the call.
            reported_usd: what the provider says it cost; None where it does not say.
        """
        if reported_usd is not None:
            return reported_usd
        settings = self._settings.get(model) or ModelSettings()
        if settings.price is not None:
            return _rates_of_price(settings.price).cost(usage)
        if is_free(model, settings.base_url):
            return 0.0
        if not is_openai(settings.base_url):
            return None  # a reseller's price is its own
        entry = self._table.entry(model)
        rates = None if entry is None else _rates_of_entry(entry, usage.prompt_tokens)
        return None if rates is None else rates.cost(usage)

    def estimate(self, request: CallRequest) -> Reservation:
        """Return what a call may take at most: its prompt, and a reply of the longest length.

        A reply is taken to have `max_tokens`, or 8,192 where no limit is set.
        """
        limit = request.settings.get("max_tokens")
        reply = limit if isinstance(limit, int) else DEFAULT_REPLY_TOKENS
        prompt = estimated_tokens(request.messages)
        usage = Usage(prompt_tokens=prompt, completion_tokens=reply)
        return Reservation(tokens=prompt + reply, usd=self.cost(request.model, usage, None))


def is_free(model: str, base_url: str | None) -> bool:
    """Return True for a model that runs on the user's own machines."""
    if base_url is not None:
        return is_local(base_url)
    return model.partition("/")[0] in SELF_HOSTED


def counted(usage: Usage, messages: tuple[Message, ...], text: str) -> Usage:
    """Return a usage with estimates where the provider counted nothing of what was sent."""
    return Usage(
        prompt_tokens=usage.prompt_tokens or estimated_tokens(messages),
        completion_tokens=usage.completion_tokens or text_tokens(text),
        cached_tokens=usage.cached_tokens,
        reasoning_tokens=usage.reasoning_tokens,
    )


def _load() -> Mapping[str, Any]:
    found = importlib.util.find_spec("litellm")
    folders = found.submodule_search_locations if found else None
    if not folders:
        return {}
    try:
        entries = json.loads((Path(folders[0]) / _TABLE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _is_of(provider: str, whole_name: bool, entry: Mapping[str, Any]) -> bool:
    """Return True when an entry found by a model's bare name belongs to its provider."""
    owner = entry.get("litellm_provider")
    if whole_name or owner == provider:
        return True
    return isinstance(owner, str) and owner.startswith((f"{provider}-", f"{provider}_"))


def _rates_of_price(price: Price) -> _Rates:
    cached = price.input_usd if price.cached_usd is None else price.cached_usd
    return _Rates(
        sent=price.input_usd / 1e6,
        cached=cached / 1e6,
        received=price.output_usd / 1e6,
        reasoning=price.output_usd / 1e6,
    )


def _rates_of_entry(entry: Mapping[str, object], prompt_tokens: int) -> _Rates | None:
    """Return the rates of an entry for a prompt of that length; None where it has none."""
    sizes = [int(found[1]) for key in entry if (found := _ABOVE.match(key))]
    passed = max((k for k in sizes if prompt_tokens > k * 1000), default=0)
    suffix = f"_above_{passed}k_tokens" if passed else ""

    def rate(name: str) -> float | None:
        for key in (name + suffix, name):
            value = entry.get(key)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
                return float(value)
        return None

    sent, received = rate("input_cost_per_token"), rate("output_cost_per_token")
    if sent is None or received is None:
        return None
    cached = rate("cache_read_input_token_cost")
    reasoning = rate("output_cost_per_reasoning_token")
    return _Rates(
        sent=sent,
        cached=sent if cached is None else cached,
        received=received,
        reasoning=received if reasoning is None else reasoning,
    )
