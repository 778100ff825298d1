"""Sends requests through `litellm`, for every provider that does not speak OpenAI's API."""

import importlib
import importlib.util
import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from adrs.core.call import CallOutcome, CallRequest
from adrs.errors import UsageError
from adrs.proposers.llm.completion import read_completion
from adrs.proposers.llm.failures import ErrorReply, call_failed
from adrs.proposers.llm.protocol import CallFailed, RawReply
from adrs.proposers.llm.redaction import Redactor
from adrs.proposers.llm.settings import SELF_HOSTED
from adrs.proposers.llm.transport_openai import CONNECT_S, WRITE_S

# What litellm reads when it is imported or first used: its price table and its table of Anthropic
# headers from the package and not from GitHub, and no keys from a .env file that lies about.
_OFFLINE = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "ERROR",
}
_LOGGERS = ("LiteLLM", "LiteLLM Proxy", "LiteLLM Router", "openai", "httpx", "httpcore")
_IMPORTING = threading.Lock()
# litellm's exceptions by name, where the name says more than the status it makes up.
_BY_NAME = {
    "ContextWindowExceededError": CallOutcome.CONTEXT_TOO_LONG,
    "ContentPolicyViolationError": CallOutcome.REFUSED,
    "RejectedRequestError": CallOutcome.REFUSED,
    "AuthenticationError": CallOutcome.AUTHENTICATION,
    "PermissionDeniedError": CallOutcome.AUTHENTICATION,
    "PaymentRequiredError": CallOutcome.AUTHENTICATION,
    "NotFoundError": CallOutcome.AUTHENTICATION,
    "Timeout": CallOutcome.TIMEOUT,
}
# Providers that take credentials from files, from the machine's role, or from a sign-in.
_KEYLESS = SELF_HOSTED | {
    "azure", "azure_ai", "bedrock", "chatgpt", "github_copilot", "sagemaker", "sagemaker_chat",
    "vertex_ai", "vertex_ai_beta",
}  # fmt: skip
# Keys that litellm takes and that do not begin with the provider's name.
_OTHER_KEYS = {"cohere": "CO_API_KEY", "huggingface": "HF_TOKEN", "openrouter": "OR_API_KEY"}
# Packages that litellm itself does without until it asks such a model.
_PACKAGES = {
    "bedrock": "boto3",
    "sagemaker": "boto3",
    "sagemaker_chat": "boto3",
    "vertex_ai": "google.auth",
    "vertex_ai_beta": "google.auth",
    "vllm": "vllm",
}
_TRACEBACK = re.compile(r"\s*Traceback \(most recent call last\):.*", re.DOTALL)


class LiteLlmTransport:
    """Sends chat completions to whichever provider a model's name gives. One attempt a request.

    Keys come from the provider's own environment variables, which litellm reads itself.

    Args:
        redactor: takes secrets out of texts.
        environ: the environment, for the names of keys.
        wall: the wall clock, in seconds since 1970.
    """

    def __init__(
        self,
        *,
        redactor: Redactor,
        environ: Mapping[str, str],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._redactor = redactor
        self._environ = environ
        self._wall = wall

    def check(self, model: str) -> None:
        """See that litellm knows the provider of a model and has what it needs to reach it.

        Raises:
            UsageError: it does not; the text names the variables or the package that is missing.
        """
        litellm = load_litellm()
        provider = model.partition("/")[0]
        try:
            litellm.get_llm_provider(model=model)
        except litellm.exceptions.BadRequestError:
            raise UsageError(
                f"--model {model}: litellm knows no provider '{provider}'. Its list is at "
                "https://docs.litellm.ai/docs/providers; give --base-url for a server that "
                "speaks OpenAI's API."
            ) from None
        except Exception as exc:  # noqa: BLE001 - a provider's adapter may raise anything at all
            text = self._redactor.line(f"{type(exc).__name__}: {exc}")
            raise UsageError(f"--model {model}: litellm refuses it: {text}") from None
        _check_package(model, provider)
        found = litellm.validate_environment(model=model)
        if found["missing_keys"] and not _has_credentials(provider, self._environ):
            missing = " or ".join(found["missing_keys"])
            raise UsageError(
                f"--model {model}: not set in the environment: {missing}. Set it; keys come from "
                "the environment alone."
            )

    def close(self) -> None:
        """Do nothing: litellm keeps its connections itself."""

    def send(self, request: CallRequest, *, timeout_s: float) -> RawReply:
        """Send the request and wait for the whole answer.

        Args:
            request: what is asked.
            timeout_s: longest silence while waiting for the answer; connecting has 10 s.

        Raises:
            CallFailed: no usable answer came.
        """
        litellm = load_litellm()
        httpx = importlib.import_module("httpx")
        try:
            response = litellm.completion(
                model=request.model,
                messages=[{"role": m.role.value, "content": m.content} for m in request.messages],
                timeout=httpx.Timeout(timeout_s, connect=CONNECT_S, write=WRITE_S, pool=None),
                num_retries=0,
                drop_params=False,
                **request.settings,
            )
            body = response.model_dump_json()
        except Exception as exc:  # noqa: BLE001 - a provider's adapter may raise anything at all
            failure = self._failure(exc, request, timeout_s)
        else:
            return read_completion(
                body, settings=request.settings, redactor=self._redactor, now_s=self._wall()
            )
        # Raised here, with no foreign exception as its context: those hold the request's headers.
        raise failure

    def _failure(self, exc: Exception, request: CallRequest, timeout_s: float) -> CallFailed:
        name = type(exc).__name__
        message = _TRACEBACK.sub("", str(exc))  # litellm appends one to what it does not know
        causes = _causes(exc)
        if "ConnectTimeout" in causes:
            text = f"no connection for {request.model} within {CONNECT_S:g} s"
            return CallFailed(CallOutcome.CONNECTION, self._redactor.line(text))
        if name == "Timeout":
            text = f"no answer from {request.model} for {timeout_s:g} s"
            return CallFailed(CallOutcome.TIMEOUT, self._redactor.line(text))
        if "TransportError" in causes:
            return CallFailed(CallOutcome.CONNECTION, self._redactor.line(message))
        status = None if name == "APIConnectionError" else _status(exc)
        error = ErrorReply.of(status, _body_within(message), _headers(exc), message)
        text = self._redactor.line(f"{name}: {error.message}")
        failed = call_failed(error, settings=request.settings, text=text, now_s=self._wall())
        if name in _BY_NAME and not failed.refused_parameter:
            return CallFailed(_BY_NAME[name], text, retry_after_s=failed.retry_after_s)
        return failed


def load_litellm() -> Any:
    """Import litellm without a network, and silence it.

    Raises:
        UsageError: it is not installed.
    """
    with _IMPORTING:
        os.environ.update(_OFFLINE)
        try:
            litellm: Any = importlib.import_module("litellm")
        except ImportError as exc:
            raise UsageError(
                "models other than 'openai/' need the package 'litellm': pip install litellm."
            ) from exc
        litellm.suppress_debug_info = True
        litellm.drop_params = False
        litellm.turn_off_message_logging = True
        litellm.redact_messages_in_exceptions = True
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        return litellm


def _check_package(model: str, provider: str) -> None:
    """See that the package is there which litellm imports when it asks a provider.

    Raises:
        UsageError: it is not installed.
    """
    package = _PACKAGES.get(provider)
    if package is None:
        return
    try:
        importlib.import_module(package)
    except ImportError as exc:
        name = package.replace(".", "-")
        raise UsageError(
            f"--model {model}: litellm needs the package '{name}' for it: pip install {name}."
        ) from exc


def _has_credentials(provider: str, environ: Mapping[str, str]) -> bool:
    """Return whether a provider may be reached without the keys that litellm's table names.

    That table has one spelling of several; whatever the environment holds in the provider's name
    is taken for another one.
    """
    if provider in _KEYLESS or environ.get(_OTHER_KEYS.get(provider, "")):
        return True
    stem = re.split(r"[_-]", provider)[0].upper()
    return any(name.startswith(stem) and value for name, value in environ.items())


def _causes(exc: BaseException) -> frozenset[str]:
    """Return the names of all classes of what led to an exception.

    litellm answers a lost connection with a made-up status 500; what it was made of tells.
    """
    names: set[str] = set()
    link: BaseException | None = exc.__cause__ or exc.__context__
    while link is not None:
        names.update(c.__name__ for c in type(link).__mro__)
        link = link.__cause__ or link.__context__
    return frozenset(names)


def _status(exc: Exception) -> int | None:
    status = getattr(exc, "status_code", None)
    return status if isinstance(status, int) else None


def _headers(exc: Exception) -> Mapping[str, str]:
    """Return the response's headers, which litellm puts beside the response that it makes up."""
    headers = getattr(exc, "litellm_response_headers", None)
    return {str(n): str(v) for n, v in dict(headers).items()} if headers else {}


def _body_within(message: str) -> object:
    """Return the provider's error body, which litellm quotes within its message; None for none."""
    start = message.find("{")
    if start < 0:
        return None
    try:
        return json.JSONDecoder().raw_decode(message, start)[0]
    except (ValueError, RecursionError):
        return None
