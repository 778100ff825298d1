"""Runs one contestant against a model server of its own, and makes a row of it."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from adrs.catalog.problems import load_problem
from tests.benchmarks.peers.contestants import Peer, command, environment
from tests.benchmarks.peers.drivers.task import LOG_VARIABLE, PROBLEM, TASK_VARIABLE, Task
from tests.benchmarks.peers.environments import CHECKOUT, Environment
from tests.benchmarks.peers.table import Row
from tests.benchmarks.peers.watching import Watched, watch

_ERROR_CHARACTERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is the same for all: calls, calls at once, latency in seconds, seeds, patience."""

    calls: int
    concurrency: int
    latency_s: float
    seed: int
    stream_seed: int
    patience_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What a model server saw; times are on the monotonic clock."""

    answered: int
    first_s: float
    last_s: float
    in_flight: int


def measured(peer: Peer, own: Environment, judge: Path, terms: Terms, work: Path) -> Row:
    """Run a contestant in the folder `work`, which is made anew.

    Args:
        peer: who.
        own: its environment.
        judge: interpreter of the environment with `adrs`, which scores the best program.
        terms: what is the same for all.
        work: what it leaves is in `work/run`.
    """
    shutil.rmtree(work, ignore_errors=True)
    for name in ("run", "home", "input"):
        (work / name).mkdir(parents=True)
    with _server(terms) as url:
        seen = _watched(peer, own, _task(terms, url, work), work, terms.patience_s)
        traffic = _traffic(url)
    if peer.driver:
        best, counted = work / "best.py", _logged_counts(work)
    else:
        best, counted = _own_best(work), _own_counts(work)
    costs = _heldout(best, judge) if best.is_file() else {}
    row = replace(_row(peer, seen, traffic, work), version=own.version, **counted)
    if not costs and not row.error:
        return replace(row, error="it left no best program that is valid on held-out")
    return replace(row, heldout=costs.get("heldout"), shifted=costs.get("shifted"))


def _watched(peer: Peer, own: Environment, task: Task, work: Path, patience_s: float) -> Watched:
    return watch(
        command(peer, task, own.python),
        folder=work / "run",
        environment={
            **environment(work, task.url, own.python),
            TASK_VARIABLE: str(work / "input" / "task.json"),
            LOG_VARIABLE: str(work / "evaluations.jsonl"),
        },
        stdout=work / "stdout.txt",
        stderr=work / "stderr.txt",
        patience_s=patience_s,
    )


@contextmanager
def _server(terms: Terms) -> Iterator[str]:
    """Serve in a process of its own, so that its CPU time is nobody's."""
    command = [sys.executable, "-m", "tests.benchmarks.peers.stream", "--problem", PROBLEM]
    command += ["--seed", str(terms.stream_seed), "--latency", str(terms.latency_s)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def _task(terms: Terms, url: str, work: Path) -> Task:
    problem = load_problem(PROBLEM)
    initial = work / "input" / "initial.py"
    initial.write_text(problem.initial.source)
    task = Task(
        url=url,
        calls=terms.calls,
        concurrency=terms.concurrency,
        seed=terms.seed,
        initial=str(initial),
        best=str(work / "best.py"),
        statement=problem.statement,
    )
    (work / "input" / "task.json").write_text(json.dumps(asdict(task)))
    return task


def _traffic(url: str) -> Traffic:
    with urllib.request.urlopen(f"{url}/stats") as reply:
        served = json.load(reply)["served"]
    turns = [(call["arrived_s"], 1) for call in served] + [(call["ended_s"], -1) for call in served]
    now = most = 0
    for _, step in sorted(turns):
        now += step
        most = max(most, now)
    return Traffic(
        answered=sum(call["answered"] for call in served),
        first_s=min((call["arrived_s"] for call in served), default=0.0),
        last_s=max((call["ended_s"] for call in served), default=0.0),
        in_flight=most,
    )


def _row(peer: Peer, seen: Watched, traffic: Traffic, work: Path) -> Row:
    left = [path.stat().st_size for path in (work / "run").rglob("*") if path.is_file()]
    return Row(
        name=peer.name,
        error=_error(seen, work),
        calls=traffic.answered,
        cpu_s=seen.cpu_s,
        search_cpu_s=seen.cpu_until(traffic.last_s) - seen.cpu_until(traffic.first_s),
        peak_memory=seen.peak_memory,
        wall_s=seen.wall_s,
        search_s=traffic.last_s - traffic.first_s,
        in_flight=traffic.in_flight,
        disk=sum(left),
        files=len(left),
    )


def _error(seen: Watched, work: Path) -> str:
    """Return the last line of what was said, where the run did not end well."""
    if seen.exit_code == 0:
        return ""
    said = [line for name in ("stdout.txt", "stderr.txt") for line in _lines(work / name)]
    last = said[-1][:_ERROR_CHARACTERS] if said else "nothing was said"
    if seen.exit_code is None:
        return f"killed after {seen.wall_s:.0f} s: {last}"
    return f"exit code {seen.exit_code}: {last}"


def _lines(path: Path) -> Sequence[str]:
    return [line.strip() for line in path.read_text(errors="replace").splitlines() if line.strip()]


def _heldout(program: Path, judge: Path) -> Mapping[str, float]:
    """Return the mean costs that `adrs evaluate` finds, by part of the held-out scenarios."""
    words = [str(judge), "-m", "adrs", "evaluate", PROBLEM, str(program), "--json"]
    done = subprocess.run(
        [*words, "--split", "heldout"], capture_output=True, text=True, check=False,
        cwd=program.parent, env={**os.environ, "ADRS_HELDOUT_KEY": "public"},
    )  # fmt: skip
    return _scores(json.loads(done.stdout)) if done.returncode == 0 else {}


def _scores(parts: Sequence[Mapping[str, Any]]) -> Mapping[str, float]:
    return {part["split"]: part["score"] for part in parts if part["score"] is not None}


def _logged_counts(work: Path) -> dict[str, Any]:
    log = work / "evaluations.jsonl"
    programs = [json.loads(line)["program"] for line in _lines(log)] if log.exists() else []
    tried = set(programs[1:]) - set(programs[:1])  # the first is the initial program
    return {"evaluations": len(programs), "trials": len(tried), "further_evaluations": 0}


def _own_best(work: Path) -> Path:
    return next((work / "run").glob("runs/*/best.py"), work / "none")


def _own_counts(work: Path) -> dict[str, Any]:
    """Return the counts of our own report, where there is one."""
    path = next((work / "run").glob("runs/*/report.json"), None)
    if path is None:
        return {}
    report = json.loads(path.read_text())
    by_arm = {arm["arm"]: arm["evaluations"] for arm in report["attempts"]}
    searched = 1 + sum(by_arm.values())  # 1: the initial program
    return {
        "evaluations": searched,
        "trials": by_arm["search"],  # duplicates are not evaluated
        "further_evaluations": report["spend"]["evaluations"] - searched,
        "note": _own_note(report),
    }


def _own_note(report: Mapping[str, Any]) -> str:
    """Return the held-out cost of the best program found and of the best baseline, and the verdict.

    Where no improvement is significant the program left to the user is not the best one found.
    """
    costs: dict[str, list[float]] = {"baseline": [], "best": []}
    for row in report["rows"]:
        found = [part["mean"] for part in row["results"] if part["split"] == "heldout"]
        costs.setdefault(row["kind"], []).extend(cost for cost in found if cost is not None)
    parts = [f"{kind} {min(costs[kind]):.2f}" for kind in ("baseline", "best") if costs[kind]]
    return f"held-out $: {', '.join(parts)}; {report['verdict']['sentence']}"
