"""The openai SDK against a real HTTP server that answers by script."""

import logging
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from adrs.core.call import CallOutcome, CallRequest, Message, Speaker, Usage
from adrs.errors import UsageError
from adrs.proposers.llm.failures import DeclinedReply
from adrs.proposers.llm.protocol import CallFailed, RawReply
from adrs.proposers.llm.redaction import Redactor
from adrs.proposers.llm.transport_openai import OpenAiTransport

Send = Callable[..., RawReply]


@pytest.fixture
def send(http_double: Any, tools: Any) -> Iterator[Send]:
    transport = OpenAiTransport(
        base_url=http_double.url,
        key=tools.key,
        redactor=Redactor({"OPENAI_API_KEY": tools.key}),
    )

    def send_one(*script: Any, timeout_s: float = 20.0, **settings: object) -> RawReply:
        http_double.script[:] = script
        request = CallRequest(
            model="openai/llama3:8b", messages=tools.messages("hi"), settings=settings
        )
        return transport.send(request, timeout_s=timeout_s)

    yield send_one
    transport.close()


def failed(send: Send, *script: Any, **more: Any) -> CallFailed:
    with pytest.raises(CallFailed) as caught:
        send(*script, **more)
    return caught.value


def test_request_and_reply(send: Send, http_double: Any, tools: Any, chat: Any) -> None:
    reply = send((200, {}, chat("answer")), temperature=0.5, max_tokens=7, top_k=3)
    assert (reply.text, reply.finish, reply.cost_usd) == ("answer", "stop", None)
    assert reply.usage == Usage(prompt_tokens=30, completion_tokens=20)
    assert '"content": "answer"' in reply.raw
    (received,) = http_double.received
    assert received.path == "/v1/chat/completions"
    assert received.headers["authorization"] == f"Bearer {tools.key}"
    assert received.body == {
        "model": "llama3:8b",
        "messages": [
            {"role": "system", "content": "You schedule."},
            {"role": "user", "content": "hi"},
        ],
        "temperature": 0.5,
        "max_tokens": 7,
        "top_k": 3,
    }


def test_nothing_is_sent_as_a_key_where_there_is_none(
    http_double: Any, tools: Any, chat: Any
) -> None:
    http_double.script[:] = [(200, {}, chat())]
    transport = OpenAiTransport(base_url=http_double.url, key=None, redactor=Redactor({}))
    request = CallRequest(model="openai/m", messages=tools.messages())
    transport.send(request, timeout_s=20.0)
    transport.close()
    assert "authorization" not in http_double.received[0].headers


@pytest.mark.parametrize(
    ("status", "headers", "body", "outcome", "wait_s"),
    [
        (429, {"retry-after": "0.5"}, {"message": "slow"}, "rate_limited", 0.5),
        (429, {"retry-after-ms": "1500"}, {"message": "slow"}, "rate_limited", 1.5),
        (429, {}, {"message": "no", "code": "insufficient_quota"}, "authentication", None),
        (500, {}, {"message": "oops"}, "overloaded", None),
        (503, {"retry-after": "3"}, {"message": "busy"}, "overloaded", 3.0),
        (401, {}, {"message": "who"}, "authentication", None),
        (404, {}, {"message": "no such model"}, "authentication", None),
        (400, {}, {"message": "x", "code": "context_length_exceeded"}, "context_too_long", None),
        (400, {}, {"message": "x", "code": "content_filter"}, "refused", None),
        (400, {}, {"message": "x"}, "unknown", None),
    ],
)
def test_error_replies_have_their_class_and_are_not_retried(
    send: Send,
    http_double: Any,
    status: int,
    headers: dict[str, str],
    body: dict[str, str],
    outcome: str,
    wait_s: float | None,
) -> None:
    failure = failed(send, (status, headers, {"error": body}))
    assert (failure.outcome, failure.retry_after_s) == (CallOutcome(outcome), wait_s)
    assert str(failure) == f"HTTP {status}: {body['message']}"
    assert len(http_double.received) == 1


def test_retry_after_as_a_date(send: Send) -> None:
    # The double sends a date of its own, so only the distance of the two is of interest.
    failure = failed(
        send, (429, {"retry-after": "Fri, 31 Dec 2100 23:59:59 GMT"}, {"error": "slow"})
    )
    assert failure.retry_after_s == 600.0


def test_error_page_that_is_not_json(send: Send) -> None:
    failure = failed(send, (502, {"content-type": "text/html"}, b"<html>\n<b>Bad gateway</b>"))
    assert failure.outcome is CallOutcome.OVERLOADED
    assert "Bad gateway" in str(failure)


def test_refused_parameter_is_named(send: Send) -> None:
    error = {"message": "x", "code": "unsupported_parameter", "param": "temperature"}
    failure = failed(send, (400, {}, {"error": error}), temperature=0.5)
    assert failure.refused_parameter == "temperature"


@pytest.mark.parametrize(
    "line",
    [
        "drop",
        (200, {"x-length": "5000"}, b'{"choices": ['),
    ],
)
def test_lost_connection(send: Send, http_double: Any, line: Any) -> None:
    failure = failed(send, line)
    assert failure.outcome is CallOutcome.CONNECTION
    assert str(failure).startswith(f"no connection to {http_double.url}: ")
    assert len(http_double.received) == 1


def test_nobody_listens(tools: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        transport = OpenAiTransport(base_url=url, key=None, redactor=Redactor({}))
        request = CallRequest(model="openai/m", messages=tools.messages())
        with pytest.raises(CallFailed) as caught:
            transport.send(request, timeout_s=20.0)
        transport.close()
    assert caught.value.outcome is CallOutcome.CONNECTION
    assert "refused" in str(caught.value)


@pytest.mark.parametrize("address", ["http://[v1.x]/v1", "http://\u2603.com/v1"])
def test_address_that_the_library_refuses_is_a_usage_error(address: str) -> None:
    transport = OpenAiTransport(base_url=address, key=None, redactor=Redactor({}))
    with pytest.raises(UsageError, match=r"no client .* InvalidURL: .* Check the address"):
        transport.warm_up()


def test_silence_ends_with_the_timeout(send: Send, http_double: Any) -> None:
    failure = failed(send, "silence", timeout_s=0.1)
    assert failure.outcome is CallOutcome.TIMEOUT
    assert str(failure) == f"no answer from {http_double.url} for 0.1 s"
    http_double.released.set()


def test_reply_that_is_garbage(send: Send) -> None:
    failure = failed(send, (200, {}, b"<html>"))
    assert failure.outcome is CallOutcome.UNKNOWN
    assert str(failure) == "the reply is not JSON: '<html>'"


def test_filtered_reply_keeps_what_came(send: Send, chat: Any) -> None:
    failure = failed(send, (200, {}, chat("half", finish="content_filter")))
    assert isinstance(failure, DeclinedReply)
    assert failure.reply.usage.completion_tokens == 20


def test_large_reply_is_read_whole(send: Send, chat: Any) -> None:
    assert len(send((200, {}, chat("x" * 1_000_000))).text) == 1_000_000


def test_prompt_with_a_lone_surrogate_is_sent(http_double: Any, tools: Any, chat: Any) -> None:
    http_double.script[:] = [(200, {}, chat())]
    transport = OpenAiTransport(base_url=http_double.url, key=None, redactor=Redactor({}))
    message = Message(role=Speaker.USER, content="a\ud800b")
    transport.send(CallRequest(model="openai/m", messages=(message,)), timeout_s=20.0)
    transport.close()
    assert http_double.received[0].body["messages"][0]["content"] == "a?b"


def test_key_is_in_no_text_and_no_traceback(send: Send, tools: Any) -> None:
    failure = failed(send, (401, {}, {"error": {"message": f"Incorrect key: {tools.key}"}}))
    told = "".join(traceback.format_exception(failure)) + repr(failure) + repr(vars(failure))
    assert tools.key not in told
    assert str(failure) == "HTTP 401: Incorrect key: [redacted]"
    assert failure.__cause__ is failure.__context__ is None


def test_key_is_in_no_log(
    send: Send, tools: Any, chat: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    send((200, {}, chat()))
    assert tools.key not in caplog.text
    assert not [r for r in caplog.records if r.name.startswith(("openai", "httpx", "httpcore"))]


def test_loopback_address_is_not_asked_through_a_proxy(
    send: Send, chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert send((200, {}, chat("direct"))).text == "direct"


def test_openais_own_address_is_told_its_own_names_when_it_is_spelt_out(
    http_double: Any, tools: Any, chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", http_double.url.removesuffix("/v1"))
    http_double.script[:] = [(200, {}, chat())]
    transport = OpenAiTransport(
        base_url="http://api.openai.com/v1", key=tools.key, redactor=Redactor({})
    )
    request = CallRequest(
        model="openai/gpt-5", messages=tools.messages("hi"), settings={"max_tokens": 7}
    )
    transport.send(request, timeout_s=20.0)
    transport.close()
    (received,) = http_double.received
    assert received.body["max_completion_tokens"] == 7
    assert "max_tokens" not in received.body


def test_many_threads_share_one_client(send: Send, http_double: Any, chat: Any) -> None:
    http_double.script[:] = [(200, {}, chat("shared"))]
    texts: list[str] = []
    threads = [
        threading.Thread(target=lambda: texts.append(send((200, {}, chat("shared"))).text))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert texts == ["shared"] * 16
