"""The scorer processes of a run, one per core, and the work handed to them."""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any

from adrs import errors
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.errors import AdrsError, ScorerError
from adrs.evaluation.racing import rival_of
from adrs.evaluation.scorer_process import ScorerProcess, start_scorer
from adrs.evaluation.scoring import Task
from adrs.evaluation.wire import (
    BoundsNotice,
    BoundsReply,
    BoundsRequest,
    EvaluateReply,
    EvaluateRequest,
    FaultReply,
    Request,
    Start,
    decode,
    encode,
)

AHEAD = 2  # requests a scorer holds, so that it never waits for the harness between two
# A scorer takes half a second of CPU to start, so a few short evaluations need no second one.
ALONE_S = 0.25  # how long the first may take for an answer before the others are started
AT_FIRST_S = 1.0  # likewise for its first answer, before which it starts
QUEUED_S = 0.5  # how long work may wait for the first, in all
BOUNDS_CHUNK = 16
MAX_DEATHS = 3  # of one scorer's place in a row, before the host is to blame


@dataclass(slots=True)
class _Work:
    """A request on its way, with what to do when its scorer dies."""

    ticket: int
    request: EvaluateRequest | BoundsRequest
    deaths: int = 0


@dataclass(slots=True)
class _Scorer:
    """One scorer and what it was given, oldest first."""

    body: ScorerProcess
    held: deque[_Work] = field(default_factory=deque)
    deaths: int = 0


class ScorerPool:
    """Evaluates programs on all scorers at once.

    Requests are answered in any order; a ticket tells which answer is whose. A scorer that dies is
    replaced and its requests are sent again; a request at which scorers die twice is a verdict
    `crash`. One thread owns the pool. Use it as a context manager.

    At first there is one scorer, which leaves the cores to whoever prepares the search; the others
    join it when an answer is long in coming, or enough work has waited for it.

    Args:
        task: what to measure.
        level: the isolation level to run candidates at.
        workers: number of scorers; each keeps to one core.
        instrument: the evaluator's name and version, stamped on the verdict of a dead scorer.
        first: a scorer that was started before its task was known; it is used where it fits, and
            ended where it does not.

    Raises (every method):
        ScorerError: scorers keep dying.
        EvaluatorError, ProblemError, SandboxUnavailableError: a scorer said so.
    """

    def __init__(
        self,
        task: Task,
        *,
        level: IsolationLevel,
        workers: int,
        instrument: str,
        first: ScorerProcess | None = None,
    ) -> None:
        self._task = task
        self._level = level
        self._instrument = instrument
        self._bounds: dict[Split, tuple[float, ...]] = {}
        self._foreseen: dict[tuple[str, Split], Evaluation] = {}
        self._waiting: deque[_Work] = deque()
        self._replies: dict[int, EvaluateReply | BoundsReply] = {}
        self._order: deque[int] = deque()
        self._next_private = -1
        self._has_answered = False
        self._queued_s = 0.0
        self._workers = workers
        self._scorers = [self._first(first)]

    def __enter__(self) -> "ScorerPool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def level(self) -> IsolationLevel:
        """The isolation level of every evaluation."""
        return self._level

    @property
    def workers(self) -> int:
        """Number of scorers."""
        return self._workers

    @property
    def processes(self) -> tuple[int, ...]:
        """Process ids of the scorers that were started."""
        return tuple(scorer.body.process.pid for scorer in self._scorers)

    def start_all(self) -> None:
        """Start the scorers that are not there yet, without waiting for work enough for them."""
        while len(self._scorers) < self._workers:
            self._scorers.append(self._start())

    def submit(
        self, ticket: int, program: Program, split: Split, rival: Evaluation | None = None
    ) -> None:
        """Ask for an evaluation; `ticket` (at least 0) must be free.

        With a rival's evaluation on the same split the program races against it; see `racing`.
        """
        self.bounds(split)
        self._enqueue(_Work(ticket=ticket, request=_evaluation_of(program, split, rival)))

    def collect(self, wake: int | None = None) -> tuple[int, Evaluation] | None:
        """Return the next finished evaluation with its ticket; blocks until there is one.

        Args:
            wake: a file descriptor; None is returned as soon as it is readable.
        """
        while not self._order:
            if self._pump(wake):
                return None
        ticket = self._order.popleft()
        reply = self._replies.pop(ticket)
        assert isinstance(reply, EvaluateReply)
        return ticket, reply.evaluation

    def evaluate(self, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        """Evaluate several programs on one split and return the evaluations in their order."""
        found = [self._foreseen.pop((program.id, split), None) for program in programs]
        missing = [p for p, known in zip(programs, found, strict=True) if known is None]
        made = iter(self._evaluated(missing, split))
        return [next(made) if known is None else known for known in found]

    def foresee(self, programs: Sequence[Program], split: Split) -> None:
        """Evaluate programs that will be asked for: `evaluate` then has each result at once."""
        for program, evaluation in zip(programs, self._evaluated(programs, split), strict=True):
            self._foreseen[program.id, split] = evaluation

    def bounds(self, split: Split) -> tuple[float, ...]:
        """Return the proven best value of every scenario of a split; computed once."""
        if split not in self._bounds:
            count = self._task.splits[split].count
            tickets = [
                self._private(
                    BoundsRequest(split=split, start=i, stop=min(i + BOUNDS_CHUNK, count))
                )
                for i in range(0, count, BOUNDS_CHUNK)
            ]
            replies = [self._await(ticket) for ticket in tickets]
            self.set_bounds(
                split,
                tuple(v for r in replies if isinstance(r, BoundsReply) for v in r.values),
            )
        return self._bounds[split]

    def set_bounds(self, split: Split, values: tuple[float, ...]) -> None:
        """Take bounds that were computed before, such as those of a resumed run."""
        self._bounds[split] = values
        for scorer in self._scorers:
            self._send(scorer, BoundsNotice(split=split, values=values))

    def close(self) -> None:
        """End every scorer and what it started; safe to call twice."""
        for scorer in self._scorers:
            scorer.body.close()
        for scorer in self._scorers:
            scorer.body.wait()
        self._scorers = []

    def _first(self, early: ScorerProcess | None) -> _Scorer:
        if early is not None and early.level is self._level:
            return self._engaged(early)
        if early is not None:
            early.kill()
        return self._start()

    def _start(self) -> _Scorer:
        return self._engaged(start_scorer(self._level))

    def _engaged(self, body: ScorerProcess) -> _Scorer:
        """Tell a scorer what it is to measure, and what is known."""
        scorer = _Scorer(body=body)
        self._send(scorer, Start(task=self._task))
        for split, values in self._bounds.items():
            self._send(scorer, BoundsNotice(split=split, values=values))
        return scorer

    def _send(self, scorer: _Scorer, message: Start | Request) -> None:
        try:
            scorer.body.connection.send_bytes(encode(message))
        except (BrokenPipeError, ConnectionResetError):
            return  # its death is noticed, and its work sent again, when it is read from

    def _evaluated(self, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        self.bounds(split)
        tickets = [self._private(_evaluation_of(program, split)) for program in programs]
        replies = [self._await(ticket) for ticket in tickets]
        return [reply.evaluation for reply in replies if isinstance(reply, EvaluateReply)]

    def _private(self, request: EvaluateRequest | BoundsRequest) -> int:
        ticket = self._next_private
        self._next_private -= 1
        self._enqueue(_Work(ticket=ticket, request=request))
        return ticket

    def _enqueue(self, work: _Work) -> None:
        self._waiting.append(work)
        self._hand_out()

    def _hand_out(self) -> None:
        while self._waiting:
            scorer = min(self._scorers, key=lambda s: len(s.held))
            if len(scorer.held) >= AHEAD:
                return
            work = self._waiting.popleft()
            scorer.held.append(work)
            self._send(scorer, work.request)

    def _await(self, ticket: int) -> EvaluateReply | BoundsReply:
        while ticket not in self._replies:
            self._pump()
        return self._replies.pop(ticket)

    def _pump(self, wake: int | None = None) -> bool:
        """Take at least one message, or notice a death; tell whether `wake` is readable."""
        ready = self._ready(wake)
        for i, scorer in enumerate(self._scorers):
            if scorer.body.connection not in ready:
                continue
            try:
                message = decode(scorer.body.connection.recv_bytes())
            except (EOFError, ConnectionResetError):
                self._replace(i)
                continue
            assert isinstance(message, EvaluateReply | BoundsReply | FaultReply)
            if isinstance(message, FaultReply):
                raise _error(message)
            scorer.deaths = 0
            self._has_answered = True
            self._finish(scorer.held.popleft(), message)
        self._hand_out()
        return wake in ready

    def _ready(self, wake: int | None) -> Sequence[object]:
        """Wait for messages; start the other scorers where the first proves to be too few."""
        awaited: list[Any] = [scorer.body.connection for scorer in self._scorers]
        if wake is not None:
            awaited.append(wake)
        busy = any(scorer.held for scorer in self._scorers)
        if not busy or len(self._scorers) == self._workers:
            return wait(awaited)
        began = time.monotonic()
        ready = wait(awaited, ALONE_S if self._has_answered else AT_FIRST_S)
        if self._waiting:
            self._queued_s += time.monotonic() - began
        if not ready or self._queued_s > QUEUED_S:
            self.start_all()
        return ready

    def _finish(self, work: _Work, reply: EvaluateReply | BoundsReply) -> None:
        self._replies[work.ticket] = reply
        if work.ticket >= 0:
            self._order.append(work.ticket)

    def _replace(self, index: int) -> None:
        dead = self._scorers[index]
        status = dead.body.kill()
        if dead.deaths + 1 >= MAX_DEATHS:
            raise ScorerError(
                f"a scorer died {MAX_DEATHS} times in a row, last with "
                f"status {status}. `adrs doctor` tells what this host lacks."
            )
        fresh = self._start()
        fresh.deaths = dead.deaths + 1
        self._scorers[index] = fresh
        if dead.held:
            dead.held[0].deaths += 1
        for work in reversed(dead.held):
            if work.deaths >= 2 and isinstance(work.request, EvaluateRequest):
                self._finish(work, self._crashed(work.request))
                fresh.deaths = 0  # the program is to blame, not the host
            else:
                self._waiting.appendleft(work)
        self._hand_out()

    def _crashed(self, request: EvaluateRequest) -> EvaluateReply:
        return EvaluateReply(
            evaluation=Evaluation(
                program_id=request.program_id,
                split=request.split,
                verdict=Verdict.CRASH,
                detail="the scorer died twice while it evaluated this program",
                isolation=self._level,
                evaluator=self._instrument,
            )
        )


def _evaluation_of(
    program: Program, split: Split, rival: Evaluation | None = None
) -> EvaluateRequest:
    return EvaluateRequest(
        program_id=program.id,
        source=program.source,
        split=split,
        rival=rival_of(rival),
    )


def _error(fault: FaultReply) -> AdrsError:
    kind = vars(errors).get(fault.kind, ScorerError)
    error: AdrsError = kind(fault.message)
    return error
