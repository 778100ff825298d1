"""One candidate's session as the scorer sees it."""

import math
import os
import signal
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

from adrs.core.evaluation import Verdict
from adrs.core.interface import Interface, OnlineInterface, PlannerInterface
from adrs.core.problem import Limits
from adrs.errors import EvaluatorError, SandboxUnavailableError
from adrs.sandbox.channel import (
    Channel,
    ChannelClosed,
    FailureReport,
    FrameViolation,
    ReportedFailure,
)
from adrs.sandbox.frames import (
    HEADER,
    HEADER_BYTES,
    FrameError,
    Kind,
    Part,
    bundle_parts,
    clean_text,
    frame,
    framed,
    unpack_arrays,
)
from adrs.sandbox.process import CandidateProcess, Ending
from adrs.sandbox.protocol import Argument, PolicyFailed
from adrs.sandbox.requests import OnlineRequests, planner_arrays
from adrs.sandbox.watchdog import Watch, Watchdog

_EXIT_PATIENCE_S = 1.0
_NUMBERS = 256  # drawn at a time
_DECISION = np.dtype("<i4")
# Plain ints: an enum's member costs as much as the rest of packing a header.
_DECIDE, _DECISIONS = int(Kind.DECIDE), int(Kind.DECISIONS)
_FAULTS = (ChannelClosed, FrameViolation, ReportedFailure)

ReplyT = TypeVar("ReplyT")


class ZygoteSession:
    """A `Session` whose candidate is a locked fork of the zygote."""

    def __init__(
        self,
        process: CandidateProcess,
        watchdog: Watchdog,
        interface: Interface,
        limits: Limits,
        on_close: Callable[["ZygoteSession"], None],
    ) -> None:
        self._process = process
        self._watchdog = watchdog
        self._interface = interface
        self._limits = limits
        self._on_close = on_close
        self._watch: Watch = watchdog.watch(process, limits)
        self._channel = Channel(process.request_fd, process.reply_fd)
        self._numbers = _unforeseeable()
        self._open = True
        self._final_cpu_s = 0.0
        self._requests: OnlineRequests | None = None
        self._actions = 0
        if isinstance(interface, OnlineInterface):
            self._requests = OnlineRequests(interface)
            self._actions = len(interface.actions)

    def start(self, source: bytes) -> None:
        """Wait for the process to be locked, then send it the program and wait for its answer.

        Raises:
            PolicyFailed: as `Sandbox.open`.
            SandboxUnavailableError: the process could not be locked.
        """
        try:
            kind, body = self._channel.receive_handshake()
        except ChannelClosed:
            kind, body = Kind.UNLOCKABLE, b"its process ended"
        if kind != Kind.LOCKED:
            self.close()
            raise SandboxUnavailableError(
                f"a candidate could not be locked in: {body.decode('utf-8', 'replace')}"
            )
        job = frame(Kind.JOB, 0, self._limits.output_bytes, source)
        self._ask([job], partial(self._channel.receive_exactly, Kind.READY, 0, 0, 0), None)

    def begin(self, setups: NDArray[np.void]) -> None:
        """Make one policy object per scenario."""
        self._online().check_begin(setups)
        seq, count = self._next(), len(setups)
        receive = partial(self._channel.receive_exactly, Kind.BEGUN, seq, 0, 0)
        slots = np.arange(count, dtype=np.int32)
        self._ask([frame(Kind.BEGIN, seq, count, setups.tobytes())], receive, slots)

    def decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> NDArray[np.int32]:
        """Ask the policies of several scenarios for one decision each."""
        self._online().check_decide(slots, observations)
        seq, count = self._next(), len(slots)
        body = slots.tobytes() + observations.tobytes()
        try:
            self._channel.send(HEADER.pack(_DECIDE, seq, count, len(body)) + body)
            reply = self._channel.receive_exactly(_DECISIONS, seq, count, 4 * count)
        except _FAULTS as exc:
            self._fail(exc, slots)
        # As unsigned numbers the negative ones are too large as well. (Over some hundred numbers
        # this is as fast as numpy, and over a few it is five times faster.)
        if max(memoryview(reply)[HEADER_BYTES:].cast("I")) >= self._actions:
            self._fail(FrameViolation("a decision out of range"), slots)
        return np.frombuffer(bytearray(reply), _DECISION, count, HEADER_BYTES)

    def plan(
        self, slot: int, arguments: Sequence[Argument], *, cpu_s: float = math.inf
    ) -> tuple[NDArray[np.generic], ...]:
        """Ask for one plan."""
        interface = self._interface
        if not isinstance(interface, PlannerInterface):
            raise EvaluatorError("plan was called in a session of an online interface")
        arrays = planner_arrays(interface, arguments)
        seq, asked = self._next(), np.array([slot], np.int32)
        bundle = bundle_parts(arrays, interface.arguments)
        request = framed(Kind.PLAN, seq, len(arrays), bundle)
        count = len(interface.result)
        limit = self._limits.output_bytes
        receive = partial(self._channel.receive_at_most, Kind.RESULT, seq, count, limit)
        if math.isfinite(cpu_s):
            self._watchdog.allow(self._watch, cpu_s)
        body = self._ask(request, receive, asked)
        overrun = self._watch.settle()
        if overrun:
            self.close()
            raise PolicyFailed(Verdict.TIMEOUT, overrun, slot)
        try:
            return unpack_arrays(body, interface.result)
        except FrameError as exc:
            self._fail(FrameViolation(str(exc)), asked)

    @property
    def cpu_s(self) -> float:
        """CPU seconds of the candidate process so far, its start included."""
        return self._process.cpu_s() if self._open else self._final_cpu_s

    def close(self) -> None:
        """Kill and reap the candidate process; safe to call twice."""
        if self._open:
            self._end()

    def _online(self) -> OnlineRequests:
        if self._requests is None:
            raise EvaluatorError("begin or decide was called in a session of a planner interface")
        return self._requests

    def _next(self) -> int:
        if not self._open:
            raise EvaluatorError("the session has ended; only close may be called")
        return next(self._numbers)

    def _ask(
        self,
        request: Sequence[Part],
        receive: Callable[[], ReplyT],
        slots: NDArray[np.int32] | None,
    ) -> ReplyT:
        try:
            self._channel.send_parts(request)
            return receive()
        except _FAULTS as exc:
            self._fail(exc, slots)

    def _fail(self, fault: Exception, slots: NDArray[np.int32] | None) -> NoReturn:
        """End the session and raise what the fault means; `slots` are the scenarios asked."""
        only = int(slots[0]) if slots is not None and len(slots) == 1 else None
        if isinstance(fault, ReportedFailure):
            verdict, text, slot = self._judged(fault.report, slots)
        elif isinstance(fault, FrameViolation):
            verdict, text, slot = Verdict.SECURITY, f"broke the message protocol: {fault}", None
        else:
            verdict, text = self._cause_of_death()
            slot = None
        self.close()
        raise PolicyFailed(verdict, clean_text(text), only if slot is None else slot) from None

    def _judged(
        self, report: FailureReport, slots: NDArray[np.int32] | None
    ) -> tuple[Verdict, str, int | None]:
        if report.slot is not None and (slots is None or report.slot not in slots):
            text = f"broke the message protocol: a failure in scenario {report.slot}, not asked"
            return Verdict.SECURITY, text, None
        return report.verdict, report.text, report.slot

    def _cause_of_death(self) -> tuple[Verdict, str]:
        by_itself = self._process.ended_within(_EXIT_PATIENCE_S)
        ending = self._end()
        if self._watch.expired:
            return Verdict.TIMEOUT, self._watch.expired
        if ending is None:
            raise SandboxUnavailableError("the sandbox's zygote died during a session")
        if not by_itself:
            return Verdict.CRASH, "closed its reply channel"
        return _verdict_of(ending, self._limits)

    def _end(self) -> Ending | None:
        self._open = False
        self._watchdog.release(self._watch)
        last_cpu_s = self._process.cpu_s()
        ending = self._process.end()
        self._final_cpu_s = last_cpu_s if ending is None else max(last_cpu_s, ending.cpu_s)
        self._on_close(self)
        return ending


def _unforeseeable() -> Iterator[int]:
    """Yield sequence numbers; a candidate that answers before it is asked cannot guess one."""
    while True:
        yield from struct.unpack(f"<{_NUMBERS}I", os.urandom(4 * _NUMBERS))


def _verdict_of(ending: Ending, limits: Limits) -> tuple[Verdict, str]:
    if not ending.signal:
        return (
            Verdict.CRASH,
            f"its process exited with status {os.waitstatus_to_exitcode(ending.status)}",
        )
    if ending.signal == signal.SIGSYS:
        return Verdict.SECURITY, "made a system call that only an attack makes"
    out_of_time = ending.signal == signal.SIGKILL and ending.cpu_s >= limits.cpu_s
    if ending.signal == signal.SIGXCPU or out_of_time:
        return Verdict.TIMEOUT, f"used more than {limits.cpu_s:g} s of CPU time"
    return Verdict.CRASH, f"its process was killed by {signal.Signals(ending.signal).name}"
