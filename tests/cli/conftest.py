"""The command line as a user calls it: a process of its own, in a folder of its own."""

import functools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.doubles.warm_adrs import WarmAdrs

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def adrs(warm_adrs: WarmAdrs, tmp_path: Path) -> Run:
    return functools.partial(warm_adrs, cwd=tmp_path)


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
