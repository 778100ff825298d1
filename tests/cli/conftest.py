"""The command line as a user calls it: a process of its own, in a folder of its own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def adrs(tmp_path: Path) -> Run:
    def call(*args: str | Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "adrs", *map(str, args)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return call


@pytest.fixture
def weak_adrs(tmp_path: Path) -> Run:
    """The same on a host without some of its kernel's features, named first."""
    confined = Path(__file__).parents[1] / "doubles" / "confined.py"

    def call(features: str, *args: str | Path) -> "subprocess.CompletedProcess[str]":
        command = [confined, features, "--", sys.executable, "-m", "adrs", *args]
        return subprocess.run(
            [sys.executable, *map(str, command)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return call


def _write_toy(folder: Path) -> Path:
    (folder / "baselines").mkdir(parents=True)
    doubles = Path(__file__).parents[1] / "doubles"
    (folder / "evaluator.py").write_text((doubles / "line_evaluator.py").read_text())
    (folder / "problem.toml").write_text((doubles / "line_problem.toml").read_text())
    (folder / "statement.md").write_text("Predict the points of a line.\n")
    for name, slope in (("initial", 1.0), ("baselines/flat", 0.0), ("baselines/steep", 2.0)):
        (folder / f"{name}.py").write_text(
            "# EVOLVE-BLOCK-START\ndef predict(x):\n"
            f"    slope = {slope}\n    offset = 0.0\n    return slope * x + offset\n"
            "# EVOLVE-BLOCK-END\n"
        )
    return folder


@pytest.fixture(scope="session")
def write_toy() -> Callable[[Path], Path]:
    """Write a whole problem with an evaluator of its own; an evaluation takes a millisecond."""
    return _write_toy


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """The folder of such a problem."""
    return _write_toy(tmp_path / "toy")
