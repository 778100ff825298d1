"""The sandbox on Linux: a warm zygote, and a locked fork of it for every candidate."""

import math
from types import TracebackType
from typing import Self

from adrs.core.interface import PlannerInterface
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Limits
from adrs.errors import SandboxUnavailableError
from adrs.sandbox.control import Hello
from adrs.sandbox.process import CandidateProcess, ZygoteDied, ZygoteProcess, start_zygote
from adrs.sandbox.protocol import Job, PolicyFailed, Session
from adrs.sandbox.requests import checked_source
from adrs.sandbox.session import ZygoteSession
from adrs.sandbox.syscalls import this_architecture
from adrs.sandbox.watchdog import Watchdog

# The watchdog comes first; the kernel's own limit ends what the watchdog cannot.
_KERNEL_CPU_GRACE_S = 1
_EMPTY_JOB = Job(
    source="def nothing(): pass",
    interface=PlannerInterface(entry="nothing", arguments=(), result=()),
    limits=Limits(),
)


class ZygoteSandbox:
    """A `Sandbox` on Linux.

    Not thread-safe. Use it as a context manager, or close it. Keep the process to one core before
    it is made, and zygote and candidates keep to it too: a wake-up across cores costs ten times a
    switch on one.

    Args:
        level: the level to run at; None for the better one of L3 and L2. Below L2 nothing keeps a
            candidate from what the user can read.

    Raises:
        SandboxUnavailableError: this host cannot isolate candidates at that level.
    """

    def __init__(self, level: IsolationLevel | None = None) -> None:
        this_architecture()
        self._sessions: list[ZygoteSession] = []
        self._zygote, self._namespaces_refused = _start(level)
        best = IsolationLevel.L3 if self.facts.namespaces else IsolationLevel.L2
        self._level = best if level is None else level
        self._watchdog = Watchdog()
        self._prove_it_works()

    def _prove_it_works(self) -> None:
        try:
            self.open(_EMPTY_JOB).close()
        except PolicyFailed as exc:
            self.close()
            raise SandboxUnavailableError(f"an empty program fails in the sandbox: {exc}") from exc
        except SandboxUnavailableError:
            self.close()
            raise
        except PermissionError as exc:
            self.close()
            raise SandboxUnavailableError(
                "this process may not kill its candidates; a root without CAP_KILL cannot be scorer"
            ) from exc

    @property
    def level(self) -> IsolationLevel:
        """What stands between a candidate and this host."""
        return self._level

    @property
    def facts(self) -> Hello:
        """What the zygote found and did."""
        return self._zygote.hello

    @property
    def namespaces_refused(self) -> str:
        """Why candidates have no namespaces; empty where they have, or where L2 was asked for."""
        return self._namespaces_refused

    @property
    def zygote_pid(self) -> int:
        """Process id of the zygote, the parent of every candidate's process."""
        return self._zygote.pid

    def open(self, job: Job) -> Session:
        """Start a candidate process and compile the program in it.

        Several sessions may be open at once, each in a process of its own.

        Raises:
            PolicyFailed: see `Sandbox.open`.
            SandboxUnavailableError: the host no longer lets a process be started.
        """
        source = checked_source(job)
        session = ZygoteSession(
            self._spawn(job), self._watchdog, job.interface, job.limits, self._forget
        )
        self._sessions.append(session)
        session.start(source)
        return session

    def _forget(self, session: ZygoteSession) -> None:
        self._sessions.remove(session)

    def _spawn(self, job: Job) -> CandidateProcess:
        try:
            return self._spawn_once(job)
        except ZygoteDied:
            self._zygote.close()
        self._zygote, _ = _start(self._level)
        try:
            return self._spawn_once(job)
        except ZygoteDied as exc:
            raise SandboxUnavailableError("the sandbox's zygote keeps dying") from exc

    def _spawn_once(self, job: Job) -> CandidateProcess:
        cpu_s = math.ceil(job.limits.cpu_s) + _KERNEL_CPU_GRACE_S
        return self._zygote.spawn(job.interface, memory_mb=job.limits.memory_mb, cpu_s=cpu_s)

    def close(self) -> None:
        """End the sandbox and everything it started; safe to call twice."""
        for session in list(self._sessions):
            session.close()
        self._watchdog.close()
        self._zygote.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _start(level: IsolationLevel | None) -> tuple[ZygoteProcess, str]:
    """Return a zygote, and why it is in no namespaces where they were tried."""
    zygote = start_zygote(IsolationLevel.L3 if level is None else level)
    refused = zygote.hello.namespaces_refused
    if not refused:
        return zygote, ""
    zygote.close()
    if level is IsolationLevel.L3:
        raise SandboxUnavailableError(f"this host allows no namespaces ({refused}); L2 is the best")
    # A zygote that got half way into namespaces is not one to go on with.
    return start_zygote(IsolationLevel.L2), refused
