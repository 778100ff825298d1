"""What a scorer and its surroundings look like, to be compared before and after an attack."""

import ctypes
import hashlib
import os
import resource
import signal
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_PR_GET_CHILD_SUBREAPER = 37
_SHARED_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", ".")  # noqa: S108  (looked at, not used)
_SYSV = ("shm", "sem", "msg")
_SYSV_OWNER = {"shm": 9, "sem": 6, "msg": 9}  # column of the creator's user in /proc/sysvipc
_NOBODY = 65534
_STATES = {"Z": "dead", "X": "dead", "T": "stopped", "t": "traced"}
_LIMITS = tuple(
    value for name, value in sorted(vars(resource).items()) if name.startswith("RLIMIT_")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that can be looked at, and how it was."""

    what: str
    how: str


@contextmanager
def adopting_orphans() -> Iterator[None]:
    """Become the parent of every descendant whose parent ends, so that none gets out of sight."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    before = ctypes.c_int()
    prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(before), 0, 0, 0)
    prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(_PR_SET_CHILD_SUBREAPER, before.value, 0, 0, 0)


def facts(folder: Path, nonce: int, harness_pid: int) -> frozenset[Fact]:
    """Look at everything that an attack could leave behind or change.

    Args:
        folder: the files there are to change, whose contents count.
        nonce: files and folders with this number in their name are the attackers'.
        harness_pid: the process whose settings count beside this one's.
    """
    return frozenset(
        (
            *_process_facts(),
            *_descriptor_facts(),
            *_file_facts(folder, nonce),
            *_sysv_facts(),
            *_settings_facts("scorer", os.getpid()),
            *_settings_facts("harness", harness_pid),
            Fact(what="host name", how=socket.gethostname()),
            Fact(what="mounts", how=_digest(Path("/proc/self/mountinfo").read_bytes())),
        )
    )


def changes(before: frozenset[Fact], after: frozenset[Fact]) -> list[str]:
    """Describe every difference, in the order of the facts' names."""
    old = {fact.what: fact.how for fact in before - after}
    new = {fact.what: fact.how for fact in after - before}
    return [
        f"{what}: {old.get(what, 'not there')} → {new.get(what, 'gone')}"
        for what in sorted(old.keys() | new.keys())
    ]


def descendants() -> tuple[int, ...]:
    """Return the process ids of this process's children, their children and so on."""
    return tuple(sorted(_family()))


def child_above(pid: int) -> int:
    """Return the child of this process that a descendant of it descends from, or is."""
    family = _family()
    while family[pid].parent != os.getpid():
        pid = family[pid].parent
    return pid


def end_processes(pids: Iterable[int]) -> None:
    """Kill descendants of this process, and reap those that are its children."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Process:
    """A line of /proc/PID/stat, as far as it matters here."""

    name: str
    state: str
    parent: int
    started: str


def _family() -> dict[int, _Process]:
    everybody = dict(_processes())
    found: dict[int, _Process] = {}
    parents = {os.getpid()}
    while parents:
        children = {pid: p for pid, p in everybody.items() if p.parent in parents}
        found.update(children)
        parents = set(children)
    return found


def _processes() -> Iterator[tuple[int, _Process]]:
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            text = Path(entry.path, "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:  # it ended in between
            continue
        head, _, rest = text.rpartition(")")
        words = rest.split()
        name = head.partition("(")[2]
        process = _Process(name=name, state=words[0], parent=int(words[1]), started=words[19])
        yield int(entry.name), process


def _process_facts() -> Iterator[Fact]:
    for pid, process in _family().items():
        state = _STATES.get(process.state, "alive")
        # A process that was killed or stopped shows it only once it gets a processor.
        signals = ", with signals to come" if _has_pending_signals(pid) else ""
        how = f"{process.name} of {process.started}, {state}{signals}"
        yield Fact(what=f"process {pid}", how=how)


def _has_pending_signals(pid: int) -> bool:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:  # it ended in between
        return False
    words = [line.split() for line in lines]
    return any(int(w[1], 16) for w in words if w and w[0] in ("SigPnd:", "ShdPnd:"))


def _descriptor_facts() -> Iterator[Fact]:
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208  (numbers, not paths)
        with suppress(OSError):  # the one that the listing itself used is closed again
            end = Path(f"/proc/self/fd/{number}").readlink()
            yield Fact(what=f"descriptor {number}", how=str(end))


def _file_facts(folder: Path, nonce: int) -> Iterator[Fact]:
    for path in (folder, *folder.rglob("*")):
        yield Fact(what=f"file {path}", how=_described(path))
    for shared in _SHARED_FOLDERS:
        if not Path(shared).is_dir():
            continue
        for entry in os.scandir(shared):
            if str(nonce) in entry.name and Path(entry.path) != folder:
                yield Fact(what=f"file {entry.path}", how="there")


def _described(path: Path) -> str:
    status = path.lstat()
    content = _digest(path.read_bytes()) if path.is_file() and not path.is_symlink() else ""
    return (
        f"mode {status.st_mode:o} of {status.st_uid}:{status.st_gid}, {status.st_nlink} links, "
        f"changed at {status.st_ctime_ns} {content}"
    ).rstrip()


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def _sysv_facts() -> Iterator[Fact]:
    owners = {str(os.geteuid()), str(_NOBODY)}
    for kind in _SYSV:
        table = Path("/proc/sysvipc", kind)
        if not table.is_file():
            continue
        for line in table.read_text(encoding="utf-8").splitlines()[1:]:
            words = line.split()
            if words[_SYSV_OWNER[kind]] in owners:
                yield Fact(what=f"System V {kind} {words[1]}", how=f"key {words[0]}")


def _settings_facts(who: str, pid: int) -> Iterator[Fact]:
    try:
        yield Fact(what=f"priority of the {who}", how=str(os.getpriority(os.PRIO_PROCESS, pid)))
        yield Fact(what=f"scheduler of the {who}", how=str(os.sched_getscheduler(pid)))
        yield Fact(what=f"processors of the {who}", how=str(sorted(os.sched_getaffinity(pid))))
        limits = [resource.prlimit(pid, limit) for limit in _LIMITS]
        yield Fact(what=f"limits of the {who}", how=str(limits))
    except ProcessLookupError:
        yield Fact(what=f"the {who}", how="gone")
