"""HTTP/1.1 on one connection, with an eye on whether the client is still there."""

import asyncio
import select
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

HEAD_LIMIT = 65_536
BODY_LIMIT = 64 * 1024 * 1024
_CHUNK = 262_144
_HEAD_END = b"\r\n\r\n"
_LEFT = select.POLLRDHUP | select.POLLHUP | select.POLLERR
_RESET = select.POLLHUP | select.POLLERR


class MalformedRequestError(ValueError):
    """What came is no request that this server takes; the connection cannot go on.

    Attributes:
        status: the HTTP status to say so with.
    """

    def __init__(self, status: int) -> None:
        super().__init__(HTTPStatus(status).phrase)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request; the names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    keep_alive: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response with a JSON body."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def head(self, *, keep_alive: bool) -> bytes:
        """Return status line and headers."""
        fields = {
            "Content-Type": "application/json",
            "Content-Length": str(len(self.body)),
            "Connection": "keep-alive" if keep_alive else "close",
            **self.headers,
        }
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


class Connection:
    """One client's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._buffer = bytearray()
        writer.transport.set_write_buffer_limits(high=0)  # so that drain() waits for the socket

    async def request(self) -> HttpRequest | None:
        """Read the next request; None when the client has left.

        Raises:
            MalformedRequestError: it is no HTTP/1 request, or is too large.
            ConnectionError: the connection broke.
        """
        while (end := self._buffer.find(_HEAD_END)) < 0:
            if len(self._buffer) > HEAD_LIMIT:
                raise MalformedRequestError(431)
            if not await self._more():
                return None
        head = parsed_head(bytes(self._buffer[:end]))
        size = _body_size(head)
        if "100-continue" in head.headers.get("expect", "").lower():
            self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        start = end + len(_HEAD_END)
        while len(self._buffer) < start + size:
            if not await self._more():
                return None
        body = bytes(self._buffer[start : start + size])
        del self._buffer[: start + size]
        return HttpRequest(
            method=head.method,
            path=head.path,
            headers=head.headers,
            body=body,
            keep_alive=head.keep_alive,
        )

    async def left_before(self, deadline: float | None) -> bool:
        """Wait until the loop's clock shows `deadline`; return True at once if the client leaves.

        Without a deadline it waits until the client leaves.
        """
        try:
            async with asyncio.timeout_at(deadline):
                while len(self._buffer) <= BODY_LIMIT and await self._more():
                    pass  # the next request, sent early
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return True

    async def send(self, data: bytes) -> bool:
        """Send, and return whether the socket took all of it while the client was there."""
        if self._client_is(_LEFT):
            return False
        try:
            self._writer.write(data)
            await self._writer.drain()
        except ConnectionError:
            return False
        return not self._client_is(_RESET)

    def close(self) -> None:
        """Close, once all that was sent is out."""
        self._writer.close()

    def drop(self) -> None:
        """Close now, whatever is not out yet."""
        self._writer.transport.abort()

    async def _more(self) -> bool:
        data = await self._reader.read(_CHUNK)
        self._buffer += data
        return bool(data)

    def _client_is(self, events: int) -> bool:
        """Ask the kernel, which knows of a close before the event loop does."""
        if self._writer.is_closing():
            return True
        poll = select.poll()
        poll.register(self._writer.get_extra_info("socket").fileno(), events)
        return bool(poll.poll(0))


def parsed_head(head: bytes) -> HttpRequest:
    """Read a request line and headers.

    Raises:
        MalformedRequestError: they are not HTTP/1.
    """
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise MalformedRequestError(400)
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    asked = headers.get("connection", "").lower()
    keep = "keep-alive" in asked if words[2] == "HTTP/1.0" else "close" not in asked
    path = words[1].partition("?")[0]
    return HttpRequest(method=words[0], path=path, headers=headers, keep_alive=keep)


def _body_size(head: HttpRequest) -> int:
    if "transfer-encoding" in head.headers:
        raise MalformedRequestError(411)
    text = head.headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit()):
        raise MalformedRequestError(400)
    if len(text) > 12 or int(text) > BODY_LIMIT:
        raise MalformedRequestError(413)
    return int(text)
