"""The server: a thread with an event loop, one coroutine a connection."""

import asyncio
import contextlib
import socket
import threading
from dataclasses import asdict
from types import TracebackType
from typing import NamedTuple

from adrs.errors import UsageError
from adrs.testing.model_server import payloads
from adrs.testing.model_server.desk import Desk, Plan
from adrs.testing.model_server.faults import DROPS, Fault
from adrs.testing.model_server.payloads import ApiError
from adrs.testing.model_server.records import Records, Served
from adrs.testing.model_server.settings import ServerSettings
from adrs.testing.model_server.wire import (
    Connection,
    HttpRequest,
    MalformedRequestError,
    Response,
)

HOST = "127.0.0.1"
PREFIX = "/v1"
_BACKLOG = 1024
_SEND_BUFFER = 65_536
_TURNS = 6  # of the loop, from a ready socket or timer to what it causes
_TURNS_S = 1.0  # far more than two turns of the loop take, even while it writes answers


class ModelServer:
    """A model server for as long as the `with` block lasts. All methods are thread-safe.

    It takes connections from the moment the block begins. At its end every open connection is
    dropped; what was in flight is recorded as not delivered. A client that shuts down its sending
    side counts as gone. Entering raises `UsageError` when the port cannot be had.
    """

    def __init__(self, settings: ServerSettings | None = None) -> None:
        self._settings = settings or ServerSettings()
        self._desk = Desk(self._settings)
        self._records = Records()
        self._stop = asyncio.Event()
        self._turn = asyncio.Lock()
        self._talks: dict[Connection, asyncio.Task[None]] = {}

    def __enter__(self) -> "ModelServer":
        try:
            self._socket = socket.create_server((HOST, self._settings.port), backlog=_BACKLOG)
            # Every connection inherits it; a larger buffer would take a large answer that its
            # client never reads.
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        except OSError as exc:
            raise UsageError(f"port {self._settings.port}: cannot be served on: {exc}.") from exc
        self._port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="model-server", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving and drop every connection; the end of the `with` block does this too."""
        with contextlib.suppress(RuntimeError):  # it is closed already
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def url(self) -> str:
        """The base URL that clients of the API take; `url`/stats tells what was served, as JSON."""
        return f"http://{HOST}:{self._port}{PREFIX}"

    @property
    def served(self) -> tuple[Served, ...]:
        """The chat requests that are over, in the order of their ends.

        A response that a client has seen whole is among them.
        """
        told = threading.Event()
        with contextlib.suppress(RuntimeError):  # the loop is closed: everything is recorded
            # The loop may be between sending and recording; two turns later it is not.
            self._loop.call_soon_threadsafe(self._loop.call_soon, told.set)
            told.wait(_TURNS_S)
        return self._records.snapshot()

    def wait_served(self, count: int, *, timeout_s: float = 30.0) -> tuple[Served, ...]:
        """Wait until `count` chat requests are over, and return all that are.

        Raises:
            TimeoutError: there were fewer after `timeout_s` seconds.
        """
        return self._records.at_least(count, timeout_s=timeout_s)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        server = await asyncio.start_server(self._talk, sock=self._socket)
        await self._stop.wait()
        server.close()
        async with self._turn:  # whoever waited for it before has got a record to end
            talks = tuple(self._talks.values())
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer)
        task = asyncio.current_task()
        assert task is not None
        self._talks[connection] = task
        try:
            while (request := await connection.request()) is not None:
                if not await self._answered(connection, request):
                    break
        except MalformedRequestError as exc:
            problem = ApiError(status=exc.status, message=str(exc), kind="invalid_request_error")
            await connection.send(_whole(_failed(problem), keep_alive=False))
        except ConnectionError:
            pass  # the client has left
        except asyncio.CancelledError:
            connection.drop()
        finally:
            connection.close()
            del self._talks[connection]

    async def _answered(self, connection: Connection, request: HttpRequest) -> bool:
        """Answer a request; return whether the connection can be used for another."""
        route = (request.method, request.path.removeprefix(PREFIX))
        if route == ("POST", "/chat/completions"):
            return await self._complete(connection, request)
        if route == ("GET", "/models"):
            response = self._desk.models(request)
        elif route == ("GET", "/stats"):
            served = [{**asdict(one), "answered": one.answered} for one in self._records.snapshot()]
            response = Response(body=payloads.encoded({"served": served}))
        else:
            text = f"Unknown request URL: {request.method} {request.path}."
            response = _failed(ApiError(status=404, message=text, kind="invalid_request_error"))
        sent = await connection.send(_whole(response, keep_alive=request.keep_alive))
        return sent and request.keep_alive

    async def _complete(self, connection: Connection, request: HttpRequest) -> bool:
        arrived_s = self._loop.time()
        async with self._turn:
            # Writing an answer takes milliseconds. First whatever came or fell due meanwhile has
            # its turns, so that latencies are kept and count from a request's arrival.
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            plan = self._desk.chat(request)
        status, delivered = 0, False
        try:
            if await _client_waits(connection, plan, arrived_s):
                status, delivered = await _perform(connection, plan, request.keep_alive)
        finally:
            served = Served(
                model=plan.model,
                digest=plan.digest,
                repeat=plan.repeat,
                fault=plan.fault.value if plan.fault else "",
                status=status,
                delivered=delivered,
                arrived_s=arrived_s,
                ended_s=self._loop.time(),
            )
            self._records.add(served)
        return delivered and request.keep_alive


async def _client_waits(connection: Connection, plan: Plan, arrived_s: float) -> bool:
    """Let the latency pass; return whether the client is still there."""
    if plan.fault is Fault.HANG:
        return not await connection.left_before(None)
    if plan.latency_s <= 0.0:
        return True
    return not await connection.left_before(arrived_s + plan.latency_s)


async def _perform(connection: Connection, plan: Plan, keep_alive: bool) -> "_Sent":
    """Send the response, or as much of it as the plan's fault lets through."""
    response = plan.response
    whole = _whole(response, keep_alive=keep_alive)
    part = len(whole) - len(response.body)
    if plan.fault not in DROPS:
        sent = await connection.send(whole)
        return _Sent(response.status if sent else 0, sent)
    if plan.fault is Fault.DROP_BEFORE_HEADERS:
        return _Sent(0, False)
    if plan.fault is Fault.DROP_MID_BODY:
        part += len(response.body) // 2
    return _Sent(response.status if await connection.send(whole[:part]) else 0, False)


class _Sent(NamedTuple):
    status: int
    delivered: bool


def _whole(response: Response, *, keep_alive: bool) -> bytes:
    return response.head(keep_alive=keep_alive) + response.body


def _failed(problem: ApiError) -> Response:
    return Response(status=problem.status, body=payloads.error(problem))
