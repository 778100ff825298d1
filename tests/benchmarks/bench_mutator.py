"""CPU time of one proposal of the blind mutator; run by hand.

    python tests/benchmarks/bench_mutator.py [--count 400]

Times batches, because the clock of a process is coarser than one proposal on some kernels.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from adrs.core.program import Program
from adrs.core.trial import Ask
from adrs.core.vocabulary import Vocabulary
from adrs.proposers.mutator import AstMutator, SingleEditMutator, reductions
from adrs.proposers.protocol import Proposer

PROGRAMS = Path(__file__).parent.parent / "proposers" / "mutator" / "programs"
BATCHES = 15
VOCABULARY = Vocabulary(
    numeric=("slack_s", "done", "expected", "left_s", "obs.now_s", "share", "weight"),
    numeric_lists=("loads", "totals"),
    booleans=("obs.has_spot",),
    enums=("SPOT", "ON_DEMAND", "NONE"),
    guards=("slack_s < {c} * self.overhead_s",),
)


def batch_ms(proposer: Proposer, asks: Sequence[Ask], count: int) -> list[float]:
    """Return the CPU milliseconds per proposal of each batch."""
    found = []
    for batch in range(BATCHES):
        start = time.process_time()
        for i in range(count):
            proposer.propose(asks[i % len(asks)], seed=batch * count + i)
        found.append((time.process_time() - start) / count * 1e3)
    return found


def report(title: str, samples: Sequence[float]) -> None:
    """Print the median and the spread of a measurement."""
    low, high = min(samples), max(samples)
    print(f"{title:58} {statistics.median(samples):7.3f} ms  ({low:.3f} to {high:.3f})")


def main() -> None:
    """Measure warm and cold proposals, crossover, single edits and reductions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400, help="proposals in a batch")
    count = parser.parse_args().count
    for path in sorted(PROGRAMS.glob("*.py")):
        program = Program.of(path.read_text())
        title = f"{path.stem} ({len(program.source.splitlines())} lines)"
        refine = [Ask(operator="refine", parent=program)]
        cross = [Ask(operator="crossover", parent=program, inspirations=(program,))]
        fresh = [
            Ask(operator="refine", parent=Program.of(f"{program.source}# {i}\n"))
            for i in range(200)
        ]
        report(f"{title}: proposal", batch_ms(AstMutator(VOCABULARY), refine, count))
        report(f"{title}: crossover", batch_ms(AstMutator(VOCABULARY), cross, count))
        report(f"{title}: new parent", batch_ms(AstMutator(VOCABULARY), fresh, len(fresh)))
        report(f"{title}: single edit", batch_ms(SingleEditMutator(VOCABULARY), refine, count))
        start = time.process_time()
        found = len(list(reductions(program.source, start=program.source)))
        report(f"{title}: {found} reductions", [(time.process_time() - start) * 1e3])


if __name__ == "__main__":
    main()
