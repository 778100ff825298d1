"""What all tests share.

Assertions of the shipped conformance suites explain themselves like those of the tests. No test
touches the held-out key of whoever runs it: all are on the public scenarios, also in the processes
that they start, unless a test says otherwise.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.doubles.warm_adrs import WarmAdrs

pytest.register_assert_rewrite("adrs.testing")


@pytest.fixture(autouse=True, scope="session")
def public_heldout_set() -> Iterator[None]:
    """Set for the whole session, so that fixtures of every scope find it set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADRS_HELDOUT_KEY", "public")
        yield


@pytest.fixture(scope="session", autouse=True)
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests, and the commands they start, leave the user's cache alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def warm_adrs() -> Iterator[WarmAdrs]:
    """The command line, each command in a process of its own; see `WarmAdrs`."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    with WarmAdrs(int(worker.removeprefix("gw"))) as commands:
        yield commands


def _write_toy(folder: Path) -> Path:
    (folder / "baselines").mkdir(parents=True)
    doubles = Path(__file__).parent / "doubles"
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
