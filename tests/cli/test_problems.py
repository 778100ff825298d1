"""The list of problems: what it says of each, at any width."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from adrs.catalog.problems import load_problem
from adrs.cli.problems import ONLINE, PLANNER, Row, problems, render
from adrs.core.scenario import Split


def listed(rows: list[Row], width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    render(rows, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.fixture
def rows(toy: Path) -> list[Row]:
    text = (toy / "problem.toml").read_text()
    (toy / "problem.toml").write_text(f'bound = "exact"\n{text}')
    return [
        Row(problem=load_problem("spot_regions"), kind=ONLINE, bound="relaxed"),
        Row(problem=load_problem("dispatch"), kind=ONLINE, bound=""),
        Row(problem=load_problem(str(toy)), kind=PLANNER, bound="exact"),
    ]


@pytest.mark.parametrize("width", [80, 120, 200])
def test_kind_baselines_and_bound_fit(rows: list[Row], width: int) -> None:
    heading, _, regions, dispatch, toy, *_ = listed(rows, width)
    assert heading.split()[:3] == ["problem", "title", "kind"]
    assert regions.split()[0] == "spot_regions"
    assert "online   5, expected_cost" in regions
    assert "relaxed" in regions
    assert "planner  2, steep" in toy
    assert "exact" in toy
    assert ("8, expected_completion_shared" in dispatch) == (width > 80)
    assert max(map(len, listed(rows, width))) <= width


def test_what_does_not_fit_is_left_out_the_objective_first(rows: list[Row]) -> None:
    sizes = "4/16/16/8/2"
    expected = {80: (False, False), 120: (True, False), 170: (True, True)}
    for width, there in expected.items():
        toy = listed(rows, width)[4]
        assert (sizes in toy, "error (lower)" in toy) == there


def test_as_json(adrs: Any) -> None:
    rows = {row["name"]: row for row in json.loads(adrs("problems", "--json").stdout)}
    assert rows["spot"]["kind"] == ONLINE
    assert rows["eplb"]["kind"] == PLANNER
    spot = load_problem("spot")
    assert rows["spot"]["reference"] == spot.reference
    assert rows["spot"]["splits"] == {split.value: spot.splits[split].count for split in Split}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, toy: Path, tmp_path: Path) -> Path:
    """The folder of the problem `nobody` that another distribution brings, to be broken."""
    info = tmp_path / "site" / "broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[adrs.problems]\nbroken = broken_problems\n")
    (tmp_path / "site" / "broken_problems").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return toy.rename(tmp_path / "site" / "broken_problems" / "nobody")


def test_a_problem_whose_evaluator_is_missing_does_not_hide_the_others(
    capsys: pytest.CaptureFixture[str], broken: Path
) -> None:
    manifest = broken / "problem.toml"
    manifest.write_text(manifest.read_text().replace('".evaluator"', '"no_such_family"'))
    problems(json=True)
    said = capsys.readouterr()
    rows = {row["name"]: row for row in json.loads(said.out)}
    assert rows["nobody"]["kind"] is None
    assert rows["spot"]["kind"] == ONLINE
    assert "nobody: evaluator adrs.evaluators.no_such_family" in said.err


def test_a_malformed_problem_does_not_hide_the_others(
    capsys: pytest.CaptureFixture[str], broken: Path
) -> None:
    (broken / "problem.toml").write_text("title = [")
    problems(json=True)
    said = capsys.readouterr()
    names = {row["name"] for row in json.loads(said.out)}
    assert "spot" in names
    assert "nobody" not in names
    assert f"nobody is left out: {broken}/problem.toml: not valid TOML" in said.err
