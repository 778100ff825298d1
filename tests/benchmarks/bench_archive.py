"""Measure the archive by hand: CPU per added trial and call, CPU to read them back, bytes on disk.

Run it as `python tests/benchmarks/bench_archive.py [TRIALS]`. Every trial has a program that
differs from a first one in some lines, and is asked for with a prompt that quotes it. What has no
like in a run, the numbers of the scenarios, is random to its last digit.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from adrs.archive.sql import SqlArchive, open_archive
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
from adrs.core.program import Program
from adrs.core.run import RunConfig, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial

SOURCE_LINES = 60
SYSTEM_LINES = 150
CHANGED_LINES = 5
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


def line(rng: random.Random) -> str:
    """Return a line of code of some 50 characters."""
    left, right = (rng.choice(("load", "work", "slack", "ahead", "queue")) for _ in range(2))
    return f"        {left} = {right} * {rng.random():.4f} + obs.work_left_s / {rng.randrange(99)}"


class Texts:
    """Programs and prompts of one run."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._first = [line(rng) for _ in range(SOURCE_LINES)]
        self._system = "\n".join(line(rng) for _ in range(SYSTEM_LINES))

    def source(self) -> str:
        """Return a program."""
        lines = list(self._first)
        for place in self._rng.sample(range(SOURCE_LINES), CHANGED_LINES):
            lines[place] = line(self._rng)
        return "\n".join(lines)

    def call(self, number: int, source: str) -> Call:
        """Return the answered call that brought a program."""
        rows = (f"| train/{i:04} | {self._rng.random():.6f} |" for i in range(SCENARIOS))
        request = CallRequest(
            model="openai/strong",
            messages=(
                Message(role=Speaker.SYSTEM, content=self._system),
                Message(role=Speaker.USER, content="\n".join((source, *rows))),
            ),
        )
        text = "\n".join(line(self._rng) for _ in range(2 * CHANGED_LINES))
        return Call(
            site=CallSite(
                arm=Arm.SEARCH,
                trial=number,
                operator="refine",
                purpose=Purpose.PROPOSE,
                asked_after=number,
            ),
            request=request,
            attempt=1,
            outcome=CallOutcome.OK,
            text=text,
            raw=f'{{"id": "{self._rng.getrandbits(96):024x}", "content": "{text}"}}',
            usage=Usage(prompt_tokens=4_000, completion_tokens=150),
            created_at="2026-01-01T00:00:00.000+00:00",
        )


def trial(number: int, source: str, rng: random.Random) -> Trial:
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
    texts = Texts(rng)
    sources = [texts.source() for _ in range(count)]
    trials = [trial(number, source, rng) for number, source in enumerate(sources)]
    calls = [texts.call(number, source) for number, source in enumerate(sources)]
    archive.create_run(record())
    write_costs("add_trial", lambda number: archive.add_trial(RUN, trials[number]), count)
    log = path.with_name(path.name + "-wal")
    write(f"write-ahead log while open: {log.stat().st_size / 1e6:.2f} MB")
    write_costs("add_call", lambda number: archive.add_call(RUN, calls[number]), count)
    start = time.process_time()
    number = sum(1 for _ in archive.trials(RUN, Arm.SEARCH))
    write(f"read {number} trials: {time.process_time() - start:.3f} s CPU")
    start = time.process_time()
    number = sum(1 for _ in archive.calls(RUN))
    write(f"read {number} calls: {time.process_time() - start:.3f} s CPU")
    archive.close()
    write(f"disk: {path.stat().st_size / count / 1000:.2f} KB per trial with its call")


def write_costs(name: str, add: Callable[[int], None], count: int) -> None:
    """Do something for every number and write what it took."""
    costs_ms: list[float] = []
    for number in range(count):
        start = time.process_time()
        add(number)
        costs_ms.append(1000 * (time.process_time() - start))
    write(
        f"{name}: median {statistics.median(costs_ms):.3f} ms CPU, "
        f"mean {statistics.fmean(costs_ms):.3f} ms CPU"
    )


def write(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "adrs.db"
        measure(open_archive(str(path)), path, count)


if __name__ == "__main__":
    main()
