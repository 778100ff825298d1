"""`adrs.evaluate`: score one program on a split of a problem."""

import os
from collections.abc import Sequence
from pathlib import Path

from adrs.api import compose
from adrs.api.heldout_key import users_key
from adrs.api.isolation import accepted_level, refuse_held_out
from adrs.api.results import EvaluationResult, ScenarioValue
from adrs.api.warning import Warn, warn_caller
from adrs.catalog.problems import load_problem
from adrs.core.arguments import text_of_path
from adrs.core.evaluation import Evaluation
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.scenario import Split, heldout_set, scenario_id
from adrs.errors import UsageError


def evaluate(
    problem: str | os.PathLike[str] | Problem,
    program: str | os.PathLike[str] | Program,
    *,
    split: str = "train",
    workers: int | None = None,
    allow_weak_sandbox: str | None = None,
) -> EvaluationResult:
    """Score a program on a split of a problem, as `adrs evaluate` does; nothing is recorded.

    A program that fails is a result, not an error: its verdict says how it ended. Any thread may
    call it.

    Args:
        problem: a problem's name, the path of its folder, or what `adrs.load_problem` returned.
        program: the path of its source file, or a program: `adrs.Program.of(source)`.
        split: "train", "validation", "heldout", "shifted" or "stress". All but train are drawn
            with your own key, as in your runs.
        workers: scorer processes; as many as cores.
        allow_weak_sandbox: "L1" or "L0" to go on where the host has no better isolation.

    Raises:
        UsageError: there is no such problem, program or split.
        SandboxUnavailableError: this host cannot isolate candidates, or not well enough for
            held-out workloads.
        AdrsError: any other fault, such as one of the problem's evaluator.
    """
    wanted = split_of(split)
    loaded = problem if isinstance(problem, Problem) else load_problem(problem)
    (result,) = evaluated(
        loaded,
        program if isinstance(program, Program) else read_program(program),
        [wanted],
        workers=workers,
        weakest=accepted_level(allow_weak_sandbox),
        warn=warn_caller,
    )
    return result


def evaluated(
    problem: Problem,
    program: Program,
    splits: Sequence[Split],
    *,
    workers: int | None,
    weakest: IsolationLevel,
    warn: Warn,
) -> list[EvaluationResult]:
    """Score a program on splits of a problem, and return the results in their order.

    Args:
        problem: the problem.
        program: the program.
        splits: the splits.
        workers: number of scorers; None for as many as cores.
        weakest: the weakest isolation level the user accepts.
        warn: is told what the user should know.

    Raises:
        UsageError: the number of scorers is not positive, or the held-out key is malformed.
        SandboxUnavailableError: this host's isolation is weaker than that, or too weak for
            held-out workloads.
    """
    key = users_key(warn) if any(split.keyed for split in splits) else ""
    tool = compose.instrument(problem, key)
    level = compose.isolation(weakest, warn=warn)
    refuse_held_out(level, splits)
    count = min(compose.worker_count(workers), len(splits) + 1)
    with compose.pool(tool, level=level, workers=count) as evaluations:
        results = [evaluations.evaluate([program], split)[0] for split in splits]
    return [_result(program, evaluation, key) for evaluation in results]


def _result(program: Program, evaluation: Evaluation, key: str) -> EvaluationResult:
    split = evaluation.split
    return EvaluationResult(
        program=program,
        evaluation=evaluation,
        scenarios=tuple(
            ScenarioValue(scenario=scenario_id(split, index), value=value)
            for index, value in enumerate(evaluation.values)
        ),
        heldout_set=heldout_set(key) if split.keyed else None,
    )


def split_of(name: str) -> Split:
    """Return the split of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in list(Split):
        raise UsageError(f"--split {name}: expected one of {', '.join(Split)}.")
    return Split(name)


def read_program(path: str | os.PathLike[str]) -> Program:
    """Return the program in a file.

    Raises:
        UsageError: it cannot be read, or is a program's text in the place of a path.
    """
    text = text_of_path("program", path)
    if "\n" in text:
        raise UsageError(
            "expected the path of a program's file, got lines of text: a program's source is given "
            "as adrs.Program.of(source)."
        )
    try:
        return Program.of(Path(text).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as exc:
        raise UsageError(f"{path}: cannot be read: {exc}") from exc
