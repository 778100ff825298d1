"""Runs a command and watches the CPU time and memory of it and all its descendants. Linux only."""

import ctypes
import os
import signal
import subprocess
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_EVERY_S = 0.25
_TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PR_SET_CHILD_SUBREAPER = 36
_KILLED_GRACE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The tree at one moment: monotonic clock, CPU seconds until then, bytes of memory."""

    at_s: float
    cpu_s: float
    memory: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a command took.

    Attributes:
        exit_code: as `subprocess` gives it; None when it was killed for lasting too long.
        began_s: when it was started, on the monotonic clock.
        ended_s: when it had ended.
        cpu_s: user and system time of it and its descendants.
        samples: what was seen meanwhile, oldest first.
    """

    exit_code: int | None
    began_s: float
    ended_s: float
    cpu_s: float
    samples: Sequence[Sample]

    @property
    def wall_s(self) -> float:
        """From the start of the process to its end."""
        return self.ended_s - self.began_s

    @property
    def peak_memory(self) -> int:
        """The largest sum over the tree that was seen, bytes."""
        return max((sample.memory for sample in self.samples), default=0)

    def cpu_until(self, at_s: float) -> float:
        """CPU seconds until a moment, interpolated between samples."""
        points = [(self.began_s, 0.0)]
        points += [(sample.at_s, sample.cpu_s) for sample in self.samples]
        points.append((self.ended_s, self.cpu_s))
        i = bisect_left(points, (at_s, 0.0))
        if i == 0:
            return 0.0
        if i == len(points):
            return self.cpu_s
        (left_s, low), (right_s, high) = points[i - 1], points[i]
        share = (at_s - left_s) / (right_s - left_s) if right_s > left_s else 1.0
        return low + share * (high - low)


def watch(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    stdout: Path,
    stderr: Path,
    patience_s: float,
) -> Watched:
    """Run a command to its end in a session of its own; what it leaves running is killed.

    Only one command can be watched at a time: orphans of it become children of this process.
    """
    _adopt_orphans()
    spared = frozenset(children(os.getpid()))
    with stdout.open("wb") as out, stderr.open("wb") as err:
        began_s = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=out, stderr=err, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    samples: list[Sample] = []
    code = None
    spent_s = 0.0
    while code is None and time.monotonic() < began_s + patience_s:
        samples.append(_sample(pid for pid in children(os.getpid()) if pid not in spared))
        code, spent_s = _reaped(process, SAMPLE_EVERY_S)
    if code is None:
        os.killpg(process.pid, signal.SIGKILL)
        _, spent_s = _reaped(process, _KILLED_GRACE_S)
    ended_s = time.monotonic()
    spent_s += _end_orphans(spared)
    return Watched(exit_code=code, began_s=began_s, ended_s=ended_s, cpu_s=spent_s, samples=samples)


def children(pid: int) -> Iterator[int]:
    """Yield the living children of a process, whichever of its threads made them."""
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            yield from map(int, listing.read_text().split())
        except OSError:  # the thread has ended
            continue


def _sample(roots: Iterable[int]) -> Sample:
    cpu_s, memory = 0.0, 0
    pending = [*roots]
    while pending:
        pid = pending.pop()
        cpu_s += _cpu_s(pid)
        memory += _memory(pid)
        pending += children(pid)
    return Sample(at_s=time.monotonic(), cpu_s=cpu_s, memory=memory)


def _cpu_s(pid: int) -> float:
    """CPU seconds of a process and of the children that it has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) * _TICK_S


def _memory(pid: int) -> int:
    """Proportional set size, where pages that n processes share count 1/n each; else resident."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0


def _reaped(process: subprocess.Popen[bytes], patience_s: float) -> tuple[int | None, float]:
    """Wait for the process; return exit code and CPU seconds, None and 0 if it has not ended."""
    deadline = time.monotonic() + patience_s
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage.ru_utime + usage.ru_stime
        if time.monotonic() >= deadline:
            return None, 0.0
        time.sleep(0.02)


def _adopt_orphans() -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this process cannot adopt the orphans of its children")


def _end_orphans(spared: frozenset[int]) -> float:
    """Kill and reap what a command has left behind; return its CPU seconds."""
    spent_s = 0.0
    while orphans := [pid for pid in children(os.getpid()) if pid not in spared]:
        for pid in orphans:
            os.kill(pid, signal.SIGKILL)
            _, _, usage = os.wait4(pid, 0)
            spent_s += usage.ru_utime + usage.ru_stime
    return spent_s
