"""Problems and evaluators of another distribution, installed as pip would install its wheel."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from adrs.catalog.new import write_problem

Adrs = Callable[..., "subprocess.CompletedProcess[str]"]
INFO = "acme_queues-1.0.dist-info"
METADATA = "Metadata-Version: 2.1\nName: acme-queues\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
ENTRY_POINTS = (
    "[adrs.problems]\nacme = acme_queues.problems\n\n"
    "[adrs.evaluators]\ntwo_servers = acme_queues.two_servers\n"
)


def contents(work: Path) -> Iterator[tuple[str, str]]:
    """Yield the distribution's files: a problem that names an evaluator family beside it.

    The folder of its problems is a namespace package, without a file of its own.
    """
    write_problem(work / "two_queues")
    for path in sorted((work / "two_queues").rglob("*.*")):
        place = path.relative_to(work / "two_queues").as_posix()
        text = path.read_text()
        if place == "evaluator.py":
            yield "acme_queues/two_servers.py", text
            continue
        text = text.replace('evaluator = ".evaluator"', 'evaluator = "two_servers"')
        yield f"acme_queues/problems/two_queues/{place}", text
    yield "acme_queues/__init__.py", ""
    yield f"{INFO}/METADATA", METADATA
    yield f"{INFO}/WHEEL", WHEEL
    yield f"{INFO}/entry_points.txt", ENTRY_POINTS


def write_wheel(files: Mapping[str, str], folder: Path) -> Path:
    """Write a wheel, its record of hashes included."""
    wheel = folder / "acme_queues-1.0-py3-none-any.whl"
    record = []
    with zipfile.ZipFile(wheel, "w") as archive:
        for place, text in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
            record.append(f"{place},sha256={digest.rstrip(b'=').decode()},{len(text.encode())}")
            archive.writestr(place, text)
        archive.writestr(f"{INFO}/RECORD", "\n".join([*record, f"{INFO}/RECORD,,"]) + "\n")
    return wheel


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed distribution, and nothing else."""
    work = tmp_path_factory.mktemp("acme")
    wheel = write_wheel(dict(contents(work)), work)
    target = work / "site"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-cache-dir", "install"]
    subprocess.run(
        [*pip, "--no-index", "--no-deps", "--no-compile", "-q", "--target", str(target), wheel],
        check=True,
        timeout=120,
    )
    return target


@pytest.fixture
def acme(site: Path, tmp_path: Path) -> Adrs:
    """Call adrs where the distribution is installed."""

    def call(*args: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "adrs", *args],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return call


def test_its_problem_is_listed(acme: Adrs) -> None:
    rows = {row["name"]: row for row in json.loads(acme("problems", "--json").stdout)}
    assert rows["two_queues"]["evaluator"] == "two_servers"
    assert "spot" in rows
    assert "two_queues" in acme("problems").stdout


def test_it_is_not_there_without_the_distribution(adrs: Adrs) -> None:
    assert "two_queues" not in adrs("problems", "--json").stdout


def test_its_problem_passes_its_check(acme: Adrs) -> None:
    checked = acme("problem", "check", "two_queues")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "FAIL" not in checked.stdout


def test_its_problem_runs_with_its_evaluator(acme: Adrs, site: Path, tmp_path: Path) -> None:
    ended = acme("run", "two_queues", "--evals", "20", "--run", "one", "--json")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "runs/one/best.py").is_file()
    shown = acme("problem", "show", "two_queues").stdout
    assert str(site / "acme_queues/problems/two_queues") in shown
    assert "obs.slow_left_us" in shown
