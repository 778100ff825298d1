"""Measure the views by hand: CPU and memory of each command on 100 runs and 100,000 trials.

Run it as `python tests/benchmarks/bench_views.py [ARCHIVE]`. The archive is made by its own writer
(about two minutes, 0.6 GB) where the file does not exist, in a temporary folder without ARCHIVE.
Every tenth run asked a language model, one call a trial, with prompts of 12 KB.

The least of several runs counts: CPU time rises with what else is on the core.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from adrs.archive.sql import open_archive
from adrs.archive.sql.archive import SqlArchive
from adrs.catalog.problems import load_problem
from adrs.core.call import (
    Call,
    CallOutcome,
    CallRequest,
    CallSite,
    Message,
    Purpose,
    Speaker,
    Usage,
)
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.run import (
    Assessment,
    Conclusion,
    ModelUse,
    Role,
    RunConfig,
    RunRecord,
    RunStatus,
)
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial

RUNS = 100
TRIALS = 500  # of each arm
REDUCTIONS = 100
SOURCE_BYTES = 3_000
PROMPT_BYTES = 12_000
COUNTS = {Split.TRAIN: 32, Split.VALIDATION: 64, Split.HELDOUT: 200, Split.SHIFTED: 100}
LINE = "        load = load + obs.work_left_s / setup.tick_s\n"
MOST_CPU_S = 1.0
MOST_MB = 200.0
REPEATS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command took."""

    cpu_s: float
    memory_mb: float


class Writer:
    """Writes runs of a problem as a search would, with made-up values."""

    def __init__(self, archive: SqlArchive, problem: Problem) -> None:
        self._archive = archive
        self._problem = problem
        self._rng = random.Random(1)

    def write(self, number: int) -> None:
        asks = number % 10 == 9
        record = self._record(number, asks)
        self._archive.create_run(record)
        for role, label, program in self._humans():
            for split in COUNTS:
                self._assess(record.name, role, label, program, split, 1.0)
        arms = {arm: list(self._trials(arm)) for arm in Arm}
        for trials in arms.values():
            for trial in trials:
                self._archive.add_trial(record.name, trial)
        for trial in arms[Arm.SEARCH] if asks else ():
            self._archive.add_call(record.name, self._call(trial))
        self._end(record.name, arms)

    def _record(self, number: int, asks: bool) -> RunRecord:
        config = RunConfig(
            problem=self._problem.name,
            seed=number,
            strategy=("islands", "greedy")[number % 2],
            proposer="llm" if asks else "mutator/ast",
            evals=TRIALS,
            time_s=None,
            window=8,
            control=True,
            params={},
            models=ModelUse(models=("openai/small",)) if asks else None,
        )
        return RunRecord(
            name=f"bench-{number:03d}",
            config=config,
            problem_parts=self._problem.parts,
            evaluator=f"{self._problem.evaluator} 1",
            adrs_version="0.1.0",
            created_at=f"2026-01-{1 + number // 24:02d}T{number % 24:02d}:00:00+00:00",
            status=RunStatus.RUNNING,
        )

    def _humans(self) -> Iterator[tuple[Role, str, Program | None]]:
        yield Role.INITIAL, "", self._problem.initial
        yield Role.BOUND, "", None
        for baseline in self._problem.baselines:
            yield Role.BASELINE, baseline.name, baseline.program

    def _program(self) -> Program:
        key = f"{self._rng.getrandbits(64):016x}"
        return Program(id=key, source=f"# {key}\n" + LINE * (SOURCE_BYTES // len(LINE)))

    def _evaluation(self, program: Program | None, split: Split, factor: float) -> Evaluation:
        values = tuple(100 * factor * self._rng.uniform(0.8, 1.2) for _ in range(COUNTS[split]))
        return Evaluation(
            program_id="" if program is None else program.id,
            split=split,
            verdict=Verdict.OK,
            score=statistics.fmean(values),
            values=values,
            metrics={f"metric_{i}": self._rng.random() for i in range(8)},
            fingerprint="f",
            decisions=12_345,
            cpu_s=0.01,
            isolation=IsolationLevel.L3,
            evaluator=f"{self._problem.evaluator} 1",
        )

    def _trials(self, arm: Arm) -> Iterator[Trial]:
        parent = self._problem.initial
        for number in range(1, TRIALS + 1):
            program = self._program()
            yield Trial(
                arm=arm,
                number=number,
                operator="refine",
                parent_ids=(parent.id,),
                proposal=Proposal(
                    proposer="mutator/ast@1",
                    source=program.source,
                    operators=("constant", "swap"),
                    idea="change a constant, then swap two operands",
                ),
                program=program,
                evaluation=self._evaluation(program, Split.TRAIN, 1 - number / 5000),
            )
            if number % 50 == 0:
                parent = program

    def _call(self, trial: Trial) -> Call:
        prompt = f"{trial.number}\n" + "x" * PROMPT_BYTES
        messages = (Message(role=Speaker.USER, content=prompt),)
        return Call(
            site=CallSite(
                arm=trial.arm,
                trial=trial.number,
                operator=trial.operator,
                purpose=Purpose.PROPOSE,
                asked_after=0,
            ),
            request=CallRequest(model="openai/small", messages=messages),
            attempt=1,
            outcome=CallOutcome.OK,
            text="y" * SOURCE_BYTES,
            usage=Usage(prompt_tokens=3000, completion_tokens=800),
            cost_usd=0.001,
            latency_s=2.0,
            created_at="2026-01-02T03:04:05.678+00:00",
        )

    def _end(self, run: str, arms: dict[Arm, list[Trial]]) -> None:
        for _ in range(REDUCTIONS):
            program = self._program()
            self._assess(run, Role.REDUCTION, program.id, program, Split.TRAIN, 0.9)
        picks = {arm: trials[-1].program for arm, trials in arms.items()}
        found, control = picks[Arm.SEARCH], picks[Arm.CONTROL]
        assert found is not None
        for split in COUNTS:
            self._assess(run, Role.CHAMPION, "", found, split, self._rng.uniform(0.8, 0.9))
            self._assess(run, Role.CONTROL, "", control, split, 0.95)
        conclusion = Conclusion(
            champion=found,
            champion_trial=TRIALS,
            best=found,
            control=control,
            improved=True,
            reason="better on validation",
        )
        self._archive.conclude(run, conclusion, spent_s=41.0)

    def _assess(
        self, run: str, role: Role, label: str, program: Program | None, split: Split, factor: float
    ) -> None:
        evaluation = self._evaluation(program, split, 0.5 if role is Role.BOUND else factor)
        made = Assessment(role=role, label=label, program=program, evaluation=evaluation)
        self._archive.add_assessment(run, made)


def make(path: Path) -> None:
    archive = open_archive(str(path))
    problem = load_problem("spot")
    writer = Writer(archive, replace(problem, name="spot"))
    for number in range(RUNS):
        writer.write(number)
    archive.close()


def cost(arguments: list[str], path: Path) -> Cost:
    """Run a command on the archive and return what its process took."""
    command = [sys.executable, "-m", "adrs", *arguments, "--archive", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed: exit code {process.returncode}")
    return Cost(cpu_s=usage.ru_utime + usage.ru_stime, memory_mb=usage.ru_maxrss / 1024)


def measure(path: Path) -> bool:
    """Print what every view takes; tell whether all are within the limits."""
    program = load_problem("spot").initial.id
    views = {
        "runs": ["runs"],
        "report": ["report", "bench-050"],
        "report, model run": ["report", "bench-059"],
        "leaderboard": ["leaderboard", "spot"],
        "compare, 2 runs": ["compare", "bench-001", "bench-002"],
        "compare, 8 runs": ["compare", *(f"bench-00{number}" for number in range(8))],
        "lineage": ["lineage", "bench-050"],
        "diff, against parent": ["diff", "bench-050", "--against", "parent"],
        "show": ["show", program],
    }
    good = True
    for name, arguments in views.items():
        costs = [cost(arguments, path) for _ in range(REPEATS)]
        cpu_s = min(c.cpu_s for c in costs)
        memory_mb = max(c.memory_mb for c in costs)
        within = cpu_s < MOST_CPU_S and memory_mb < MOST_MB
        good = good and within
        mark = "" if within else "   OVER THE LIMIT"
        print(f"{name:22} {cpu_s:6.2f} s CPU {memory_mb:6.0f} MB{mark}")
    return good


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "adrs.db"
        if not path.exists():
            make(path)
        print(f"archive: {path.stat().st_size / 1e6:,.0f} MB")
        good = measure(path)
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
