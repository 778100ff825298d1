"""10,000 evaluations in a row: descriptors, processes and memory of scorer and zygote stay flat.

Run by hand: `python tests/benchmarks/bench_leaks.py [evaluations]`. One in ten programs fails: by
an exception, a crash, a forbidden call or a rejected text. Exits with 1 when something grew.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from adrs.core.objective import Direction, Objective
from adrs.core.problem import Limits
from adrs.core.program import Program
from adrs.core.scenario import Split, SplitSpec
from adrs.evaluation.pool import ScorerPool
from adrs.evaluation.scoring import Task
from adrs.sandbox.preflight import preflight

EVALUATIONS = 10_000
WARM = 1_000  # after so many, caches and allocators have what they need
GROWTH = 1.05
EVALUATOR = f"file:{Path(__file__).parents[1] / 'doubles' / 'line_evaluator.py'}"
FAILING = (
    "def predict(x): return 1 / 0",
    "import os\ndef predict(x): os._exit(1)",
    "import ctypes\ndef predict(x): ctypes.CDLL(None).ptrace(0, 0, 0, 0)",
    "def predict(x) return",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a process holds."""

    rss_kb: int
    descriptors: int
    children: int

    @staticmethod
    def of(pid: int) -> "Holding":
        """Look at a process."""
        status = Path(f"/proc/{pid}/status").read_text()
        (rss,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
        return Holding(
            rss_kb=int(rss.split()[1]),
            descriptors=len(list(Path(f"/proc/{pid}/fd").iterdir())),
            children=len(children_of(pid)),
        )

    def grew(self, before: "Holding") -> bool:
        """Tell whether it holds more than before."""
        more = self.descriptors > before.descriptors or self.children > before.children
        return more or self.rss_kb > GROWTH * before.rss_kb


def children_of(pid: int) -> list[int]:
    """Return the process ids of a process's children."""
    return [
        int(child)
        for entry in Path(f"/proc/{pid}/task").glob("*/children")
        for child in entry.read_text().split()
    ]


def program(number: int) -> Program:
    """Return a program that differs from all others; one in ten fails."""
    if number % 10 == 0:
        return Program.of(f"{FAILING[number // 10 % len(FAILING)]}\nNUMBER = {number}\n")
    return Program.of(f"def predict(x): return {number / 1000} * x\n")


def task() -> Task:
    """Return a problem whose evaluation takes little but the sandbox's start."""
    splits = {split: SplitSpec(split=split, count=4) for split in Split}
    return Task(
        problem="line",
        evaluator=EVALUATOR,
        params={},
        objective=Objective(metric="error", unit="", direction=Direction.MINIMIZE),
        splits=splits,
        limits=Limits(cpu_s=5.0, wall_s=60.0),
    )


def main() -> None:
    """Evaluate, look, and compare."""
    evaluations = int(sys.argv[1]) if len(sys.argv) > 1 else EVALUATIONS
    with ScorerPool(task(), level=preflight().level, workers=1, instrument="line 1") as pool:
        before: list[Holding] = []
        for start in range(0, evaluations, WARM):
            pool.evaluate([program(start + i) for i in range(WARM)], Split.TRAIN)
            scorer = pool.processes[0]
            (zygote,) = children_of(scorer)
            now = [Holding.of(scorer), Holding.of(zygote)]
            before = before or now
            print(f"after {start + WARM}: scorer {now[0]}, zygote {now[1]}")
    sys.exit(any(after.grew(first) for after, first in zip(now, before, strict=True)))


if __name__ == "__main__":
    main()
