"""The processes behind a ZygoteSandbox: how they start, what they hold, how they end."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import adrs
from adrs.core.isolation import IsolationLevel
from adrs.errors import SandboxUnavailableError
from adrs.sandbox.process import start_zygote
from adrs.sandbox.protocol import PolicyFailed, Sandbox
from adrs.sandbox.zygote_sandbox import ZygoteSandbox
from adrs.testing.sandbox_conformance import (
    assert_usable,
    begun,
    decide,
    failure,
    observations,
    online,
)
from adrs.testing.sandbox_programs import decide_program

PATIENCE_MS = 20_000
FEW_FILES = 32
LEVELS = (IsolationLevel.L2, IsolationLevel.L3)
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="files in /proc of the zygote are root's")
NEVER_ENDING = decide_program("while True: pass")


@pytest.fixture(params=LEVELS, ids=lambda level: level.name)
def sandbox(request: pytest.FixtureRequest) -> Iterator[ZygoteSandbox]:
    try:
        sandbox = ZygoteSandbox(request.param)
    except SandboxUnavailableError as exc:
        assert request.param is IsolationLevel.L3
        pytest.skip(f"this kernel or container has no namespaces: {exc}")
    with sandbox:
        yield sandbox


def children_of(pid: int) -> list[int]:
    """Return the processes whose parent is `pid`, zombies included."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


def status_of(pid: int) -> dict[str, str]:
    """Return the fields of /proc/PID/status."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def limit_of(pid: int, name: str) -> str:
    """Return a hard limit as /proc/PID/limits prints it."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(name))
    return line[len(name) :].split()[1]


def has_ended(pidfd: int) -> bool:
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(PATIENCE_MS))


def test_best_level_is_found_and_named(sandbox: ZygoteSandbox) -> None:
    assert sandbox.level is (IsolationLevel.L3 if sandbox.facts.namespaces else IsolationLevel.L2)
    with ZygoteSandbox() as best:
        assert best.level >= sandbox.level
        assert (best.namespaces_refused == "") == (best.level is IsolationLevel.L3)


def test_a_few_open_files_are_enough(sandbox: ZygoteSandbox) -> None:
    code = (
        "from adrs.core.isolation import IsolationLevel\n"
        "from adrs.sandbox.zygote_sandbox import ZygoteSandbox\n"
        "from adrs.testing.sandbox_conformance import assert_usable\n"
        f"with ZygoteSandbox(IsolationLevel({sandbox.level.value})) as sandbox:\n"
        "    assert_usable(sandbox)\n"
    )
    command = f'ulimit -n {FEW_FILES}; exec "$0" -c "$1"'
    subprocess.run(["/bin/sh", "-c", command, sys.executable, code], check=True)


@pytest.mark.parametrize("level", [IsolationLevel.L0, IsolationLevel.L1])
def test_weak_levels_lack_the_walls_that_they_say(level: IsolationLevel) -> None:
    with ZygoteSandbox(level) as sandbox:
        assert sandbox.level is level
        assert_usable(sandbox)
        session = online(sandbox, decide_program("return 0"))
        (child,) = children_of(sandbox.zygote_pid)
        assert status_of(child)["Seccomp"] == "0"
        limited = level is IsolationLevel.L1
        assert (status_of(child)["NoNewPrivs"] == "1") or not limited
        assert (limit_of(child, "Max file size") == "0") is limited
        session.close()


def test_failed_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(SandboxUnavailableError, match="/nonexistent/python"):
        start_zygote(IsolationLevel.L2)


def test_error_of_a_starting_zygote_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adrs, "__path__", ["/nonexistent/adrs"])
    with pytest.raises(SandboxUnavailableError, match="No module named 'adrs'"):
        start_zygote(IsolationLevel.L2)


@AS_ROOT
def test_zygote_and_candidate_hold_no_files_but_their_own(sandbox: ZygoteSandbox) -> None:
    session = online(sandbox, decide_program("return 0"))
    (child,) = children_of(sandbox.zygote_pid)
    files = {int(p.name): str(p.readlink()) for p in Path(f"/proc/{child}/fd").iterdir()}
    assert sorted(files) == [0, 1, 2, 3, 4]
    assert {files[fd].lstrip("/").split(":")[0] for fd in range(3)} == {"dev/null"}
    assert files[3].startswith("pipe:")
    assert files[4].startswith("pipe:")
    session.close()


@AS_ROOT
def test_the_way_to_the_interpreters_libraries_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    with ZygoteSandbox(IsolationLevel.L2) as sandbox:
        assert_usable(sandbox)
        environment = Path(f"/proc/{sandbox.zygote_pid}/environ").read_bytes()
    assert f"LD_LIBRARY_PATH={tmp_path}\0".encode() in environment


@AS_ROOT
def test_environment_of_both_is_the_fixed_one(sandbox: ZygoteSandbox) -> None:
    session = online(sandbox, decide_program("return 0"))
    for pid in (sandbox.zygote_pid, *children_of(sandbox.zygote_pid)):
        entries = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        names = sorted(entry.split(b"=")[0].decode() for entry in entries if entry)
        assert names == [
            "MKL_NUM_THREADS",
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "PYTHONHASHSEED",
        ]
    session.close()


def test_status_of_a_candidate_shows_its_locks(sandbox: ZygoteSandbox) -> None:
    session = online(sandbox, decide_program("return 0"))
    (child,) = children_of(sandbox.zygote_pid)
    status = status_of(child)
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert status["Threads"] == "1"
    assert {status[name] for name in ("CapPrm", "CapEff", "CapInh", "CapAmb")} == {"0" * 16}
    assert (status["NSpid"].split()[-1] == "1") == (sandbox.level is IsolationLevel.L3)
    if sandbox.facts.unprivileged:
        assert "0" not in status["Uid"].split()
    for name in ("Max file size", "Max processes", "Max core file size"):
        assert limit_of(child, name) == "0"
    session.close()


def test_namespaces_are_its_own() -> None:
    try:
        sandbox = ZygoteSandbox(IsolationLevel.L3)
    except SandboxUnavailableError as exc:
        pytest.skip(f"this kernel or container has no namespaces: {exc}")
    if os.geteuid() != 0:
        pytest.skip("links in /proc of the zygote are root's")
    with sandbox:
        session = online(sandbox, decide_program("return 0"))
        (child,) = children_of(sandbox.zygote_pid)
        for name in ("user", "net", "ipc", "uts", "mnt", "pid"):
            theirs = Path(f"/proc/{child}/ns/{name}").readlink()
            assert theirs != Path(f"/proc/self/ns/{name}").readlink()
        assert list(Path(f"/proc/{child}/root").iterdir()) == []
        session.close()


def test_closed_sessions_leave_no_process(sandbox: ZygoteSandbox) -> None:
    sessions = [online(sandbox, decide_program("return 0")) for _ in range(3)]
    assert len(children_of(sandbox.zygote_pid)) == 3
    for session in sessions:
        session.close()
    with pytest.raises(PolicyFailed):
        online(sandbox, "import os; os._exit(1)")
    assert children_of(sandbox.zygote_pid) == []


def test_dead_zygote_is_replaced(sandbox: ZygoteSandbox) -> None:
    first, level = sandbox.zygote_pid, sandbox.level
    os.kill(first, signal.SIGKILL)
    assert_usable(sandbox)
    assert sandbox.zygote_pid != first
    assert sandbox.level is level


def test_zygote_dying_in_a_session_is_not_the_candidates_fault(sandbox: ZygoteSandbox) -> None:
    session = begun(sandbox, decide_program("return 0"))
    (child,) = children_of(sandbox.zygote_pid)
    pidfd = os.pidfd_open(child)
    os.kill(sandbox.zygote_pid, signal.SIGKILL)
    assert has_ended(pidfd)
    os.close(pidfd)
    with pytest.raises(SandboxUnavailableError, match="died"):
        session.decide(np.zeros(1, np.int32), observations([0]))
    session.close()
    assert_usable(sandbox)


def test_closing_ends_sessions_zygote_and_candidates() -> None:
    sandbox = ZygoteSandbox(IsolationLevel.L2)
    session = online(sandbox, decide_program("return 0"))
    pids = [sandbox.zygote_pid, *children_of(sandbox.zygote_pid)]
    pidfds = [os.pidfd_open(pid) for pid in pids]
    sandbox.close()
    sandbox.close()
    assert all(has_ended(pidfd) for pidfd in pidfds)
    session.close()
    for pidfd in pidfds:
        os.close(pidfd)


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name)
def test_nothing_survives_the_scorers_death(level: IsolationLevel) -> None:
    scorer = subprocess.Popen(
        [sys.executable, "-c", SCORER, str(int(level))], stdout=subprocess.PIPE, text=True
    )
    assert scorer.stdout is not None
    with scorer.stdout:
        line = scorer.stdout.readline()
        pids = [int(word) for word in line.split()]
        pidfds = [os.pidfd_open(pid) for pid in pids]
        scorer.kill()
        scorer.wait()
    assert len(pids) == 2
    assert all(has_ended(pidfd) for pidfd in pidfds)
    for pidfd in pidfds:
        os.close(pidfd)


SCORER = f"""
import sys
from pathlib import Path
from adrs.core.isolation import IsolationLevel
from adrs.errors import SandboxUnavailableError
from adrs.sandbox.zygote_sandbox import ZygoteSandbox
from adrs.testing.sandbox_conformance import begun, decide

try:
    sandbox = ZygoteSandbox(IsolationLevel(int(sys.argv[1])))
except SandboxUnavailableError:
    sandbox = ZygoteSandbox()
session = begun(sandbox, {NEVER_ENDING!r})
zygote = sandbox.zygote_pid
(child,) = Path(f"/proc/{{zygote}}/task/{{zygote}}/children").read_text().split()
print(zygote, child, flush=True)
decide(session, [0], [0])
"""


def test_source_that_fails_leaves_the_sandbox_usable(sandbox: Sandbox) -> None:
    for _ in range(3):
        failure(lambda: online(sandbox, "raise ValueError"))
    session = begun(sandbox, decide_program("return 2"))
    assert decide(session, [0], [0]) == [2]


def test_local_time_is_not_that_of_the_host() -> None:
    """In a process of its own, whose clocks are replaced for good."""
    script = (
        "import datetime, time\n"
        "from adrs.sandbox.determinism import replace_clocks\n"
        "replace_clocks()\n"
        "hours = {time.localtime().tm_hour, time.gmtime().tm_hour, datetime.datetime.now().hour}\n"
        "print(len(hours), time.timezone, datetime.datetime.fromtimestamp(0).hour)\n"
    )
    environment = {**os.environ, "TZ": "XYZ-9"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "0", "0"]
