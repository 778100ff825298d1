"""What `adrs` offers, and what it costs to import it."""

import importlib
import subprocess
import sys

import pytest

import adrs
from adrs import errors

PUBLIC = [
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


def test_the_public_names_are_these() -> None:
    assert adrs.__all__ == PUBLIC
    assert dir(adrs) == PUBLIC


@pytest.mark.parametrize("name", [name for name in PUBLIC if name != "__version__"])
def test_every_public_name_is_what_its_module_defines(name: str) -> None:
    found = getattr(adrs, name)
    if name == "Event":
        assert adrs.TrialTold in found.__args__
        return
    assert found is getattr(importlib.import_module(found.__module__), name)
    assert found.__doc__


def test_every_error_is_public() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert {kind.__name__ for kind in kinds} <= set(PUBLIC)
    assert all(issubclass(kind, adrs.AdrsError) for kind in kinds)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(adrs, "optimise")
    with pytest.raises(AttributeError, match="module 'adrs' has no attribute 'optimise'"):
        _ = adrs.optimise


@pytest.mark.parametrize(
    ("script", "absent"),
    [
        ("import adrs", "adrs.core adrs.api numpy sqlalchemy pydantic rich typer"),
        ("import adrs; adrs.UsageError, adrs.Program", "adrs.api numpy sqlalchemy rich typer"),
        ("import adrs; adrs.run, adrs.resume, adrs.evaluate", "openai litellm httpx typer"),
    ],
)
def test_a_name_costs_what_it_needs(script: str, absent: str) -> None:
    check = f"{script}\nimport sys\nprint(*sorted(set({absent.split()!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("\n", "")
