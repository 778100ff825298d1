"""What a trial costs: evaluations per second, and CPU beside simulation and policy.

Run by hand on a quiet machine: `python tests/benchmarks/bench_trials.py [PROBLEM] [TRIALS]`.

The search of a real run is timed with real scorers and a real archive on disk, and with the garbage
collector set as `adrs run` sets it; CPU is summed over harness, scorers, zygotes and candidates.
Then the same programs are evaluated in-process, which is what simulation and policy cost by
themselves; the difference is the harness's overhead.
"""

import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from adrs.api import compose
from adrs.api.stopping import Stop
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import load_problem
from adrs.cli.app import GARBAGE_EVERY
from adrs.core.evaluation import Evaluation
from adrs.core.events import Event
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.run import DEFAULT_WINDOW, RunConfig, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.engine.arm import ArmSetup, Past
from adrs.engine.budget import Ledger
from adrs.engine.journal import ArchiveJournal
from adrs.engine.loop import ArmLoop
from adrs.engine.staff import Briefing
from adrs.evaluation.pool import AHEAD, ScorerPool
from adrs.evaluation.scoring import Scoring
from adrs.sandbox.policy import CandidateError
from adrs.sandbox.protocol import Job, PolicyFailed
from adrs.testing.sandbox import InlineSandbox, InlineSession

ResultT = TypeVar("ResultT")

TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")


def ignore(event: Event) -> None:
    """Listen to nothing."""


def tree_cpu_s(pid: int) -> float:
    """CPU seconds of a process, of what it has reaped, and of its living children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    total = sum(int(f) for f in fields[11:15]) * TICK_S
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return total + sum(tree_cpu_s(int(child)) for child in children)


class BareSandbox(InlineSandbox):
    """The in-process double without its guard around each call, which is no part of a policy."""

    def open(self, job: Job) -> InlineSession:
        """Compile the program in this process."""
        return BareSession(job)


class BareSession(InlineSession):
    """Calls the program and nothing else."""

    def _guarded(self, call: Callable[[], ResultT], slot: int | None) -> ResultT:
        try:
            return call()
        except CandidateError as exc:
            raise PolicyFailed(exc.verdict, exc.text, slot) from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a search took.

    Attributes:
        programs: what it evaluated.
        wall_s: wall seconds.
        harness_s: CPU seconds of the harness.
        scoring_s: CPU seconds of scorers, zygotes and candidates.
    """

    programs: list[Program]
    wall_s: float
    harness_s: float
    scoring_s: float


def search(problem: Problem, trials: int, workers: int) -> Cost:
    """Search and tell what it took."""
    tool = compose.instrument(problem)
    config = RunConfig(
        problem=problem.name,
        seed=1,
        strategy="islands",
        proposer="mutator/ast",
        evals=trials,
        time_s=None,
        window=DEFAULT_WINDOW,
        control=False,
        params={},
    )
    level = compose.isolation()
    with (
        tempfile.TemporaryDirectory() as folder,
        compose.pool(tool, level=level, workers=workers) as pool,
    ):
        archive = open_archive(f"{folder}/adrs.db")
        record = RunRecord(
            name="bench",
            config=config,
            problem_parts={},
            evaluator=tool.label,
            adrs_version="0",
            created_at="2026-01-01T00:00:00+00:00",
            status=RunStatus.RUNNING,
        )
        archive.create_run(record)
        staff = compose.staff(
            record,
            problem,
            tool,
            archive=archive,
            evaluations=pool,
            sink=ignore,
            stop=Stop(),
            models=None,
        )
        initial = _warmed_up(pool, problem)
        ledger = Ledger(evals=trials, time_s=None, spent_s=0.0, clock=time.monotonic)
        setup = ArmSetup(
            arm=Arm.SEARCH,
            seed=1,
            objective=problem.objective,
            initial=problem.initial,
            initial_evaluation=initial,
            strategy=staff.search.strategy(trials),
            proposals=staff.search.proposals(Briefing(baselines={}, bounds=())).__enter__(),
            course=staff.search.course(1),
        )
        loop = ArmLoop(
            setup,
            evaluations=pool,
            ledger=ledger,
            journal=ArchiveJournal(archive, "bench", ledger),
            sink=ignore,
            stop=staff.stop,
            past=Past(),
        )
        gc.freeze()
        gc.set_threshold(GARBAGE_EVERY)
        scoring_s = sum(map(tree_cpu_s, pool.processes))
        began, began_s = time.perf_counter(), time.process_time()
        loop.run()
        wall_s, harness_s = time.perf_counter() - began, time.process_time() - began_s
        scoring_s = sum(map(tree_cpu_s, pool.processes)) - scoring_s
        programs = [
            t.program
            for t in archive.trials("bench", Arm.SEARCH)
            if t.program is not None and t.evaluation is not None
        ]
        archive.close()
    return Cost(programs=programs, wall_s=wall_s, harness_s=harness_s, scoring_s=scoring_s)


def _warmed_up(pool: ScorerPool, problem: Problem) -> Evaluation:
    """Evaluate the initial program on every scorer."""
    pool.start_all()
    for ticket in range(AHEAD * pool.workers):
        pool.submit(ticket, problem.initial, Split.TRAIN)
    answers = [pool.collect() for _ in range(AHEAD * pool.workers)]
    assert answers[0] is not None
    return answers[0][1]


def in_process_cpu_s(problem: Problem, programs: list[Program]) -> float:
    """CPU seconds of simulation and policy alone."""
    tool = compose.instrument(problem)
    scoring = Scoring(tool.task, tool.evaluator, BareSandbox())
    scoring.evaluate(problem.initial, Split.TRAIN)
    began = time.process_time()
    for program in programs:
        scoring.evaluate(program, Split.TRAIN)
    return time.process_time() - began


def main() -> None:
    """Print the figures of one problem."""
    name = sys.argv[1] if len(sys.argv) > 1 else "spot"
    trials = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    problem = load_problem(name)
    cost = search(problem, trials, workers=2)
    alone_s = in_process_cpu_s(problem, cost.programs)
    count = len(cost.programs)
    each = 1000 / count
    cpu_s = cost.harness_s + cost.scoring_s
    print(f"{name}: {count} evaluations on 2 scorers")
    print(f"evaluations per second       {count / cost.wall_s:8.1f}")
    print(f"CPU per trial                {cpu_s * each:8.2f} ms")
    print(f"  harness                    {cost.harness_s * each:8.2f} ms")
    print(f"  scorer, zygote, candidate  {cost.scoring_s * each:8.2f} ms")
    print(f"simulation and policy alone  {alone_s * each:8.2f} ms (in-process)")
    print(f"overhead                     {(cpu_s - alone_s) * each:8.2f} ms")


if __name__ == "__main__":
    main()
