"""`adrs.open_archive`: what a run left, for reading."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import adrs
from adrs.core.run import Role


@pytest.fixture
def result(toy: Path) -> adrs.RunResult:
    return adrs.run(toy, evals=30, seed=3, name="one")


@pytest.fixture
def archive(result: adrs.RunResult) -> Iterator[adrs.ArchiveReader]:
    with adrs.open_archive() as opened:
        yield opened


def test_runs_are_read_back(archive: adrs.ArchiveReader, result: adrs.RunResult) -> None:
    assert [record.name for record in archive.runs()] == ["one"]
    assert archive.run() == archive.run("one") == archive.runs()[0]
    assert archive.result() == result
    assert archive.report("one") == result.report
    with pytest.raises(adrs.UsageError, match="no run named 'two'"):
        archive.run("two")


def test_trials_are_read_back_by_arm(archive: adrs.ArchiveReader) -> None:
    search, control = archive.trials(), archive.trials("one", arm=adrs.Arm.CONTROL)
    numbers = [trial.number for trial in search]
    assert numbers == sorted(set(numbers))
    assert len(numbers) >= 30
    assert all(trial.arm is adrs.Arm.CONTROL for trial in control)
    assert list(archive.calls()) == []
    assert {made.role for made in archive.assessments()} >= {Role.INITIAL, Role.CHAMPION}


def test_programs_are_read_back_by_name(
    archive: adrs.ArchiveReader, result: adrs.RunResult, toy: Path
) -> None:
    programs = list(archive.programs())
    ids = [program.id for program in programs]
    assert programs[0].source == toy.joinpath("initial.py").read_text()
    assert len(set(ids)) == len(ids) > 10
    made = {trial.program.id for trial in archive.trials() if trial.program is not None}
    assert set(ids) == {ids[0], *made}
    assert archive.program("best") == result.best
    assert archive.program(result.best.id[:8], "one") == result.best
    assert archive.program("steep").source == toy.joinpath("baselines/steep.py").read_text()
    with pytest.raises(adrs.UsageError, match="Names that run one knows: initial"):
        archive.program("nobody")


def test_a_wrong_argument_is_a_usage_error(archive: adrs.ArchiveReader) -> None:
    reader: Any = archive
    for read in (reader.run, reader.result, reader.trials, lambda run: next(reader.programs(run))):
        with pytest.raises(adrs.UsageError, match=r"run: expected a run's name, got 5\."):
            read(5)
    with pytest.raises(adrs.UsageError, match=r"name: expected a program's name or id, got None\."):
        reader.program(None)
    with pytest.raises(adrs.UsageError, match=r"arm: expected adrs\.Arm\.SEARCH or .*'search'"):
        reader.trials(arm="search")
    with pytest.raises(adrs.UsageError, match=r"archive: expected a text or a path, got 5\."):
        adrs.open_archive(5)  # type: ignore[arg-type]


def test_an_unfinished_run_has_a_report_and_no_result(toy: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(adrs.Interrupted):
        adrs.run(toy, evals=30, name="one", stop=stop)
    with adrs.open_archive("runs/adrs.db") as archive:
        assert archive.report().verdict.finding is adrs.Finding.UNFINISHED
        with pytest.raises(adrs.UsageError, match="run one is not finished"):
            archive.result()


@pytest.mark.parametrize(
    ("old", "new"), [('"minimize"', '"maximize"'), ('unit = ""', 'unit = "ms"')]
)
def test_values_are_not_taken_for_those_of_another_objective(
    archive: adrs.ArchiveReader, result: adrs.RunResult, toy: Path, old: str, new: str
) -> None:
    manifest = toy / "problem.toml"
    before = manifest.read_text()
    manifest.write_text(before.replace(old, new))
    for read in (archive.report, archive.result):
        with pytest.raises(adrs.UsageError, match=r"one cannot be read: .*objective of .* changed"):
            read("one")
    assert archive.program("best") == result.best
    manifest.write_text(before.replace('title = "flat"', 'title = "level"'))
    assert archive.result("one").verdict == result.verdict


def test_an_archive_is_not_created(folder: Path) -> None:
    with pytest.raises(adrs.UsageError, match=r"no archive at none\.db"):
        adrs.open_archive("none.db")
    assert list(folder.iterdir()) == []
