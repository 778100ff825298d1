"""Attacks on the sandbox from inside it, each harmless where it works; the preflight runs them."""

import ctypes
import errno
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from adrs.core.evaluation import Verdict
from adrs.core.interface import Array, ElementType, PlannerInterface
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Limits
from adrs.sandbox.protocol import Job, PolicyFailed
from adrs.sandbox.zygote_sandbox import ZygoteSandbox

_MEMORY_MB = 64
_LIMITS = Limits(cpu_s=2.0, wall_s=5.0, memory_mb=_MEMORY_MB)
_SHORT = Limits(cpu_s=0.02, wall_s=5.0, memory_mb=_MEMORY_MB)
_INTERFACE = PlannerInterface(
    entry="attack",
    arguments=(),
    result=(
        Array(name="errnos", element=ElementType.INT, ndim=1, doc="0 for an attack that worked"),
        Array(name="facts", element=ElementType.INT, ndim=1, doc="process id, user id, time in s"),
    ),
)
WORKED = "it worked"
ENDED = "ended with SIGSYS"
_LOOPBACK = ("127.0.0.1", 0)
_HOUR_S = 3600.0
_NONE_OF = ("Max processes", "Max file size", "Max core file size")
_ADDRESS_SPACE = "Max address space"
_SOURCE = """
import ctypes, os, socket, time

LIBC = ctypes.CDLL(None, use_errno=True)
OURS = ("PYTHON", "LD_LIBRARY_PATH=", "LC_CTYPE", "OPENBLAS_NUM", "OMP_NUM", "MKL_NUM")

def call(name, *arguments):
    if getattr(LIBC, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)

def own_environment():
    entries = ctypes.POINTER(ctypes.c_char_p).in_dll(LIBC, "environ")
    position = 0
    while entries and entries[position]:
        if not entries[position].decode("latin-1").startswith(OURS):
            return
        position += 1
    raise OSError(2, "nothing of the scorer's is there")

def inherited_descriptor():
    for fd in range(5, 200):
        try:
            os.fstat(fd)
        except OSError as exc:
            error = exc
        else:
            return
    raise error

def raise_limits():
    call("setrlimit", 9, (ctypes.c_ulong * 2)(2**64 - 1, 2**64 - 1))

def read_file():
    open("/etc/passwd").read()

def write_file():
    open({folder!r} + "/written", "w").close()

def connect(kind, place):
    with socket.socket(kind) as connection:
        connection.connect(place)

def connect_tcp():
    connect(socket.AF_INET, ("127.0.0.1", {tcp_port}))

def connect_unix():
    connect(socket.AF_UNIX, {folder!r} + "/socket")

def send_udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"adrs", ("127.0.0.1", {udp_port}))

def fork():
    if os.fork() == 0:
        os._exit(0)

def signal_scorer():
    os.kill({scorer}, 0)

def read_environment():
    open("/proc/{scorer}/environ", "rb").read()

def entropy():
    call("getrandom", ctypes.create_string_buffer(8), 8, 0)

def errno_of(attempt):
    try:
        attempt()
    except OSError as exc:
        return exc.errno or -1
    return 0

def attack():
    attempts = ({attempts})
    return [errno_of(a) for a in attempts], [os.getpid(), os.geteuid(), int(time.time())]
"""
_READ_MEMORY = """
import ctypes

def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    found = ctypes.create_string_buffer({size})
    ours = (ctypes.c_size_t * 2)(ctypes.addressof(found), {size})
    theirs = (ctypes.c_size_t * 2)({address}, {size})
    read = libc.process_vm_readv({scorer}, ours, 1, theirs, 1, 0)
    return [0 if read == {size} else ctypes.get_errno()], [0, 0, 0]
"""
_TAKE_MEMORY = f"""
def attack():
    return [len(bytearray({2 * _MEMORY_MB} << 20)) and 0], [0, 0, 0]
"""
_TAKE_TIME = """
def attack():
    while True:
        pass
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One attack.

    Attributes:
        name: what it attacks and how.
        stops: what is kept from happening where it is stopped.
        stopped_from: the weakest level that must stop it.
        function: its function in the program that tries most of them; empty for one with a
            program of its own.
    """

    name: str
    stops: str
    stopped_from: IsolationLevel
    function: str = ""


READ_MEMORY = Attack(
    name="scorer: read its memory",
    stops="theft of the future and of held-out data",
    stopped_from=IsolationLevel.L2,
)
TAKE_MEMORY = Attack(
    name="take more memory than allowed",
    stops="programs that use up the host's memory",
    stopped_from=IsolationLevel.L1,
)
TAKE_TIME = Attack(
    name="use more CPU time than allowed",
    stops="programs that never end",
    stopped_from=IsolationLevel.L0,
)
ENTROPY = Attack(
    name="draw from the kernel's entropy",
    stops="programs that cannot be replayed",
    stopped_from=IsolationLevel.L2,
    function="entropy",
)


def _attack(name: str, function: str, stopped_from: IsolationLevel, stops: str) -> Attack:
    return Attack(name=name, stops=stops, stopped_from=stopped_from, function=function)


_L0, _L1, _L2 = IsolationLevel.L0, IsolationLevel.L1, IsolationLevel.L2
_CALLED = (
    _attack("scorer: inherit its environment", "own_environment", _L0, "theft of keys"),
    _attack("scorer: inherit its files", "inherited_descriptor", _L1, "tampering with the archive"),
    _attack("raise its own limits", "raise_limits", _L1, "programs without limits"),
    _attack("files: read", "read_file", _L2, "theft of held-out data, keys and code"),
    _attack("files: write", "write_file", _L2, "changing code or data; filling the disk"),
    _attack("network: TCP", "connect_tcp", _L2, "sending out what was seen; fetching an answer"),
    _attack("network: UDP", "send_udp", _L2, "sending out, past walls that know TCP only"),
    _attack("network: unix socket", "connect_unix", _L2, "giving orders to the host's services"),
    _attack("processes: fork", "fork", _L2, "programs that outlive their evaluation; fork bombs"),
    _attack("scorer: send a signal", "signal_scorer", _L2, "a program that ends its judge"),
    _attack("scorer: read its environment", "read_environment", _L2, "theft of keys"),
    ENTROPY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an attack: whether it was stopped, and by what or why not."""

    attack: Attack
    stopped: bool
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Siege:
    """What all attacks on a sandbox came to, and what the attacker and its judge saw.

    Attributes:
        outcomes: one per attack.
        alone: whether the candidate is the first process of a PID namespace.
        unprivileged: whether it is not root.
        clock_hidden: whether the time that it is told is not the time.
        no_new_privileges: whether the kernel denies it new privileges.
        limited: whether processes, files and address space are limited. Neither of the last two
            is seen where /proc is hidden.
    """

    outcomes: tuple[Outcome, ...]
    alone: bool = False
    unprivileged: bool = False
    clock_hidden: bool = False
    no_new_privileges: bool = False
    limited: bool = False

    def outcome(self, attack: Attack) -> Outcome:
        """Return what became of an attack."""
        return next(outcome for outcome in self.outcomes if outcome.attack is attack)

    def holds(self, level: IsolationLevel) -> bool:
        """Tell whether everything was stopped that the level must stop."""
        return all(o.stopped for o in self.outcomes if o.attack.stopped_from <= level)


def besiege(sandbox: ZygoteSandbox) -> Siege:
    """Run every attack.

    Raises:
        SandboxUnavailableError: the sandbox died.
    """
    own = (_read_memory(sandbox), _take_memory(sandbox), _take_time(sandbox))
    with _targets() as source:
        try:
            session = sandbox.open(Job(source=source, interface=_INTERFACE, limits=_LIMITS))
            locks = _Locks.of_child(sandbox.zygote_pid)
            errnos, facts = session.plan(0, ())
            session.close()
        except PolicyFailed as exc:
            # An attack that never ran proves nothing, so none of them counts as stopped.
            why = f"not tried: {exc}"
            untried = (Outcome(attack=attack, stopped=False, found=why) for attack in _CALLED)
            return Siege(outcomes=(*untried, *own))
    called = (_of_errno(attack, int(e)) for attack, e in zip(_CALLED, errnos, strict=True))
    pid, user, seconds = (int(fact) for fact in facts)
    return Siege(
        outcomes=(*called, *own),
        alone=pid == 1,
        unprivileged=user != 0,
        clock_hidden=abs(seconds - time.time()) > _HOUR_S,
        no_new_privileges=locks.no_new_privileges,
        limited=locks.limited,
    )


@contextmanager
def _targets() -> Iterator[str]:
    """Put up what is to be attacked, and give the program that attacks it."""
    with (
        tempfile.TemporaryDirectory(prefix="adrs-") as folder,
        _listening(socket.AF_INET, socket.SOCK_STREAM, _LOOPBACK) as tcp,
        _listening(socket.AF_INET, socket.SOCK_DGRAM, _LOOPBACK) as udp,
        _listening(socket.AF_UNIX, socket.SOCK_STREAM, f"{folder}/socket"),
    ):
        Path(folder).chmod(0o777)
        yield _SOURCE.format(
            attempts=", ".join(attack.function for attack in _CALLED),
            folder=folder,
            scorer=os.getpid(),
            tcp_port=tcp.getsockname()[1],
            udp_port=udp.getsockname()[1],
        )


@contextmanager
def _listening(
    family: socket.AddressFamily, kind: socket.SocketKind, place: tuple[str, int] | str
) -> Iterator[socket.socket]:
    with socket.socket(family, kind) as listener:
        # A host without a loopback, or with a long path to its temporary files, is attacked all
        # the same: the first wall is to refuse the socket, whoever listens.
        with suppress(OSError):
            listener.bind(place)
            if isinstance(place, str):
                Path(place).chmod(0o777)
            if kind is socket.SOCK_STREAM:
                listener.listen()
        yield listener


@dataclass(frozen=True, slots=True, kw_only=True)
class _Locks:
    """What /proc tells of a locked process."""

    no_new_privileges: bool
    limited: bool

    @staticmethod
    def of_child(zygote_pid: int) -> "_Locks":
        """Read the locks of a zygote's only child."""
        try:
            children = Path(f"/proc/{zygote_pid}/task/{zygote_pid}/children").read_text("ascii")
            folder = Path(f"/proc/{int(children)}")
            status = folder.joinpath("status").read_text("ascii", "replace")
            limits = folder.joinpath("limits").read_text("ascii")
        except (OSError, ValueError):
            return _Locks(no_new_privileges=False, limited=False)
        hard = {line[:25].strip(): line[25:].split()[1] for line in limits.splitlines()[1:]}
        return _Locks(
            no_new_privileges="\nNoNewPrivs:\t1\n" in status,
            limited=all(hard[name] == "0" for name in _NONE_OF)
            and hard[_ADDRESS_SPACE] != "unlimited",
        )


def _of_errno(attack: Attack, number: int) -> Outcome:
    if number == 0:
        return Outcome(attack=attack, stopped=False, found=WORKED)
    name = errno.errorcode.get(number, str(number))
    return Outcome(attack=attack, stopped=True, found=f"refused: {name}")


def _read_memory(sandbox: ZygoteSandbox) -> Outcome:
    secret = ctypes.create_string_buffer(b"what the scorer keeps to itself")
    source = _READ_MEMORY.format(
        scorer=os.getpid(), address=ctypes.addressof(secret), size=len(secret)
    )
    verdict, number = _ended(sandbox, source, _LIMITS)
    if verdict is Verdict.SECURITY:
        return Outcome(attack=READ_MEMORY, stopped=True, found=ENDED)
    if verdict is not Verdict.OK:
        return Outcome(attack=READ_MEMORY, stopped=False, found=f"not tried: {verdict}")
    return _of_errno(READ_MEMORY, number)


def _take_memory(sandbox: ZygoteSandbox) -> Outcome:
    verdict, _ = _ended(sandbox, _TAKE_MEMORY, _LIMITS)
    return _of_verdict(TAKE_MEMORY, verdict, Verdict.MEMORY, f"refused beyond {_MEMORY_MB} MiB")


def _take_time(sandbox: ZygoteSandbox) -> Outcome:
    verdict, _ = _ended(sandbox, _TAKE_TIME, _SHORT)
    found = f"ended after {_SHORT.cpu_s * 1000:.0f} ms"
    return _of_verdict(TAKE_TIME, verdict, Verdict.TIMEOUT, found)


def _of_verdict(attack: Attack, verdict: Verdict, expected: Verdict, found: str) -> Outcome:
    if verdict is expected:
        return Outcome(attack=attack, stopped=True, found=found)
    worked = WORKED if verdict is Verdict.OK else f"not tried: {verdict}"
    return Outcome(attack=attack, stopped=False, found=worked)


def _ended(sandbox: ZygoteSandbox, source: str, limits: Limits) -> tuple[Verdict, int]:
    """Return how a program's session ends, and the errno that it gives where it ends well."""
    try:
        session = sandbox.open(Job(source=source, interface=_INTERFACE, limits=limits))
        errnos, _ = session.plan(0, ())
        session.close()
    except PolicyFailed as exc:
        return exc.verdict, 0
    return Verdict.OK, int(errnos[0])
