"""Talks to a server through litellm, as a process of its own; prints what came of it as JSON.

litellm takes seconds to import and changes the process it is in; the tests keep it out of theirs.
Arguments: the cases, JSON: [[model, settings, timeout_s], …].
"""

import importlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from adrs.core.call import CallRequest, Message, Speaker
from adrs.errors import UsageError
from adrs.proposers.llm.connections import Connections
from adrs.proposers.llm.models import ModelSpec
from adrs.proposers.llm.protocol import CallFailed, Transport
from adrs.proposers.llm.settings import ModelSettings


def main() -> None:
    touched: list[str] = []

    def watch(event: str, _: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
            touched.append(event)

    sys.addaudithook(watch)
    cases = json.loads(sys.argv[1])
    specs = [ModelSpec.parse(name) for name in sorted({case[0] for case in cases})]
    connections = Connections(specs, settings={}, environ=os.environ)
    before = sorted({"litellm", "openai"} & set(sys.modules))
    connections.warm_up()
    # What a call to Claude at Bedrock needs: a table that litellm would fetch from GitHub.
    headers = importlib.import_module("litellm.anthropic_beta_headers_manager")
    headers.filter_and_transform_beta_headers(["context-1m-2025-08-07"], provider="anthropic")
    while_importing = list(touched)
    mode = importlib.import_module("litellm").litellm_mode
    results = [_send(connections.transports[m], m, s, t) for m, s, t in cases]
    connections.close()
    unready = [_warm_up(model) for model in ("groq/x", "nosuchprovider/x", "vllm/x")]
    # With keys in a spelling that litellm's table does not name, and with no need of one.
    ready = [
        _warm_up(model, **keys)
        for model, keys in (
            ("together_ai/x", {"TOGETHER_API_KEY": "k"}),
            ("cohere/x", {"CO_API_KEY": "k"}),
            ("ollama/x", {}),
            ("bedrock/anthropic.claude-v2", {}),
        )
    ]
    json.dump(
        {
            "before": before,
            "while_importing": while_importing,
            "mode": mode,
            "results": results,
            "unready": unready,
            "ready": ready,
        },
        sys.stdout,
    )


def _send(
    transport: Transport, model: str, settings: Mapping[str, object], timeout_s: float
) -> Mapping[str, object]:
    message = Message(role=Speaker.USER, content="hi")
    request = CallRequest(model=model, messages=(message,), settings=settings)
    try:
        reply = transport.send(request, timeout_s=timeout_s)
    except CallFailed as exc:
        return {
            "outcome": exc.outcome.value,
            "text": str(exc),
            "wait_s": exc.retry_after_s,
            "refused": exc.refused_parameter,
            "context": repr(exc.__context__),
        }
    return {
        "outcome": "ok",
        "text": reply.text,
        "finish": reply.finish,
        "tokens": [reply.usage.prompt_tokens, reply.usage.completion_tokens],
        "cached": reply.usage.cached_tokens,
        "raw": json.loads(reply.raw)["object"],
    }


def _warm_up(model: str, **keys: str) -> str:
    settings: dict[str, ModelSettings] = {}
    environ = {**os.environ, **keys}
    try:
        Connections([ModelSpec.parse(model)], settings=settings, environ=environ).warm_up()
    except UsageError as exc:
        return str(exc)
    return ""


if __name__ == "__main__":
    main()
