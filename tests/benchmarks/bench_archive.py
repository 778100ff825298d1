"""Measure the archive by hand: CPU per added trial, CPU to read them back, bytes per trial.

Run it as `python tests/benchmarks/bench_archive.py [TRIALS]`.
"""

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from adrs.archive.sql import SqlArchive, open_archive
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.run import RunConfig, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial

SOURCE_BYTES = 3_000
SCENARIOS = 32
METRICS = 8
RUN = "bench"


def record() -> RunRecord:
    config = RunConfig(
        problem="spot",
        seed=1,
        strategy="default",
        proposer="mutator",
        evals=None,
        time_s=None,
        window=4,
        control=True,
        params={},
    )
    return RunRecord(
        name=RUN,
        config=config,
        problem_parts={"initial.py": "0" * 16},
        evaluator="spot 1",
        adrs_version="0.1.0",
        created_at="2026-01-01T00:00:00+00:00",
        status=RunStatus.RUNNING,
    )


def trial(number: int, rng: random.Random) -> Trial:
    line = "        load = load + obs.work_left_s / setup.tick_s\n"
    source = f"# {number}\n" + line * (SOURCE_BYTES // len(line))
    program = Program(id=f"{rng.getrandbits(64):016x}", source=source)
    evaluation = Evaluation(
        program_id=program.id,
        split=Split.TRAIN,
        verdict=Verdict.OK,
        score=rng.random(),
        values=tuple(rng.random() for _ in range(SCENARIOS)),
        metrics={f"metric_{i}": rng.random() for i in range(METRICS)},
        fingerprint=f"{rng.getrandbits(64):016x}",
        decisions=12_345,
        cpu_s=rng.random(),
        isolation=IsolationLevel.L3,
        evaluator="spot 1",
    )
    return Trial(
        arm=Arm.SEARCH,
        number=number,
        operator="refine",
        parent_ids=(f"{rng.getrandbits(64):016x}", f"{rng.getrandbits(64):016x}"),
        proposal=Proposal(
            proposer="mutator/ast@1",
            source=source,
            operators=("constant", "swap"),
            idea="change a constant, then swap two operands",
        ),
        program=program,
        evaluation=evaluation,
    )


def measure(archive: SqlArchive, path: Path, count: int) -> None:
    rng = random.Random(1)
    trials = [trial(number, rng) for number in range(count)]
    archive.create_run(record())
    costs_ms: list[float] = []
    for one in trials:
        start = time.process_time()
        archive.add_trial(RUN, one)
        costs_ms.append(1000 * (time.process_time() - start))
    write(
        f"add_trial: median {statistics.median(costs_ms):.3f} ms CPU, "
        f"mean {statistics.fmean(costs_ms):.3f} ms CPU"
    )
    log = path.with_name(path.name + "-wal")
    write(f"write-ahead log while open: {log.stat().st_size / 1e6:.2f} MB")
    start = time.process_time()
    number = sum(1 for _ in archive.trials(RUN, Arm.SEARCH))
    write(f"read {number} trials: {time.process_time() - start:.3f} s CPU")
    archive.close()
    write(f"disk: {path.stat().st_size / count / 1000:.2f} KB per trial")


def write(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "adrs.db"
        measure(open_archive(str(path)), path, count)


if __name__ == "__main__":
    main()
