"""The commands that look at runs, on two real runs of a small problem."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.warm_adrs import WarmAdrs

Call = Callable[..., "subprocess.CompletedProcess[str]"]


pytestmark = pytest.mark.xdist_group("views")


@pytest.fixture(scope="module")
def adrs(
    warm_adrs: WarmAdrs,
    tmp_path_factory: pytest.TempPathFactory,
    write_toy: Callable[[Path], Path],
) -> Call:
    """Call the command line in a folder with two runs, `one` and `two`, and another's `keyed`."""
    home = tmp_path_factory.mktemp("views")
    write_toy(home / "toy")

    def call(
        *args: str | Path, code: int = 0, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        more = {"COLUMNS": "80", "LINES": "24", **environment}
        result = warm_adrs(*args, cwd=home, env={**os.environ, **more})
        assert result.returncode == code, result.stderr
        return result

    common = ("--evals", "60", "--quiet", "--no-control")
    call("run", home / "toy", *common, "--seed", "3", "--run", "one")
    call("run", home / "toy", *common, "--seed", "4", "--run", "two")
    call("run", home / "toy", *common, "--run", "keyed", ADRS_HELDOUT_KEY="another-key-of-mine")
    return call


def said(result: "subprocess.CompletedProcess[str]") -> str:
    return " ".join(result.stderr.split())


def document(adrs: Call, *args: str) -> Any:
    return json.loads(adrs(*args, "--json").stdout)


def test_runs_are_filtered_and_sorted(adrs: Call) -> None:
    found = document(adrs, "runs", "--problem", "toy", "--sort", "name", "--reverse")
    assert [run["name"] for run in found] == ["two", "one", "keyed"]
    assert "heldout_key" not in found[0]["config"]
    lines = adrs("runs", "--status", "finished").stdout.splitlines()
    assert [line.split()[0] for line in lines[2:5]] == ["one", "two", "keyed"]
    assert lines[6].startswith("improved: on validation; ")
    assert "No run passes these filters." in adrs("runs", "--status", "running").stdout
    refused = adrs("runs", "--strategy", "adaptiv", code=2)
    assert "no run of this archive has that strategy. Did you mean adaptive?" in said(refused)


def test_the_lineage_leads_from_the_initial_program_to_the_champion(adrs: Call) -> None:
    found = document(adrs, "lineage", "one")
    first, *_, last = found["ancestors"]
    report = document(adrs, "report", "one")
    assert first["idea"] == "initial program"
    assert last["program_id"] == report["champion"]["program_id"]
    text = adrs("lineage", "one").stdout
    assert "● start" in text
    assert "champion" in text


def test_a_program_is_shown_by_the_beginning_of_its_id(adrs: Call) -> None:
    champion = document(adrs, "report", "one")["champion"]["program_id"]
    found = document(adrs, "show", champion[:12])
    assert found["program_id"] == champion
    assert {"train", "heldout", "shifted"} <= {result["split"] for result in found["results"]}
    assert adrs("show", champion, "--source").stdout == adrs("best", "one").stdout
    refused = adrs("show", "nothing", code=2)
    assert "no program begins with 'nothing'" in said(refused)
    assert "Nearest ids: " in said(refused)


def test_a_diff_is_against_any_program(adrs: Call) -> None:
    initial = adrs("diff", "one").stdout
    assert initial.startswith("--- initial\n+++ champion\n")
    assert "-    slope = 2.0" in adrs("diff", "one", "--against", "steep").stdout
    found = document(adrs, "diff", "one", "--against", "parent")
    assert found["before"]["name"].startswith("parent of trial ")
    assert found["after"]["program"]["source"] == adrs("best", "one").stdout
    refused = adrs("diff", "one", "--against", "stepe", code=2)
    assert "knows: initial, flat, steep, parent, best." in said(refused)


def test_the_leaderboard_ranks_runs_of_one_held_out_set(adrs: Call) -> None:
    found = document(adrs, "leaderboard", "toy", "--like", "one")
    names = [standing["name"] for standing in found["standings"]]
    assert sorted(names) == ["flat", "initial", "one", "steep", "two"]
    assert names[-1] == "flat"
    (left_out,) = found["left_out"]
    assert left_out["runs"] == ["keyed"]
    assert left_out["reason"].startswith("held-out set ")
    text = adrs("leaderboard", "toy").stdout
    assert "left out, held-out set" in text
    assert "No run of the problem" not in text
    refused = adrs("leaderboard", "tyo", code=2)
    assert "no run of the problem 'tyo' in this archive. Did you mean toy?" in said(refused)


def test_runs_are_compared_on_one_held_out_set(adrs: Call) -> None:
    found = document(adrs, "compare", "one", "two")
    (pair,) = found["pairs"]
    assert 0.0 <= pair["chance"] <= 1.0
    assert found["scenarios"] == 16
    text = adrs("compare", "one", "two").stdout
    assert "best error so far, on train" in text
    assert max(map(len, text.splitlines())) <= 80
    refused = adrs("compare", "one", "keyed", code=2)
    assert "keyed cannot be compared with one: held-out set " in said(refused)
    unknown = adrs("compare", "one", "tow", code=2)
    assert "no run named 'tow'" in said(unknown)
    assert "Nearest names: two" in said(unknown)


@pytest.mark.parametrize("command", ["runs", "lineage", "show", "diff", "leaderboard", "compare"])
def test_every_view_explains_itself(adrs: Call, command: str) -> None:
    text = adrs(command, "--help").stdout
    assert "--json" in text
    assert "--archive" in text
