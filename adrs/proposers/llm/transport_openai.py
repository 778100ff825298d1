"""Sends requests through the `openai` SDK: to OpenAI, and to every server that speaks its API."""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from adrs.core.call import CallOutcome, CallRequest
from adrs.errors import UsageError
from adrs.proposers.llm.completion import read_completion
from adrs.proposers.llm.failures import ErrorReply, call_failed
from adrs.proposers.llm.protocol import CallFailed, RawReply
from adrs.proposers.llm.redaction import Redactor
from adrs.proposers.llm.settings import SELF_HOSTED, is_loopback, is_openai

if TYPE_CHECKING:
    import openai

CONNECT_S = 10.0
WRITE_S = 60.0
_ADDRESS = "https://api.openai.com/v1"
# Prefixes that name a kind of server and are no part of the model's name there.
_PREFIXES = SELF_HOSTED | {"openai", "openai_like", "custom_openai", "litellm_proxy"}
_LOGGERS = ("openai", "httpx", "httpcore")


class OpenAiTransport:
    """Sends chat completions to one address. One attempt a request, no retries of the SDK's.

    Args:
        base_url: address of the API; None for OpenAI's.
        key: what is sent as the bearer token; None to send none.
        redactor: takes secrets out of texts.
        wall: the wall clock, in seconds since 1970.
    """

    def __init__(
        self,
        *,
        base_url: str | None,
        key: str | None,
        redactor: Redactor,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._base_url = base_url
        self._key = key
        self._redactor = redactor
        self._wall = wall
        self._lock = threading.Lock()
        self._client: openai.OpenAI | None = None

    def warm_up(self) -> None:
        """Import the SDK and build its client, which takes half a second, before the first call.

        Raises:
            UsageError: the SDK is not installed, or refuses the proxy or the certificates that
                the environment names.
        """
        self._connected()

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def send(self, request: CallRequest, *, timeout_s: float) -> RawReply:
        """Send the request and wait for the whole answer.

        Args:
            request: what is asked.
            timeout_s: longest silence while waiting for the answer; connecting has 10 s.

        Raises:
            CallFailed: no usable answer came.
        """
        client = self._connected()
        import httpx
        import openai

        own_address = is_openai(self._base_url)
        timeout = openai.Timeout(timeout_s, connect=CONNECT_S, write=WRITE_S, pool=None)
        try:
            # What `client.chat.completions` does, which costs a quarter of a second of imports.
            response = client.post(
                "/chat/completions",
                cast_to=httpx.Response,
                body={
                    "model": remote_name(request.model, own_address=own_address),
                    "messages": _messages(request),
                    **remote_settings(request.settings, own_address=own_address),
                },
                options={
                    "headers": {} if self._key else {"Authorization": openai.Omit()},
                    "timeout": timeout,
                },
            )
        except openai.OpenAIError as exc:
            failure = self._failure(exc, request, timeout_s)
        else:
            body = response.content.decode("utf-8", "replace")
            return read_completion(
                body, settings=request.settings, redactor=self._redactor, now_s=self._wall()
            )
        # Raised here, with no SDK exception as its context: those hold the request's headers.
        raise failure

    def _connected(self) -> "openai.OpenAI":
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> "openai.OpenAI":
        try:
            import httpx
            import openai
        except ImportError as exc:
            raise UsageError(
                "models of 'openai/' and --base-url need the package 'openai': pip install openai."
            ) from exc
        for name in _LOGGERS:  # OPENAI_LOG=debug would have them print whole requests
            logging.getLogger(name).setLevel(logging.WARNING)
        base_url = self._base_url or _ADDRESS
        try:
            return _client_class()(
                api_key=self._key or "none",
                base_url=base_url,
                max_retries=0,
                timeout=openai.Timeout(WRITE_S, connect=CONNECT_S),
                http_client=openai.DefaultHttpxClient(trust_env=not is_loopback(base_url)),
            )
        except (ImportError, OSError, ValueError, httpx.InvalidURL, openai.OpenAIError) as exc:
            text = self._redactor.line(f"{type(exc).__name__}: {exc}")
            raise UsageError(
                f"no client for {base_url} can be made: {text}. Check the address, and the "
                "environment: proxies, SSL_CERT_FILE, OPENAI_…."
            ) from None

    def _failure(
        self, exc: "openai.OpenAIError", request: CallRequest, timeout_s: float
    ) -> CallFailed:
        import openai

        where = self._base_url or _ADDRESS
        if isinstance(exc, openai.APITimeoutError):
            if type(exc.__cause__).__name__ == "ConnectTimeout":
                text = f"no connection to {where} within {CONNECT_S:g} s"
                return CallFailed(CallOutcome.CONNECTION, self._redactor.line(text))
            text = f"no answer from {where} for {timeout_s:g} s"
            return CallFailed(CallOutcome.TIMEOUT, self._redactor.line(text))
        if isinstance(exc, openai.APIConnectionError):
            cause = exc.__cause__
            why = f"{type(cause).__name__}: {cause}" if cause else str(exc)
            text = f"no connection to {where}: {why}"
            return CallFailed(CallOutcome.CONNECTION, self._redactor.line(text))
        if isinstance(exc, openai.APIStatusError):
            error = ErrorReply.of(
                exc.status_code, exc.body, dict(exc.response.headers), exc.response.text[:2000]
            )
            text = self._redactor.line(f"HTTP {exc.status_code}: {error.message}")
            return call_failed(error, settings=request.settings, text=text, now_s=self._wall())
        text = f"{type(exc).__name__}: {exc}"
        return CallFailed(CallOutcome.UNKNOWN, self._redactor.line(text))


def _client_class() -> "type[openai.OpenAI]":
    """Return the SDK's client without its headers about this host.

    To fill them in it starts `uname` and `lsb_release`, which would inherit the keys.
    """
    import openai

    class Client(openai.OpenAI):
        def platform_headers(self) -> dict[str, str]:
            return {}

    return Client


def remote_name(model: str, *, own_address: bool) -> str:
    """Return what a server is told as the model's name.

    "openai/" and the prefixes that name a kind of server ("ollama/", "vllm/") are dropped. Any
    other is part of the name: a server of the user's own may call its models "meta-llama/…".

    Args:
        model: the model's id, "provider/name".
        own_address: whether the provider is asked at its own address.
    """
    provider, _, name = model.partition("/")
    return name if own_address or provider in _PREFIXES else model


def remote_settings(settings: Mapping[str, object], *, own_address: bool) -> dict[str, object]:
    """Return a request's parameters under the names that a server knows.

    OpenAI itself calls `max_tokens` otherwise, and refuses it under that name for many models.

    Args:
        settings: the request's settings.
        own_address: whether OpenAI is asked at its own address.
    """
    sent = dict(settings)
    if own_address and "max_tokens" in sent:
        sent["max_completion_tokens"] = sent.pop("max_tokens")
    return sent


def _messages(request: CallRequest) -> Any:
    # Through JSON and back: a lone surrogate would raise in the SDK, far from where it came from.
    plain = [{"role": m.role.value, "content": m.content} for m in request.messages]
    text = json.dumps(plain, ensure_ascii=False)
    return json.loads(text.encode("utf-8", "replace").decode())
