"""The scorer process: simulator, hidden future, held-out seeds and bounds; no keys.

Started by `start_scorer` as `python -m adrs.evaluation.scorer FD LEVEL`: one end of a socket pair
and the isolation level of its sandbox. The sandbox is made ready before the first message tells the
task. Then it evaluates what it is asked to, one request at a time, until the other end closes.
"""

import ctypes
import signal
import sys
import traceback
from contextlib import nullcontext, suppress
from multiprocessing.connection import Connection

from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.errors import AdrsError, SandboxUnavailableError, in_one_line
from adrs.evaluation.cores import keep_to_one_core
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.scoring import Scoring
from adrs.evaluation.wire import (
    BoundsNotice,
    BoundsReply,
    BoundsRequest,
    EvaluateReply,
    EvaluateRequest,
    FaultReply,
    Start,
    decode,
    encode,
)
from adrs.sandbox.protocol import Sandbox
from adrs.sandbox.zygote_sandbox import ZygoteSandbox

PR_SET_PDEATHSIG = 1


class _HarnessGoneError(Exception):
    """The harness closed its end, and nobody waits for an answer.

    An evaluator may raise EOFError and ConnectionError too, of a file or a server of its own.
    """


def serve(connection: Connection, level: IsolationLevel) -> None:
    """Answer requests until the harness closes its end."""
    with suppress(_HarnessGoneError):
        try:
            with ZygoteSandbox(level) as sandbox:
                _work(connection, sandbox)
        except AdrsError as exc:
            _send(connection, FaultReply(kind=type(exc).__name__, message=str(exc)))


def _work(connection: Connection, sandbox: Sandbox) -> None:
    start = decode(_received(connection))
    assert isinstance(start, Start)
    task = start.task
    try:
        scoring = Scoring(task, build_evaluator(task.evaluator, task.params), sandbox)
        _serve(connection, scoring)
    except (AdrsError, _HarnessGoneError):
        raise
    except (Exception, SystemExit) as exc:  # noqa: BLE001 - an evaluator is a plug-in
        _send(connection, _evaluator_fault(task.evaluator, exc))


def _serve(connection: Connection, scoring: Scoring) -> None:
    while True:
        try:
            answer = _answer(scoring, _received(connection))
        except SandboxUnavailableError:
            return  # the sandbox died: the harness starts another scorer and sends the work again
        if answer is not None:
            _send(connection, answer)


def _received(connection: Connection) -> bytes:
    try:
        return connection.recv_bytes()
    except (EOFError, ConnectionError) as exc:
        raise _HarnessGoneError from exc


def _send(connection: Connection, message: EvaluateReply | BoundsReply | FaultReply) -> None:
    try:
        connection.send_bytes(encode(message))
    except ConnectionError as exc:
        raise _HarnessGoneError from exc


def _answer(scoring: Scoring, data: bytes) -> EvaluateReply | BoundsReply | None:
    request = decode(data)
    match request:
        case EvaluateRequest(program_id=program_id, source=source, split=split, rival=rival):
            program = Program(id=program_id, source=source)
            return EvaluateReply(evaluation=scoring.evaluate(program, split, rival))
        case BoundsRequest(split=split, start=start, stop=stop):
            return BoundsReply(values=scoring.bounds(split, start, stop))
        case BoundsNotice(split=split, values=values):
            scoring.set_bounds(split, values)
            return None
    raise AssertionError(f"a scorer was sent {type(request).__name__}")


def _evaluator_fault(evaluator: str, exc: BaseException) -> FaultReply:
    last = traceback.extract_tb(exc.__traceback__)[-1]
    return FaultReply(
        kind="EvaluatorError",
        message=f"evaluator {evaluator} failed: {type(exc).__name__}: {in_one_line(exc)} "
        f"({last.filename}:{last.lineno}, in {last.name})",
    )


def main() -> None:
    """Serve as the arguments say."""
    # Whoever interrupts every process means the harness, which decides what to finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    fd, level = sys.argv[1:]
    claim = keep_to_one_core()
    with Connection(int(fd)) as connection, claim or nullcontext():
        serve(connection, IsolationLevel[level])


if __name__ == "__main__":
    main()
