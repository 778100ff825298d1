"""The candidate's process: locks itself down, compiles the program, answers frame by frame."""

import mmap
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

from adrs.core.evaluation import Verdict
from adrs.core.interface import Interface, OnlineInterface, PlannerInterface
from adrs.sandbox.frames import (
    FAILURE_VERDICTS,
    HEADER,
    HEADER_BYTES,
    Kind,
    clean_text,
    failure_body,
    frame,
    pack_arrays,
    unpack_arrays,
)
from adrs.sandbox.lockdown import REPLY_FD, REQUEST_FD, Lockdown, keep_only, lock_down
from adrs.sandbox.policy import CandidateError, OnlineForm, OnlinePolicies, Planner, load_entry

_CHUNK = 65_536
_BEGIN, _DECISIONS = int(Kind.BEGIN), int(Kind.DECISIONS)
_BALLAST = 8 * 1024 * 1024
_STATUS_NOT_LOCKED = 71
_STATUS_BROKEN = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLimits:
    """What the zygote knows of a child before it is forked."""

    request_fd: int
    reply_fd: int
    address_space_bytes: int
    cpu_s: int


class Desk:
    """What a child serves: an interface and what follows from it, made before the fork."""

    def __init__(self, interface: Interface) -> None:
        self.interface = interface
        self.form = OnlineForm(interface) if isinstance(interface, OnlineInterface) else None


def run_child(lockdown: Lockdown, limits: ChildLimits, desk: Desk) -> NoReturn:
    """Be a candidate's process, from the fork to the end of the process."""
    status = _STATUS_NOT_LOCKED
    try:
        keep_only(lockdown.architecture, limits.request_fd, limits.reply_fd)
        _lock_down_or_say_why(lockdown, limits)
        status = _STATUS_BROKEN
        _Stub(desk).run()
        status = 0
    finally:
        # Never return into the zygote's frames, whatever the candidate has done to this one.
        os._exit(status)


def _lock_down_or_say_why(lockdown: Lockdown, limits: ChildLimits) -> None:
    try:
        lock_down(lockdown, address_space_bytes=limits.address_space_bytes, cpu_s=limits.cpu_s)
    except (OSError, ValueError) as exc:
        text = clean_text(f"{type(exc).__name__}: {exc}").encode()
        os.write(REPLY_FD, frame(Kind.UNLOCKABLE, 0, 0, text))
        raise
    os.write(REPLY_FD, frame(Kind.LOCKED, 0, 0, b""))


class _HangUp(Exception):
    """The scorer closed its end: the session is over."""


class _Stub:
    """The loop between the wire and the program."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seq = 0
        self._asked = False
        # Given back when memory has run out, so that the end of the session can be told.
        # Mapped and not touched, it takes address space but no memory.
        self._ballast = mmap.mmap(-1, _BALLAST, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)

    def run(self) -> None:
        """Serve until the scorer hangs up or the candidate fails."""
        try:
            self._serve()
        except _HangUp:
            return
        except CandidateError as exc:
            self._ballast.close()
            code = FAILURE_VERDICTS.index(exc.verdict)
            _send(frame(Kind.FAILURE, self._seq, code, failure_body(exc.text, exc.slot)))
        except MemoryError:
            self._ballast.close()
            if not self._asked:
                self._receive()  # memory ran out while waiting for this request
            code = FAILURE_VERDICTS.index(Verdict.MEMORY)
            _send(frame(Kind.FAILURE, self._seq, code, failure_body("MemoryError", None)))

    def _serve(self) -> None:
        _, plan_limit, body = self._receive()
        source = str(body, "utf-8")
        del body
        interface = self._desk.interface
        if isinstance(interface, PlannerInterface):
            self._serve_planner(interface, source, plan_limit)
        elif self._desk.form is not None:
            self._serve_online(load_entry(source, interface.entry, "decide"), self._desk.form)

    def _serve_online(self, entry: Callable[..., Any], form: OnlineForm) -> None:
        policies = OnlinePolicies(entry, form)
        setups, rows_of = form.setup_record, form.observation_record.iter_unpack
        self._reply(frame(Kind.READY, 0, 0, b""))
        while True:
            kind, count, body = self._receive()
            if kind == _BEGIN:
                policies.begin(setups.iter_unpack(body) if setups.size else [()] * count)
                self._reply(frame(Kind.BEGUN, self._seq, 0, b""))
                continue
            slots = body[: 4 * count].cast("i")
            decisions = policies.decide(slots, rows_of(body[4 * count :]))
            answer = _answer_struct(count)
            self._reply(answer.pack(_DECISIONS, self._seq, count, 4 * count, *decisions))

    def _serve_planner(self, interface: PlannerInterface, source: str, plan_limit: int) -> None:
        planner = Planner(load_entry(source, interface.entry, None), interface.result)
        self._reply(frame(Kind.READY, 0, 0, b""))
        while True:
            _, _, body = self._receive()
            arrays = unpack_arrays(body, interface.arguments)
            del body
            results = planner.plan([a if a.ndim else a.item() for a in arrays])
            bundle = pack_arrays(results, interface.result)
            if len(bundle) > plan_limit:
                text = f"the plan has {len(bundle)} bytes, at most {plan_limit} are allowed"
                raise CandidateError(Verdict.INVALID, text)
            self._reply(frame(Kind.RESULT, self._seq, len(results), bundle))

    def _receive(self) -> tuple[int, int, memoryview]:
        """Read one whole request and note its number; return its kind, count and body."""
        data = os.read(REQUEST_FD, _CHUNK)
        while len(data) < HEADER_BYTES:
            data += _read_more(_CHUNK)
        kind, self._seq, count, size = HEADER.unpack_from(data)
        self._asked = True
        whole = data if len(data) == HEADER_BYTES + size else _completed(data, HEADER_BYTES + size)
        return kind, count, memoryview(whole)[HEADER_BYTES:]

    def _reply(self, data: bytes) -> None:
        self._asked = False
        _send(data)


@cache
def _answer_struct(count: int) -> struct.Struct:
    return struct.Struct(f"<4I{count}i")


def _completed(start: bytes, size: int) -> bytearray:
    """Read the rest of a frame of `size` bytes, piece by piece, to where it stays."""
    whole = bytearray(size)
    whole[: len(start)] = start
    end = len(start)
    while end < size:
        piece = _read_more(min(size - end, _CHUNK))
        whole[end : end + len(piece)] = piece
        end += len(piece)
    return whole


def _read_more(size: int) -> bytes:
    data = os.read(REQUEST_FD, size)
    if not data:
        raise _HangUp
    return data


def _send(data: bytes) -> None:
    written = os.write(REPLY_FD, data)
    while written < len(data):
        written += os.write(REPLY_FD, memoryview(data)[written:])
