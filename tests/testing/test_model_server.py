"""The test model server over real sockets."""

import http.client
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from adrs.catalog.problems import load_problem
from adrs.core.program import evolve_region
from adrs.errors import UsageError
from adrs.testing.model_server import Fault, Group, ModelServer, RetryAfterForm, ServerSettings
from adrs.testing.model_server.wire import BODY_LIMIT, HEAD_LIMIT

SPOT = load_problem("spot")
PROMPT = f"```python\n{SPOT.initial.source}```\nAnswer with the whole region."
LONG_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: Any


@contextmanager
def connected(server: ModelServer, timeout_s: float = 60.0) -> Iterator[http.client.HTTPConnection]:
    address = urlsplit(server.url)
    assert address.hostname is not None
    with closing(
        http.client.HTTPConnection(address.hostname, address.port, timeout=timeout_s)
    ) as connection:
        yield connection


def form(number: int = 0, model: str = "strong", **parameters: object) -> dict[str, object]:
    messages = [{"role": "user", "content": f"{PROMPT} Trial {number}."}]
    return {"model": model, "messages": messages, **parameters}


def send(connection: http.client.HTTPConnection, body: object, key: str = "") -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)


def receive(connection: http.client.HTTPConnection) -> Reply:
    response = connection.getresponse()
    return Reply(status=response.status, headers=response.msg, body=json.loads(response.read()))


def ask(server: ModelServer, body: object = None, key: str = "") -> Reply:
    with connected(server) as connection:
        send(connection, form() if body is None else body, key)
        return receive(connection)


def get(server: ModelServer, path: str, key: str = "") -> Reply:
    with connected(server) as connection:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        connection.request("GET", path, headers=headers)
        return receive(connection)


def faulty(fault: Fault | Group, **changes: Any) -> ModelServer:
    return ModelServer(ServerSettings(faults={fault: 1.0}, **changes))


def raw(server: ModelServer, data: bytes) -> bytes:
    """Send bytes and read until the server closes."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port or 0), timeout=60.0) as wire:
        wire.sendall(data)
        return b"".join(iter(lambda: wire.recv(65_536), b""))


def test_a_chat_is_answered_with_usage() -> None:
    with ModelServer() as server:
        reply = ask(server)
    body = reply.body
    assert reply.status == 200
    assert body["object"] == "chat.completion"
    assert body["model"] == "strong"
    (choice,) = body["choices"]
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["role"] == "assistant"
    said = choice["message"]["content"]
    assert said.startswith("IDEA: ")
    usage = body["usage"]
    assert usage["prompt_tokens"] == pytest.approx(len(PROMPT) / 4, rel=0.05)
    assert usage["completion_tokens"] == pytest.approx(len(said) / 4, rel=0.05)
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_a_connection_serves_several_requests() -> None:
    with ModelServer() as server, connected(server) as connection:
        send(connection, form(1))
        first = receive(connection)
        wire = connection.sock
        send(connection, form(2))
        second = receive(connection)
        assert connection.sock is wire
        assert wire is not None
    assert first.body != second.body
    assert [one.answered for one in server.served] == [True, True]


def test_a_request_sent_early_waits_for_its_turn() -> None:
    body = json.dumps(form()).encode()
    request = b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: %d\r\n" % len(body)
    early = request + b"\r\n" + body + request + b"Connection: close\r\n\r\n" + body
    with ModelServer(ServerSettings(latency_s=0.01)) as server:
        answer = raw(server, early)
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert [one.repeat for one in server.served] == [1, 2]


def test_a_large_body_is_announced_and_taken() -> None:
    body = json.dumps({**form(), "padding": "x" * 3_000_000}).encode()
    head = b"POST /v1/chat/completions HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\n"
    with ModelServer() as server:
        answer = raw(server, head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_models_are_listed() -> None:
    with ModelServer() as server:
        reply = get(server, "/v1/models")
    assert [model["id"] for model in reply.body["data"]] == ["strong", "weak", "empty"]


def test_stats_are_the_records() -> None:
    with ModelServer(ServerSettings(faults={Fault.SERVER_ERROR: 0.5})) as server:
        statuses = [ask(server, form(number)).status for number in range(8)]
        stats = get(server, "/v1/stats").body["served"]
        same = get(server, "/stats").body["served"]
    assert stats == same == [{**asdict(one), "answered": one.answered} for one in server.served]
    assert [one.status for one in server.served] == statuses
    assert {one.status for one in server.served if one.answered} == {200}
    assert [one.fault for one in server.served] == ["" if s == 200 else "500" for s in statuses]


def test_equal_requests_have_one_digest_and_a_count() -> None:
    body = form(temperature=0.5)
    with ModelServer() as server:
        ask(server, body)
        ask(server, dict(reversed(body.items())))
        ask(server, form(temperature=0.6))
    first, second, third = server.served
    assert first.digest == second.digest != third.digest
    assert [one.repeat for one in server.served] == [1, 2, 1]


def test_the_key_is_checked() -> None:
    with ModelServer(ServerSettings(key="sk-right")) as server:
        assert ask(server).status == 401
        wrong = ask(server, key="sk-wrong")
        assert ask(server, key="sk-right").status == 200
        assert get(server, "/v1/models").status == 401
        assert get(server, "/v1/models", key="sk-right").status == 200
    assert wrong.status == 401
    assert wrong.body["error"]["code"] == "invalid_api_key"
    assert [one.status for one in server.served] == [401, 401, 200]
    assert "sk-right" not in repr(server.served)
    assert "sk-right" not in repr(ServerSettings(key="sk-right"))


def test_the_key_can_be_revoked() -> None:
    with ModelServer(ServerSettings(key="sk-right", revoke_after=2)) as server:
        statuses = [ask(server, form(number), key="sk-right").status for number in range(4)]
    assert statuses == [200, 200, 401, 401]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault.RATE_LIMIT, 429, "rate_limit_exceeded"),
        (Fault.SERVER_ERROR, 500, None),
        (Fault.OVERLOADED, 503, None),
        (Fault.CONTEXT_TOO_LONG, 400, "context_length_exceeded"),
        (Fault.REFUSED, 400, "content_filter"),
    ],
)
def test_errors_have_their_status_and_code(fault: Fault, status: int, code: str | None) -> None:
    with faulty(fault) as server:
        reply = ask(server)
    assert reply.status == status
    assert reply.body["error"]["code"] == code
    assert reply.body["error"]["message"]
    (served,) = server.served
    assert (served.status, served.fault, served.delivered) == (status, fault, True)
    assert not served.answered


def test_an_unsupported_parameter_is_refused_until_it_is_gone() -> None:
    with faulty(Fault.UNSUPPORTED_PARAMETER) as server:
        refused = [ask(server, form(temperature=0.7)) for _ in range(2)]
        taken = ask(server)
    with faulty(Fault.UNSUPPORTED_PARAMETER, refused_parameter="seed") as server:
        other = [ask(server, form(temperature=0.7)), ask(server, form(seed=1))]
    assert [reply.status for reply in (*refused, taken)] == [400, 400, 200]
    error = refused[0].body["error"]
    assert (error["code"], error["param"]) == ("unsupported_parameter", "temperature")
    assert [reply.status for reply in other] == [200, 400]


def test_retry_after_in_seconds() -> None:
    with faulty(Fault.RATE_LIMIT, retry_after_s=0.25) as server:
        assert ask(server).headers["Retry-After"] == "0.25"


def test_retry_after_as_a_date() -> None:
    form_of_date = RetryAfterForm.DATE
    with faulty(Fault.RATE_LIMIT, retry_after_s=90.0, retry_after_form=form_of_date) as server:
        reply = ask(server)
    assert parsedate_to_datetime(reply.headers["Retry-After"]).tzinfo is not None


def test_retry_after_in_milliseconds_or_not_at_all() -> None:
    with faulty(Fault.RATE_LIMIT, retry_after_form=RetryAfterForm.MILLISECONDS) as server:
        reply = ask(server)
    assert reply.headers["Retry-After-Ms"] == "200"
    assert reply.headers["Retry-After"] is None
    with faulty(Fault.RATE_LIMIT, retry_after_form=RetryAfterForm.NONE) as server:
        assert ask(server).headers["Retry-After"] is None


def test_a_retry_may_succeed() -> None:
    runs: list[list[int]] = []
    for _ in range(2):
        with ModelServer(ServerSettings(faults={Fault.RATE_LIMIT: 0.5})) as server:
            runs.append([ask(server).status for _ in range(12)])
    assert set(runs[0]) == {200, 429}
    assert runs[0] == runs[1]


def test_a_hanging_request_is_over_when_the_client_leaves() -> None:
    with faulty(Fault.HANG) as server:
        with connected(server, timeout_s=0.05) as connection:
            send(connection, form())
            with pytest.raises(TimeoutError):
                connection.getresponse()
            assert server.served == ()
        (served,) = server.wait_served(1)
    assert (served.fault, served.status, served.delivered) == ("hang", 0, False)


def test_connections_are_dropped_before_the_headers() -> None:
    with faulty(Fault.DROP_BEFORE_HEADERS) as server:
        with pytest.raises(http.client.RemoteDisconnected):
            ask(server)
        (served,) = server.served
    assert (served.status, served.delivered) == (0, False)


@pytest.mark.parametrize(
    ("fault", "some"), [(Fault.DROP_AFTER_HEADERS, False), (Fault.DROP_MID_BODY, True)]
)
def test_connections_are_dropped_after_the_headers(fault: Fault, some: bool) -> None:
    with faulty(fault) as server, connected(server) as connection:
        send(connection, form())
        response = connection.getresponse()
        assert response.status == 200
        with pytest.raises(http.client.IncompleteRead) as caught:
            response.read()
        assert bool(caught.value.partial) == some
        (served,) = server.served
    assert (served.status, served.delivered, served.answered) == (200, False, False)


def test_a_cut_off_reply_says_so() -> None:
    with ModelServer() as server:
        whole = ask(server).body["choices"][0]["message"]["content"]
    with faulty(Fault.CUT_OFF) as server:
        (choice,) = ask(server).body["choices"]
    said = choice["message"]["content"]
    assert choice["finish_reason"] == "length"
    assert 0 < len(said) < len(whole)
    assert whole.startswith(said)


def test_a_filtered_reply_has_no_text() -> None:
    with faulty(Fault.FILTERED) as server:
        (choice,) = ask(server).body["choices"]
    assert choice["finish_reason"] == "content_filter"
    assert choice["message"]["content"] is None


def test_garbage_and_oversized_replies_arrive_whole() -> None:
    with faulty(Fault.GARBAGE) as server:
        assert ask(server).body["choices"][0]["message"]["content"]
    with faulty(Fault.OVERSIZED) as server:
        assert len(ask(server).body["choices"][0]["message"]["content"]) > 1_000_000
        (served,) = server.served
    assert served.answered


def test_usage_can_be_wrong() -> None:
    with faulty(Fault.USAGE_MISSING) as server:
        assert "usage" not in ask(server).body
    with faulty(Fault.USAGE_NEGATIVE) as server:
        assert ask(server).body["usage"]["prompt_tokens"] < 0
    with faulty(Fault.USAGE_STRINGS) as server:
        assert int(ask(server).body["usage"]["total_tokens"].strip()) > 0
    with faulty(Fault.THINKING) as server:
        usage = ask(server).body["usage"]
    assert 0 < usage["completion_tokens_details"]["reasoning_tokens"] < usage["completion_tokens"]


def test_an_answer_comes_after_its_latency() -> None:
    with ModelServer(ServerSettings(latency_s=0.05)) as server:
        ask(server)
    (served,) = server.served
    assert served.ended_s - served.arrived_s > 0.0499


def test_a_request_given_up_during_the_latency_is_not_answered() -> None:
    with ModelServer(ServerSettings(latency_s=LONG_S)) as server:
        with connected(server) as connection:
            send(connection, form())
        (served,) = server.wait_served(1)
    assert (served.status, served.delivered, served.answered) == (0, False, False)


def test_a_client_that_leaves_in_mid_body_got_no_answer() -> None:
    body = json.dumps(form()).encode()
    head = b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
    with faulty(Fault.OVERSIZED) as server:
        address = urlsplit(server.url)
        with socket.socket() as wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            wire.connect((address.hostname, address.port))
            wire.sendall(head + body)
            assert wire.recv(16)
        (served,) = server.wait_served(1)
    assert not served.delivered


def test_the_end_of_the_server_drops_what_is_in_flight() -> None:
    with ModelServer(ServerSettings(latency_s=LONG_S)) as server:
        with connected(server) as connection:
            send(connection, form())
            get(server, "/v1/models")  # answered after the chat was read
            server.close()
            with pytest.raises(ConnectionError):
                connection.getresponse()
        (served,) = server.served
        with pytest.raises(ConnectionError):
            ask(server)
    assert (served.status, served.delivered) == (0, False)


def test_waiting_for_too_many_requests_ends() -> None:
    with ModelServer() as server, pytest.raises(TimeoutError):
        server.wait_served(1, timeout_s=0.01)


def test_many_clients_get_the_answers_that_one_gets() -> None:
    shares: dict[str, float] = {Fault.RATE_LIMIT: 0.3, Fault.SERVER_ERROR: 0.1, Fault.GARBAGE: 0.2}
    with ModelServer(ServerSettings(faults=shares)) as server:
        alone = [ask(server, form(number)) for number in range(64)]
    with ModelServer(ServerSettings(faults=shares, latency_s=0.02, sigma=0.5)) as server:
        with ThreadPoolExecutor(16) as threads:
            together = list(threads.map(lambda n: ask(server, form(n)), reversed(range(64))))
        assert len(server.served) == 64
    assert [r.body for r in reversed(together)] == [r.body for r in alone]
    assert [r.status for r in reversed(together)] == [r.status for r in alone]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / SPDY/1\r\n\r\n", 400),
        (b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST /v1/chat/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (BODY_LIMIT + 1), 413),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * (HEAD_LIMIT + 1), 431),
        (b"GET /v1/nowhere HTTP/1.0\r\n\r\n", 404),
        (b"GET /v1/chat/completions HTTP/1.0\r\n\r\n", 404),
    ],
)
def test_requests_that_it_cannot_take_are_refused(data: bytes, status: int) -> None:
    with ModelServer() as server:
        answer = raw(server, data)
        assert server.served == ()
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["type"] == "invalid_request_error"


def test_a_chat_that_is_not_json_is_refused_and_recorded() -> None:
    with ModelServer() as server:
        reply = ask(server, "not an object")
        (served,) = server.served
    assert reply.status == 400
    assert (served.status, served.model) == (400, "")


def test_a_port_that_is_taken_is_a_usage_error() -> None:
    with ModelServer() as server:
        port = urlsplit(server.url).port
        assert port is not None
        with (
            pytest.raises(UsageError, match=str(port)),
            ModelServer(ServerSettings(port=port)),
        ):
            pass


def test_the_openai_sdk_understands_it() -> None:
    import openai

    settings = ServerSettings(key="sk-test", vocabulary=SPOT.vocabulary)
    with ModelServer(settings) as server:
        with openai.OpenAI(base_url=server.url, api_key="sk-test", max_retries=0) as client:
            answer = client.chat.completions.create(
                model="strong", messages=[{"role": "user", "content": PROMPT}]
            )
            names = [model.id for model in client.models.list()]
        with (
            openai.OpenAI(base_url=server.url, api_key="sk-no", max_retries=0) as client,
            pytest.raises(openai.AuthenticationError),
        ):
            client.models.list()
    assert (answer.choices[0].message.content or "").startswith("IDEA: ")
    assert answer.usage is not None
    assert answer.usage.total_tokens > 0
    assert "weak" in names
    assert [one.answered for one in server.served] == [True]


@contextmanager
def command(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "adrs.testing.model_server", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_it_is_told_to_end(ending: signal.Signals) -> None:
    arguments = ("--port", "0", "--seed", "1", "--problem", "spot", "--latency", "0.01")
    more = ("--sigma", "0.5", "--rate-429", "0", "--rate-drop", "0.0", "--key", "sk-test")
    with command(*arguments, *more) as process:
        assert process.stdout is not None
        address = urlsplit(process.stdout.readline().strip())
        assert address.path == "/v1"
        with closing(http.client.HTTPConnection("127.0.0.1", address.port, timeout=60)) as client:
            send(client, form(), key="sk-test")
            reply = receive(client)
            client.request("GET", "/v1/stats")
            stats = receive(client)
        process.send_signal(ending)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")
    assert [one["answered"] for one in stats.body["served"]] == [True]
    said = reply.body["choices"][0]["message"]["content"]
    assert said.startswith("IDEA: ")
    assert evolve_region(SPOT.initial.source, where="test").body not in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rate-429", "0.7", "--rate-hang", "0.7"), "add up"),
        (("--problem", "nothing-like-it"), "nothing-like-it"),
        (("--latency", "-1"), "latency_s"),
        (("--no-such-option",), "no-such-option"),
    ],
)
def test_wrong_options_end_the_command_with_code_2(
    arguments: tuple[str, ...], message: str
) -> None:
    with command(*arguments) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert message in err
