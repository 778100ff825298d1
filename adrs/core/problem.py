"""A problem: what is optimised, on which scenarios, within which limits."""

from collections.abc import Mapping
from dataclasses import dataclass

from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.scenario import Scalar, Split, SplitSpec
from adrs.core.vocabulary import Vocabulary

OWN_EVALUATOR = "evaluator: "  # before a file's name: the part that an evaluator in the folder is


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one candidate process may use for one batch of scenarios.

    A batch has at most 64; of a planner, unless its CPU time is the objective, no more than train.

    Attributes:
        cpu_s: CPU seconds, the limit that ends a loop.
        wall_s: wall seconds, the last backstop.
        memory_mb: address space beyond the warm interpreter's, in MiB.
        source_bytes: size of the program's text.
        output_bytes: size of one plan.
        decisions: how many decisions, or plans, it may be asked for.
    """

    cpu_s: float = 5.0
    wall_s: float = 60.0
    memory_mb: int = 512
    source_bytes: int = 65_536
    output_bytes: int = 64 * 1024 * 1024
    decisions: int = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A published or obvious policy to compare with."""

    name: str
    title: str
    program: Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Statement, initial program, baselines, scenarios by split, objective, limits.

    Attributes:
        name: folder name, the name on the command line.
        title: one line.
        statement: what a proposer is told, Markdown.
        location: where it was loaded from: a folder's path.
        evaluator: name of the evaluator family.
        params: the evaluator's parameters.
        objective: the raw metric.
        initial: where search starts.
        baselines: weak to strong.
        reference: name of the baseline at which headroom is 0.
        splits: how many scenarios of which kind each split has.
        limits: for one candidate process.
        vocabulary: what the blind mutator and the prompt may use.
        parts: hash of every part that defines the problem, by its name ("initial.py",
            "problem.toml: params"), so that a change can be named.
    """

    name: str
    title: str
    statement: str
    location: str
    evaluator: str
    params: Mapping[str, Scalar]
    objective: Objective
    initial: Program
    baselines: tuple[Baseline, ...]
    reference: str
    splits: Mapping[Split, SplitSpec]
    limits: Limits
    vocabulary: Vocabulary
    parts: Mapping[str, str]
