"""SIGKILL at any instant and resume: the same champion, the same report, no process left."""

import functools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

from tests.cli.watching import eventually, wait_for_trials

ARGS = ("--evals", "60", "--seed", "5", "--run", "one", "--workers", "2", "--quiet")


def report(adrs: Any, archive: str) -> Any:
    whole = json.loads(adrs("report", "--json", "--archive", archive).stdout)
    del whole["times"]
    return whole


def children_of(pid: int) -> set[int]:
    """Return the process ids below `pid`."""
    found: set[int] = set()
    for entry in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, entry.read_text().split()):
            found |= {child} | children_of(child)
    return found


def gone(pids: set[int]) -> bool:
    return all(not Path(f"/proc/{pid}").exists() or _is_zombie(pid) for pid in pids)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_an_interrupted_command_says_so(toy: Path) -> None:
    command = [sys.executable, "-m", "adrs", "problem", "check", str(toy)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert eventually(lambda: bool(children_of(process.pid)))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130
    assert said.splitlines()[-1:] == ["adrs: interrupted."]


def test_killed_and_resumed_is_as_if_it_had_never_stopped(adrs: Any, toy: Path) -> None:
    whole = adrs("run", toy, *ARGS, "--archive", "whole.db")
    assert whole.returncode == 0, whole.stderr
    for attempt in (1, 2, 3):
        archive = f"killed{attempt}.db"
        command = [sys.executable, "-m", "adrs", "run", str(toy), *ARGS, "--archive", archive]
        with subprocess.Popen(command, cwd=toy.parent, stderr=subprocess.DEVNULL) as process:
            wait_for_trials(toy.parent / archive, Random(attempt).randrange(1, 100))
            below = children_of(process.pid)
            os.kill(process.pid, signal.SIGKILL)
        assert below
        assert eventually(functools.partial(gone, below))
        resumed = adrs("resume", "--archive", archive, "--quiet")
        assert resumed.returncode == 0, resumed.stderr
        assert report(adrs, "whole.db") == report(adrs, archive)


def test_an_interrupt_finishes_what_is_in_flight_and_tells_how_to_go_on(
    adrs: Any, toy: Path
) -> None:
    command = [sys.executable, "-m", "adrs", "run", str(toy), *ARGS, "--archive", "stopped.db"]
    with subprocess.Popen(command, cwd=toy.parent, stderr=subprocess.PIPE, text=True) as process:
        wait_for_trials(toy.parent / "stopped.db", 10)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130
    assert "`adrs resume one --archive stopped.db` goes on" in errors
    assert adrs("resume", "--archive", "stopped.db", "--quiet").returncode == 0


def test_a_replay_that_was_killed_goes_on_too(adrs: Any, toy: Path) -> None:
    assert adrs("run", toy, *ARGS, "--no-control", "--archive", "a.db").returncode == 0
    command = [sys.executable, "-m", "adrs", "replay", "one", "--archive", "a.db", "--quiet"]
    with subprocess.Popen(command, cwd=toy.parent, stderr=subprocess.DEVNULL) as process:
        wait_for_trials(toy.parent / "a.db", 60 + 20)
        os.kill(process.pid, signal.SIGKILL)
    resumed = adrs("resume", "one-replay", "--archive", "a.db", "--quiet")
    assert resumed.returncode == 0, resumed.stderr
    one, other = (
        json.loads(adrs("report", name, "--json", "--archive", "a.db").stdout)
        for name in ("one", "one-replay")
    )
    assert one["rows"] == other["rows"]
