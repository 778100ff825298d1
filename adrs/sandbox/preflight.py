"""Finds out what this host can isolate, by really attacking it from inside a sandbox."""

import errno
import os
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

from adrs.core.evaluation import Verdict
from adrs.core.interface import Array, ElementType, PlannerInterface
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Limits
from adrs.errors import SandboxUnavailableError
from adrs.sandbox.protocol import Job, PolicyFailed
from adrs.sandbox.zygote_sandbox import ZygoteSandbox

_LIMITS = Limits(cpu_s=2.0, wall_s=5.0, memory_mb=128)
_INTERFACE = PlannerInterface(
    entry="attack",
    arguments=(),
    result=(
        Array(name="errnos", element=ElementType.INT, ndim=1, doc="0 for an attack that worked"),
        Array(name="pid", element=ElementType.INT, ndim=0, doc="1 in a PID namespace of its own"),
    ),
)
_WORKED = 0
_REFUSED = "refused:"
_ATTACKS = """
import os, socket

def read_file():
    open("/etc/passwd").read()

def read_environment():
    open("/proc/{scorer}/environ", "rb").read()

def connect():
    socket.socket().connect(("127.0.0.1", {port}))

def fork():
    if os.fork() == 0:
        os._exit(0)

def signal_scorer():
    os.kill({scorer}, 0)

def write_file():
    open({target!r}, "w").close()

def errno_of(attempt):
    try:
        attempt()
    except OSError as exc:
        return exc.errno or -1
    return 0

def attack():
    attempts = (read_file, read_environment, connect, fork, signal_scorer, write_file)
    return [errno_of(attempt) for attempt in attempts], os.getpid()
"""
_ATTEMPTS = (
    ("files: read", "theft of held-out data, keys and code"),
    ("scorer: read environment", "theft of keys"),
    ("network: connect", "sending out what was seen; fetching an answer"),
    ("processes: fork", "programs that outlive their evaluation; fork bombs"),
    ("scorer: send a signal", "a program that ends its judge"),
    ("files: write", "changing code, data or the disk's free space"),
)
_PTRACE = """
import ctypes

def attack():
    ctypes.CDLL(None).ptrace(0, 0, 0, 0)
"""
_WALL_REMEDY = "do not run candidates on this host; report the host's kernel as a bug of adrs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding.

    Attributes:
        name: what was looked at.
        available: whether it is as it should be.
        found: what was found, in a few words.
        stops: what it protects from.
        remedy: what to do where it is not available; empty where it is.
    """

    name: str
    available: bool
    found: str
    stops: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What this host can isolate.

    Attributes:
        level: the best level that was proved; L0 when candidates cannot be isolated at all.
        minimum: the level that was asked for.
        checks: what the level rests on, walls first, then attacks.
    """

    level: IsolationLevel
    minimum: IsolationLevel
    checks: tuple[Check, ...]

    @property
    def sufficient(self) -> bool:
        """True when the host reaches the level asked for."""
        return self.level >= self.minimum


def preflight(minimum: IsolationLevel = IsolationLevel.L2) -> Preflight:
    """Start a real sandbox, attack it from inside, and report what held.

    It takes a fifth of a second. It raises nothing: a host without isolation is a finding.
    """
    try:
        sandbox = ZygoteSandbox()
    except SandboxUnavailableError as exc:
        check = Check(
            name="sandbox",
            available=False,
            found=str(exc),
            stops="everything that a hostile program can do",
            remedy="run adrs on Linux 5.4 or newer, or in a container or virtual machine of it",
        )
        return Preflight(level=IsolationLevel.L0, minimum=minimum, checks=(check,))
    with sandbox:
        siege = _besiege(sandbox)
        forbidden = _forbidden_call(sandbox)
        attacks = (*siege.attacks, forbidden)
        walls = _walls(sandbox, filtered=forbidden.available, namespaces=siege.namespaces)
    level = IsolationLevel.L3 if siege.namespaces else IsolationLevel.L2
    if not all(attack.available for attack in attacks):
        level = IsolationLevel.L0
    return Preflight(level=level, minimum=minimum, checks=(*walls, *attacks))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Siege:
    """What the attacks came to, and whether they ran in namespaces of their own."""

    attacks: tuple[Check, ...]
    namespaces: bool


def _walls(sandbox: ZygoteSandbox, *, filtered: bool, namespaces: bool) -> tuple[Check, ...]:
    facts = sandbox.facts
    return (
        Check(
            name="seccomp",
            available=filtered,
            found="an allow-list without open, socket, clone and execve"
            if filtered
            else "the filter does not act",
            stops="every way to files, network and processes",
            remedy="" if filtered else _WALL_REMEDY,
        ),
        Check(
            name="Landlock",
            available=facts.landlock_abi > 0,
            found=f"version {facts.landlock_abi}" if facts.landlock_abi else "none",
            stops="files and TCP a second time, should the first wall have a hole",
            remedy="" if facts.landlock_abi else "use Linux 5.13 or newer with lsm=landlock,...",
        ),
        Check(
            name="namespaces",
            available=namespaces,
            found="user, PID, network, IPC, UTS, mount with an empty root"
            if namespaces
            else f"none: {sandbox.namespaces_refused}",
            stops="seeing processes, network and files of the host at all",
            remedy=""
            if namespaces
            else "allow unprivileged user namespaces (sysctl "
            "kernel.apparmor_restrict_unprivileged_userns=0, user.max_user_namespaces>0)",
        ),
        Check(
            name="unprivileged user",
            available=facts.unprivileged,
            found="candidates are not root" if facts.unprivileged else "candidates run as root",
            stops="a root process behind a hole in the other walls",
            remedy="" if facts.unprivileged else "start adrs as another user than root",
        ),
    )


def _besiege(sandbox: ZygoteSandbox) -> _Siege:
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        Path(folder).chmod(0o777)
        source = _ATTACKS.format(
            scorer=os.getpid(), port=server.getsockname()[1], target=str(Path(folder, "written"))
        )
        try:
            session = sandbox.open(Job(source=source, interface=_INTERFACE, limits=_LIMITS))
            errnos, pid = session.plan(0, ())
            session.close()
        except PolicyFailed as exc:
            # An attack that never ran proves nothing, so none of them counts as refused.
            untried = tuple(_attempt_check(*attack, f"not tried: {exc}") for attack in _ATTEMPTS)
            return _Siege(attacks=untried, namespaces=False)
    attacks = tuple(
        _attempt_check(*attack, _outcome(int(number)))
        for attack, number in zip(_ATTEMPTS, errnos, strict=True)
    )
    return _Siege(attacks=attacks, namespaces=sandbox.facts.namespaces and int(pid) == 1)


def _outcome(number: int) -> str:
    if number == _WORKED:
        return "it worked"
    return f"{_REFUSED} {errno.errorcode.get(number, str(number))}"


def _attempt_check(name: str, stops: str, found: str) -> Check:
    refused = found.startswith(_REFUSED)
    return Check(
        name=name,
        available=refused,
        found=found,
        stops=stops,
        remedy="" if refused else _WALL_REMEDY,
    )


def _forbidden_call(sandbox: ZygoteSandbox) -> Check:
    verdict = Verdict.OK
    try:
        session = sandbox.open(Job(source=_PTRACE, interface=_INTERFACE, limits=_LIMITS))
        session.plan(0, ())
    except PolicyFailed as exc:
        verdict = exc.verdict
    stopped = verdict is Verdict.SECURITY
    return Check(
        name="forbidden call: ptrace",
        available=stopped,
        found="ended with SIGSYS" if stopped else f"not ended: {verdict}",
        stops="attacks that go unnoticed",
        remedy="" if stopped else _WALL_REMEDY,
    )
