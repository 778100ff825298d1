"""How a model is asked: sampling parameters, timeout, price, address; and whose key is used."""

import ipaddress
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from adrs.errors import UsageError

OPENAI_KEY = "OPENAI_API_KEY"
_OPENAI_ADDRESS = "OPENAI_BASE_URL"
_OPENAI_HOST = "api.openai.com"
_ADDRESS_FORM = "expected http://HOST[:PORT]/v1 or https://…"
# Beyond these a figure is a slip, and some are too large for what is worked out with them.
_MOST_TOKENS = 10**9
_LONGEST_TIMEOUT_S = 604_800.0  # a week
_DEAREST_USD = 1e9
# Providers whose models run on a machine of the user's own: a call costs nothing.
SELF_HOSTED = frozenset(
    [
        "docker_model_runner",
        "hosted_vllm",
        "lemonade",
        "llama_cpp",
        "llamacpp",
        "llamafile",
        "lm_studio",
        "ollama",
        "ollama_chat",
        "oobabooga",
        "vllm",
        "xinference",
    ]
)
# Parameters that have a setting of their own, or that would turn off what the client relies on.
_OURS = frozenset(
    [
        "api_base",
        "api_version",
        "base_url",
        "cache",
        "caching",
        "custom_llm_provider",
        "drop_params",
        "fallbacks",
        "max_retries",
        "max_tokens",
        "messages",
        "metadata",
        "mock_response",
        "model",
        "n",
        "num_retries",
        "reasoning_effort",
        "stream",
        "temperature",
        "timeout",
    ]
)
_SECRET_NAME = re.compile(
    r"(?:api|access|secret|private|auth|bearer|session)[_-]?(?:key|token)|secret|password"
    r"|authorization|credential|headers",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a model costs, in US dollars per million tokens.

    Attributes:
        input_usd: tokens sent.
        output_usd: tokens received, reasoning included.
        cached_usd: tokens sent that the provider had cached; None for the price of the others.
    """

    input_usd: float
    output_usd: float
    cached_usd: float | None = None

    def __post_init__(self) -> None:
        """Refuse figures that are no prices.

        Raises:
            UsageError: a figure is no number, negative or beyond all measure.
        """
        cached = 0.0 if self.cached_usd is None else self.cached_usd
        for figure in (self.input_usd, self.output_usd, cached):
            if not _is_number(figure) or not 0 <= figure <= _DEAREST_USD:
                raise UsageError(f"price {figure!r}: expected US dollars per million tokens, 0 up.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """How one model is asked. None leaves a parameter to the provider.

    Attributes:
        temperature: sampling temperature.
        max_tokens: most tokens a reply may have.
        reasoning_effort: "low", "medium", "high", or what the model knows.
        timeout_s: longest silence while waiting for the answer, in seconds.
        price: what a call costs, where the user knows better than the shipped table.
        extra: further parameters, JSON values, sent as they are.
        base_url: address of an OpenAI-compatible server; None for the provider's own.
    """

    temperature: float | None = None
    max_tokens: int | None = None
    reasoning_effort: str | None = None
    timeout_s: float = 600.0
    price: Price | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    base_url: str | None = None

    def __post_init__(self) -> None:
        """Refuse settings that could not be sent, and secrets among them.

        Raises:
            UsageError: a value is of the wrong type or out of range, the address is no http
                address, or `extra` names a parameter that has its own setting, or one that would
                carry a secret.
        """
        if self.temperature is not None:
            _check_number("temperature", self.temperature, 0.0, 10.0)
        if self.max_tokens is not None:
            _check_max_tokens(self.max_tokens)
        if self.reasoning_effort is not None:
            _check_type("reasoning_effort", self.reasoning_effort, str, 'a text such as "low"')
        _check_number("timeout_s", self.timeout_s, 0.001, _LONGEST_TIMEOUT_S)
        if self.price is not None:
            _check_type("price", self.price, Price, "a table with input_usd and output_usd")
        if self.base_url is not None:
            _check_type("base_url", self.base_url, str, "a text")
            _check_address(self.base_url)
        _check_type("extra", self.extra, Mapping, "a table of parameters")
        _check_extra(self.extra)

    @property
    def parameters(self) -> dict[str, object]:
        """What is sent along with every request, and so is part of its identity."""
        own = {
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "reasoning_effort": self.reasoning_effort,
        }
        return {**self.extra, **{name: value for name, value in own.items() if value is not None}}


def openai_address(environ: Mapping[str, str]) -> str:
    """Return the address that the environment gives to the models of "openai/"; empty for none."""
    return environ.get(_OPENAI_ADDRESS, "").strip()


def is_openai(base_url: str | None) -> bool:
    """Return True for OpenAI's own address, given or, for None, left to the provider's own."""
    return base_url is None or urlsplit(base_url).hostname == _OPENAI_HOST


def is_local(base_url: str) -> bool:
    """Return True for an address of this machine or of a private network."""
    host = (urlsplit(base_url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".lan")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return bool(host) and "." not in host  # a bare name is looked up in the user's own network
    return address.is_loopback or address.is_private or address.is_link_local


def is_loopback(base_url: str) -> bool:
    """Return True for an address of this machine."""
    host = urlsplit(base_url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def openai_key(base_url: str | None, environ: Mapping[str, str]) -> str | None:
    """Return the key for OpenAI, or for an OpenAI-compatible address, where it may be missing.

    Raises:
        UsageError: OpenAI itself is to be asked and there is no key.
    """
    key = environ.get(OPENAI_KEY, "").strip()
    if not key and is_openai(base_url):
        raise UsageError(
            f"{OPENAI_KEY} is not set: models of 'openai/' need a key in the environment. Set it, "
            "or give --base-url for a server that needs none."
        )
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        raise UsageError(f"{OPENAI_KEY} holds characters that no key has; set it again.")
    return key or None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _check_number(name: str, value: float, least: float, most: float) -> None:
    # NaN is in no range.
    if not _is_number(value) or not least <= value <= most:
        raise UsageError(f"{name} {value!r}: expected a number from {least:g} to {most:,g}.")


def _check_max_tokens(value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST_TOKENS:
        raise UsageError(
            f"max_tokens {value!r}: expected a whole number from 1 to {_MOST_TOKENS:,}."
        )


def _check_type(name: str, value: object, kind: type, expected: str) -> None:
    if not isinstance(value, kind):
        # Its type, not the value: that may be a secret in the wrong place.
        raise UsageError(f"{name}: expected {expected}, got {type(value).__name__}.")


def _check_address(base_url: str) -> None:
    # What stands before an "@" or after a "?" may be a secret, in an address that is none too.
    shown = "base_url" if "@" in base_url or "?" in base_url else f"base_url {base_url!r}"
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        host.encode("idna")
        port = parts.port
    except ValueError as exc:
        why = "" if shown == "base_url" else f" ({exc})"
        raise UsageError(f"{shown}: {_ADDRESS_FORM}{why}.") from None
    if host and (parts.username or parts.password or parts.query):
        raise UsageError(
            f"base_url of {host}: it must not carry a user, a password or a query; "
            f"keys come from the environment ({OPENAI_KEY})."
        )
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise UsageError(f"{shown}: {_ADDRESS_FORM}.")
    if " " in base_url or not base_url.isprintable():  # `urlsplit` drops some of these unasked
        raise UsageError(f"{shown}: {_ADDRESS_FORM}, without blanks and line breaks.")


def _check_extra(extra: Mapping[str, object]) -> None:
    try:
        json.dumps(extra, allow_nan=False)
    except (TypeError, ValueError) as exc:
        raise UsageError(f"extra parameters: expected JSON values: {exc}.") from None
    for name in _names(extra):
        if _SECRET_NAME.search(name):
            raise UsageError(
                f"extra parameter '{name}': it looks like a secret, and settings are stored with "
                "the run. Keys come from the environment alone."
            )
    for name in extra:
        if name in _OURS:
            raise UsageError(f"extra parameter '{name}': it is not one that can be set here.")


def _names(value: object) -> Iterator[str]:
    """Yield every name in nested mappings and lists."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _names(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _names(inner)
