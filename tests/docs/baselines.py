"""How the baselines of every problem do on public held-out workloads; `baselines.json` keeps it.

    python -m tests.docs.baselines [PROBLEM...]

plays the baselines of the named problems, or of those whose kept figures are stale, and writes the
file anew. The tables of `problems/README.md` are made of it. Figures are stale when what they were
measured on has changed: the evaluator's version, a parameter, a limit, the split, a baseline. There
are none of problems whose value depends on the host.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

from adrs.api import compose
from adrs.catalog.problems import discover, load_problem
from adrs.core.problem import Problem
from adrs.core.scenario import Split

KEPT = Path(__file__).with_name("baselines.json")
DIGITS = 6  # significant ones
_CONDITIONS = ("params", "evaluator", "objective", "limits", f"splits.{Split.HELDOUT.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured on one problem.

    Attributes:
        conditions: hash of what the figures depend on.
        bound: mean proven bound, in the objective's unit.
        scores: mean raw score of every baseline, by its name.
    """

    conditions: str
    bound: float
    scores: Mapping[str, float]


def conditions(problem: Problem) -> str:
    """Return a hash of everything that the figures of a problem's baselines depend on."""
    label = compose.instrument(problem).label
    parts = [f"problem.toml: {name}" for name in _CONDITIONS]
    parts += [f"baselines/{baseline.name}.py" for baseline in problem.baselines]
    text = json.dumps([label, *((name, problem.parts[name]) for name in parts)])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def kept(file: Path = KEPT) -> dict[str, Figures]:
    """Return the figures of the file, by problem."""
    raw = json.loads(file.read_text(encoding="utf-8"))
    return {name: Figures(**figures) for name, figures in raw.items()}


def repeatable() -> Iterator[Problem]:
    """Yield the problems whose values are the same on every host."""
    for folder in discover():
        problem = load_problem(folder.name)
        if not problem.objective.measured:
            yield problem


def stale(figures: Mapping[str, Figures]) -> list[str]:
    """Return the names of the problems whose figures are missing or were measured on others."""
    return [
        problem.name
        for problem in repeatable()
        if problem.name not in figures or figures[problem.name].conditions != conditions(problem)
    ]


def measured(problem: Problem) -> Figures:
    """Play the baselines of a problem on its public held-out workloads.

    Raises:
        ValueError: a baseline is not valid there.
    """
    programs = [baseline.program for baseline in problem.baselines]
    tool = compose.instrument(problem)
    workers = compose.worker_count(None)
    with compose.pool(tool, level=compose.isolation(), workers=workers) as evaluations:
        results = evaluations.evaluate(programs, Split.HELDOUT)
        bounds = evaluations.bounds(Split.HELDOUT)
    scores: dict[str, float] = {}
    for baseline, result in zip(problem.baselines, results, strict=True):
        if result.score is None:
            raise ValueError(f"{problem.name}: {baseline.name}: {result.verdict}: {result.detail}")
        scores[baseline.name] = _rounded(result.score)
    return Figures(conditions=conditions(problem), bound=_rounded(fmean(bounds)), scores=scores)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def main(names: Sequence[str]) -> None:
    """Measure the named problems, or the stale ones, and keep the figures of all that there are."""
    figures = kept() if KEPT.exists() else {}
    for name in names or stale(figures):
        figures[name] = measured(load_problem(name))
        sys.stderr.write(f"{name}: {len(figures[name].scores)} baselines\n")
    known = [problem.name for problem in repeatable()]
    raw = {name: asdict(figures[name]) for name in known if name in figures}
    KEPT.write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
