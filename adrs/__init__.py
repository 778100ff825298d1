"""Evolve scheduling and load-balancing algorithms, and know whether the gain is real.

Everything that is needed is reached from here: `run`, `resume`, `evaluate`, `load_problem`,
`open_archive`, what they return and what they raise. A name is loaded when it is first used, so
that importing the package costs nothing.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adrs.api.archive import ArchiveReader, open_archive
    from adrs.api.evaluate import evaluate
    from adrs.api.results import EvaluationResult, RunResult
    from adrs.api.resume import resume
    from adrs.api.run import run
    from adrs.catalog.problems import load_problem
    from adrs.core.evaluation import Evaluation, Verdict
    from adrs.core.events import Event, EventSink, TrialTold
    from adrs.core.problem import Problem
    from adrs.core.program import Program
    from adrs.core.run import RunRecord
    from adrs.core.scenario import Split
    from adrs.core.trial import Arm, Trial
    from adrs.errors import (
        AdrsError,
        ArchiveError,
        ArchiveVersionError,
        EvaluatorError,
        Interrupted,
        ProblemError,
        ProposerError,
        SandboxUnavailableError,
        ScorerError,
        UsageError,
    )
    from adrs.report.run.model import Finding, RunSummary

__version__ = "0.1.0"

__all__ = [
    "AdrsError",
    "ArchiveError",
    "ArchiveReader",
    "ArchiveVersionError",
    "Arm",
    "Evaluation",
    "EvaluationResult",
    "EvaluatorError",
    "Event",
    "EventSink",
    "Finding",
    "Interrupted",
    "Problem",
    "ProblemError",
    "Program",
    "ProposerError",
    "RunRecord",
    "RunResult",
    "RunSummary",
    "SandboxUnavailableError",
    "ScorerError",
    "Split",
    "Trial",
    "TrialTold",
    "UsageError",
    "Verdict",
    "__version__",
    "evaluate",
    "load_problem",
    "open_archive",
    "resume",
    "run",
]

_HOMES = {
    "adrs.api.archive": ("ArchiveReader", "open_archive"),
    "adrs.api.evaluate": ("evaluate",),
    "adrs.api.results": ("EvaluationResult", "RunResult"),
    "adrs.api.resume": ("resume",),
    "adrs.api.run": ("run",),
    "adrs.catalog.problems": ("load_problem",),
    "adrs.core.evaluation": ("Evaluation", "Verdict"),
    "adrs.core.events": ("Event", "EventSink", "TrialTold"),
    "adrs.core.problem": ("Problem",),
    "adrs.core.program": ("Program",),
    "adrs.core.run": ("RunRecord",),
    "adrs.core.scenario": ("Split",),
    "adrs.core.trial": ("Arm", "Trial"),
    "adrs.errors": ("Interrupted", *(name for name in __all__ if name.endswith("Error"))),
    "adrs.report.run.model": ("Finding", "RunSummary"),
}


def __getattr__(name: str) -> object:
    """Load a public name from where it is defined."""
    for home, names in _HOMES.items():
        if name in names:
            value: object = getattr(importlib.import_module(home), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'adrs' has no attribute '{name}'")


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
