"""A sandbox for tests that runs candidates in-process: the protocol's behaviour, no isolation."""

import gc
import math
import random
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from adrs.core.evaluation import Verdict
from adrs.core.interface import Interface, OnlineInterface, PlannerInterface
from adrs.core.isolation import IsolationLevel
from adrs.sandbox.frames import clean_text, pack_arrays, unpack_arrays
from adrs.sandbox.policy import CandidateError, OnlineForm, OnlinePolicies, Planner, load_entry
from adrs.sandbox.protocol import Argument, Job, PolicyFailed
from adrs.sandbox.requests import OnlineRequests, checked_source, planner_arrays

ResultT = TypeVar("ResultT")


class InlineSandbox:
    """A `Sandbox` without any: programs run in this process. For tests of trusted programs only.

    It shares compilation, policy loop, conversions and error texts with the real sandbox. It ends
    nothing (a program that loops hangs the test), and it seeds the process's global generators of
    `random` and `numpy.random` whenever it compiles a program, as the real one does.
    """

    @property
    def level(self) -> IsolationLevel:
        """L0: nothing stands between the program and this process."""
        return IsolationLevel.L0

    def open(self, job: Job) -> "InlineSession":
        """Compile the program in this process.

        Raises:
            PolicyFailed: REJECTED, EXCEPTION, MEMORY or CRASH, as in the real sandbox.
        """
        checked_source(job)
        return InlineSession(job)

    def close(self) -> None:
        """Do nothing: there is no process."""


class InlineSession:
    """A session whose candidate lives in this process."""

    def __init__(self, job: Job) -> None:
        """Compile the program of `job`; raises `PolicyFailed` as `Sandbox.open` does."""
        self._cpu_s = 0.0
        self._job = job
        self._interface: Interface = job.interface
        self.renew()

    def renew(self) -> None:
        """Compile the program anew, with global generators in their first state."""
        job = self._job
        random.seed(0)
        np.random.seed(0)
        method = "decide" if isinstance(job.interface, OnlineInterface) else None
        entry = self._guarded(lambda: load_entry(job.source, job.interface.entry, method), None)
        if isinstance(job.interface, OnlineInterface):
            self._online = _Online(job.interface, entry)
        else:
            self._planner = Planner(entry, job.interface.result)

    def begin(self, setups: NDArray[np.void]) -> None:
        """Make one policy object per scenario."""
        self._online.requests.check_begin(setups)
        rows = self._online.setup_rows(setups)
        self._guarded(lambda: self._online.policies.begin(rows), None)

    def decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> NDArray[np.int32]:
        """Ask the policies of several scenarios for one decision each."""
        online = self._online
        online.requests.check_decide(slots, observations)
        rows = online.observation.iter_unpack(observations.tobytes())
        decisions = self._guarded(lambda: online.policies.decide(slots.tolist(), rows), None)
        return np.array(decisions, np.int32)

    def plan(
        self, slot: int, arguments: Sequence[Argument], *, cpu_s: float = math.inf
    ) -> tuple[NDArray[np.generic], ...]:
        """Ask for one plan."""
        interface = self._interface
        assert isinstance(interface, PlannerInterface)
        body = pack_arrays(planner_arrays(interface, arguments), interface.arguments)
        values = [a if a.ndim else a.item() for a in unpack_arrays(body, interface.arguments)]
        before_s = self._cpu_s
        results = self._guarded(lambda: self._planner.plan(values), slot)
        if self._cpu_s - before_s > cpu_s:
            text = f"used more than {cpu_s:g} s of CPU time for one scenario"
            raise PolicyFailed(Verdict.TIMEOUT, text, slot)
        return unpack_arrays(pack_arrays(results, interface.result), interface.result)

    @property
    def cpu_s(self) -> float:
        """CPU seconds this thread spent in candidate code."""
        return self._cpu_s

    def close(self) -> None:
        """Do nothing: there is no process."""

    def _guarded(self, call: Callable[[], ResultT], slot: int | None) -> ResultT:
        with self._timed(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return call()
            except CandidateError as exc:
                where = slot if exc.slot is None else exc.slot
                raise PolicyFailed(exc.verdict, clean_text(exc.text), where) from exc

    @contextmanager
    def _timed(self) -> Iterator[None]:
        # Neither other threads nor a collection of all that the tests have left in this process,
        # which can take longer than a problem allows, are the candidate's time.
        collects = gc.isenabled()
        gc.disable()
        start = time.thread_time()
        try:
            yield
        finally:
            self._cpu_s += time.thread_time() - start
            if collects:
                gc.enable()


class _Online:
    """What an in-process session of an online interface holds."""

    def __init__(self, interface: OnlineInterface, entry: Callable[..., object]) -> None:
        form = OnlineForm(interface)
        self.requests = OnlineRequests(interface)
        self.setup = form.setup_record
        self.observation = form.observation_record
        self.policies = OnlinePolicies(entry, form)

    def setup_rows(self, setups: NDArray[np.void]) -> list[tuple[object, ...]]:
        """Return the setups as tuples of plain values; a record without fields is ()."""
        if not self.setup.size:
            return [()] * len(setups)
        return list(self.setup.iter_unpack(setups.tobytes()))
