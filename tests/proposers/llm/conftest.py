"""Real doubles of what the client works with, and a small HTTP server that answers by script."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from adrs.core.call import (
    Call,
    CallOutcome,
    CallRequest,
    CallSite,
    Message,
    Purpose,
    Speaker,
    Usage,
)
from adrs.core.trial import Arm
from adrs.errors import ArchiveError
from adrs.proposers.llm.breaker import BreakerPolicy
from adrs.proposers.llm.budget import Reservation
from adrs.proposers.llm.client import Client, Desk
from adrs.proposers.llm.models import ModelSpec
from adrs.proposers.llm.prices import Prices, PriceTable
from adrs.proposers.llm.protocol import CallFailed, RawReply
from adrs.proposers.llm.retry import RetryPolicy
from adrs.proposers.llm.settings import ModelSettings, Price
from adrs.proposers.protocol import BudgetSpent

KEY = "sk-adrs-0123456789abcdef"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC)


def reply(text: str = "hello", **changes: Any) -> RawReply:
    fields: dict[str, Any] = {
        "text": text,
        "raw": json.dumps({"text": text}),
        "finish": "stop",
        "usage": Usage(prompt_tokens=100, completion_tokens=10),
        **changes,
    }
    return RawReply(**fields)


def failure(outcome: CallOutcome, text: str = "", **changes: Any) -> CallFailed:
    return CallFailed(outcome, text or f"it was {outcome}", **changes)


class FakeClock:
    """A clock that moves when somebody sleeps. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.now_s = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        with self._lock:
            return self.now_s

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now_s += seconds


Line = RawReply | CallFailed | Callable[[], RawReply]


@dataclass
class ScriptedTransport:
    """Answers by script, its last line over and over; remembers what it was sent. Thread-safe."""

    script: Sequence[Line]
    sent: list[CallRequest] = field(default_factory=list)
    timeouts: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, request: CallRequest, *, timeout_s: float) -> RawReply:
        with self.lock:
            answer = self.script[min(len(self.sent), len(self.script) - 1)]
            self.sent.append(request)
            self.timeouts.append(timeout_s)
        if isinstance(answer, CallFailed):
            raise answer
        return answer if isinstance(answer, RawReply) else answer()


@dataclass
class MemoryLog:
    """Keeps calls in memory; `full_after` calls it fails as a full disk does. Thread-safe."""

    calls: list[Call] = field(default_factory=list)
    stored: dict[str, Call] = field(default_factory=dict)
    full_after: int | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, call: Call) -> None:
        with self.lock:
            if self.full_after is not None and len(self.calls) >= self.full_after:
                raise ArchiveError("no space left on device")
            self.calls.append(call)
            if call.outcome is CallOutcome.OK:
                self.stored[call.request.digest] = call

    def answer(self, request: CallRequest) -> Call | None:
        with self.lock:
            return self.stored.get(request.digest)

    @property
    def outcomes(self) -> list[str]:
        return [f"{c.request.model} {c.attempt} {c.outcome.value}" for c in self.calls]


@dataclass
class CallsBudget:
    """Grants a number of calls; remembers everything. Thread-safe."""

    calls: int = 10**6
    open: int = 0
    most_open: int = 0
    reserved: list[Reservation] = field(default_factory=list)
    settled: list[tuple[Usage, float | None]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reserve(self, estimate: Reservation) -> Reservation:
        with self.lock:
            if self.open + len(self.settled) >= self.calls:
                raise BudgetSpent("the budget of calls is used up")
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            self.reserved.append(estimate)
            return estimate

    def settle(self, ticket: Reservation, call: Call) -> None:
        with self.lock:
            self.open -= 1
            self.settled.append((call.usage, call.cost_usd))

    def release(self, ticket: Reservation) -> None:
        with self.lock:
            self.open -= 1


@dataclass
class Bench:
    """A client of scripted models, and all that it works with."""

    clock: FakeClock = field(default_factory=FakeClock)
    log: MemoryLog = field(default_factory=MemoryLog)
    budget: CallsBudget = field(default_factory=CallsBudget)
    stop: threading.Event = field(default_factory=threading.Event)
    notices: list[str] = field(default_factory=list)
    transports: dict[str, ScriptedTransport] = field(default_factory=dict)

    def client(
        self,
        scripts: Mapping[str, Sequence[Line]],
        *,
        settings: Mapping[str, ModelSettings] | None = None,
        retry: RetryPolicy | None = None,
        breaker: BreakerPolicy | None = None,
        real_waits: bool = False,
    ) -> Client:
        """Return a client; `scripts` gives each model ("test/a:2@strong") its lines."""
        specs = [ModelSpec.parse(text) for text in scripts]
        for spec, script in zip(specs, scripts.values(), strict=True):
            self.transports[spec.id] = ScriptedTransport(script)
        settings = settings or {
            s.id: ModelSettings(price=Price(input_usd=1.0, output_usd=2.0)) for s in specs
        }
        desk = Desk(
            transports=self.transports,
            log=self.log,
            budget=self.budget,
            stop=self.stop,
            on_notice=self.notices.append,
            sleeper=None if real_waits else self.clock.sleep,
            clock=self.clock,
            utc_now=lambda: NOW,
        )
        return Client(
            specs,
            settings=settings,
            prices=Prices(settings, PriceTable()),
            desk=desk,
            retry=retry,
            breaker=breaker,
        )

    def sent(self, model: str) -> int:
        return len(self.transports[model].sent)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def site(trial: int = 1) -> CallSite:
    return CallSite(
        arm=Arm.SEARCH,
        trial=trial,
        operator="refine",
        purpose=Purpose.PROPOSE,
        asked_after=0,
    )


def messages(text: str = "improve this") -> tuple[Message, ...]:
    return (
        Message(role=Speaker.SYSTEM, content="You schedule."),
        Message(role=Speaker.USER, content=text),
    )


@dataclass(frozen=True)
class Tools:
    """Makers of values, for tests that cannot import this file."""

    key: str = KEY
    reply: Callable[..., RawReply] = reply
    failure: Callable[..., CallFailed] = failure
    site: Callable[..., CallSite] = site
    messages: Callable[..., tuple[Message, ...]] = messages


@pytest.fixture(scope="session")
def tools() -> Tools:
    return Tools()


@dataclass(frozen=True)
class Received:
    """One request as the HTTP double got it."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass
class HttpDouble:
    """Answers POSTs by script: (status, headers, body), or "drop", or "silence"."""

    url: str
    script: list[Any] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    released: threading.Event = field(default_factory=threading.Event)

    def take(self, received: Received) -> Any:
        with self.lock:
            line = self.script[min(len(self.received), len(self.script) - 1)]
            self.received.append(received)
            return line


def completion(text: str = "hello", finish: str = "stop", **changes: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": {"prompt_tokens": 30, "completion_tokens": 20, "total_tokens": 50},
        **changes,
    }


def _handler(double: HttpDouble) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            line = double.take(Received(path=self.path, headers=headers, body=body))
            if line == "silence":
                double.released.wait(30)
            if isinstance(line, str):
                self.close_connection = True
                return
            status, extra, content = line
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in {"content-type": "application/json", **extra}.items():
                self.send_header(name, value)
            self.send_header("content-length", extra.get("x-length", str(len(raw))))
            self.end_headers()
            self.wfile.write(raw)
            if "x-length" in extra:  # less than was promised
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    return Handler


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # many clients come at once, and a full queue makes them wait seconds


@contextmanager
def serving() -> Iterator[HttpDouble]:
    double = HttpDouble(url="")
    server = _Server(("127.0.0.1", 0), _handler(double))
    double.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield double
    finally:
        double.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def http_double() -> Iterator[HttpDouble]:
    with serving() as double:
        yield double


@pytest.fixture(scope="module")
def lasting_http_double() -> Iterator[HttpDouble]:
    with serving() as double:
        yield double


@pytest.fixture(scope="session")
def chat() -> Callable[..., dict[str, Any]]:
    return completion
