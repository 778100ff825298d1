"""The scorer's end of a candidate's two pipes; believes nothing that comes out of them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from adrs.core.evaluation import Verdict
from adrs.sandbox.frames import (
    FAILURE_VERDICTS,
    HEADER,
    HEADER_BYTES,
    NO_SLOT,
    SLOT,
    TEXT_LIMIT,
    Kind,
    Part,
)

_CHUNK = 65_536
_FAILURE_LIMIT = SLOT.size + TEXT_LIMIT


class ChannelClosed(Exception):
    """The candidate's end is gone."""


class FrameViolation(Exception):
    """The candidate sent what its stub never sends; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureReport:
    """A FAILURE frame, read: what the candidate's own process says of its end."""

    verdict: Verdict
    text: str
    slot: int | None


class ReportedFailure(Exception):
    """The candidate's stub reported the end of the session."""

    def __init__(self, report: FailureReport) -> None:
        super().__init__(report.text)
        self.report = report


class Channel:
    """Frames out, frames in, one at a time, blocking."""

    def __init__(self, request_fd: int, reply_fd: int) -> None:
        self._request_fd = request_fd
        self._reply_fd = reply_fd

    def send(self, data: bytes) -> None:
        """Write a whole frame that is in one piece, as the many small ones are.

        Raises:
            ChannelClosed: nobody can read it any more.
        """
        try:
            written = os.write(self._request_fd, data)
        except BrokenPipeError:
            raise ChannelClosed from None
        if written < len(data):
            self.send_parts([memoryview(data)[written:]])

    def send_parts(self, parts: Sequence[Part]) -> None:
        """Write a whole frame that is in parts, without joining them.

        Raises:
            ChannelClosed: nobody can read it any more.
        """
        missing = [part for part in parts if len(part)]
        try:
            while missing:
                written = os.writev(self._request_fd, missing)
                while missing and written >= len(missing[0]):
                    written -= len(missing.pop(0))
                if written:
                    missing[0] = memoryview(missing[0])[written:]
        except BrokenPipeError:
            raise ChannelClosed from None

    def receive_exactly(self, kind: int, seq: int, count: int, size: int) -> bytes:
        """Read the one frame that may come now and return it, header included.

        Raises:
            ReportedFailure: a failure came instead.
            FrameViolation: anything else came.
            ChannelClosed: nothing came.
        """
        whole = HEADER_BYTES + size
        # One byte more than is due shows an unsolicited second message without another call.
        data = os.read(self._reply_fd, whole + 1)
        if len(data) == whole and data.startswith(HEADER.pack(kind, seq, count, size)):
            return data
        frame = self._rest_of_frame(data, max(size, _FAILURE_LIMIT))
        self._check(frame, kind, seq, count)
        if len(frame) != whole:
            raise FrameViolation(f"a reply of {len(frame)} bytes, expected {whole}")
        return frame

    def receive_at_most(self, kind: Kind, seq: int, count: int, limit: int) -> memoryview:
        """Read the one frame that may come now and return its body of at most `limit` bytes.

        Raises:
            ReportedFailure, FrameViolation, ChannelClosed: as `receive_exactly`.
        """
        data = os.read(self._reply_fd, _CHUNK)
        frame = self._rest_of_frame(data, max(limit, _FAILURE_LIMIT))
        self._check(frame, kind, seq, count)
        body = memoryview(frame)[HEADER_BYTES:]
        if len(body) > limit:
            raise FrameViolation(f"a reply of {len(body)} bytes, at most {limit} are allowed")
        return body

    def receive_handshake(self) -> tuple[int, bytes]:
        """Read a frame sent before any candidate code ran; return its kind and body.

        Raises:
            FrameViolation, ChannelClosed: as `receive_exactly`.
        """
        frame = self._rest_of_frame(os.read(self._reply_fd, _CHUNK), _FAILURE_LIMIT)
        return HEADER.unpack_from(frame)[0], frame[HEADER_BYTES:]

    def _rest_of_frame(self, data: bytes, limit: int) -> bytes:
        data = self._until(data, HEADER_BYTES)
        size = HEADER.unpack_from(data)[3]
        if size > limit:
            raise FrameViolation(f"a reply announces {size} bytes, at most {limit} are allowed")
        data = self._until(data, HEADER_BYTES + size)
        if len(data) > HEADER_BYTES + size:
            raise FrameViolation("more than one message was sent for one question")
        return data

    def _until(self, data: bytes, length: int) -> bytes:
        if len(data) >= length:
            return data
        buffer = bytearray(data)
        while len(buffer) < length:
            more = os.read(self._reply_fd, length - len(buffer) + 1)
            if not more:
                raise ChannelClosed
            buffer += more
        return bytes(buffer)

    def _check(self, frame: bytes, kind: int, seq: int, count: int) -> None:
        found_kind, found_seq, found_count, _ = HEADER.unpack_from(frame)
        if found_seq != seq:
            raise FrameViolation(f"a reply to message {found_seq}, expected one to {seq}")
        if found_kind == Kind.FAILURE:
            raise ReportedFailure(_failure_report(frame[HEADER_BYTES:], found_count))
        if found_kind != kind or found_count != count:
            raise FrameViolation(f"a message of kind {found_kind}, expected {Kind(kind).name}")


def _failure_report(body: bytes, code: int) -> FailureReport:
    if code >= len(FAILURE_VERDICTS) or not SLOT.size <= len(body) <= _FAILURE_LIMIT:
        raise FrameViolation("a malformed failure report")
    (slot,) = SLOT.unpack_from(body)
    return FailureReport(
        verdict=FAILURE_VERDICTS[code],
        text=body[SLOT.size :].decode("utf-8", "replace"),
        slot=None if slot == NO_SLOT else slot,
    )
