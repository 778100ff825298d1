"""Every command on a small problem: what it prints, where, and its exit code."""

import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adrs.sandbox.modules import IMPORTABLE
from tests.cli.watching import wait_for_trials

EVALS = ("--evals", "16", "--seed", "3")

BROKEN_BOUND = "def bound(self, workload):\n        raise ValueError\n\n    def unbound(self"


@pytest.fixture
def finished(adrs: Any, toy: Path) -> Path:
    result = adrs("run", toy, *EVALS, "--run", "one", "--quiet")
    assert result.returncode == 0, result.stderr
    return toy


def test_a_run_reports_on_stdout_and_saves_its_champion(adrs: Any, toy: Path) -> None:
    result = adrs("run", toy, *EVALS)
    assert result.returncode == 0, result.stderr
    assert "held-out" in result.stdout
    assert "blind program mutator (no language model)" in " ".join(result.stderr.split())
    saved = list(toy.parent.glob("runs/*/best.py"))
    assert len(saved) == 1
    assert saved[0].read_text() == adrs("best").stdout


def test_a_size_of_zero_is_an_unknown_one(adrs: Any, finished: Path) -> None:
    known = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    for command in ("report", "lineage", "problems"):
        shown = adrs(command, env={**known, "COLUMNS": "0", "LINES": "0"})
        assert shown.returncode == 0, shown.stderr
        assert shown.stdout == adrs(command, env=known).stdout


@pytest.mark.parametrize("args", [("--help",), ("problems",), ("problems", "--json")])
def test_output_that_has_no_room_is_said_in_one_line(args: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "adrs", *args],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
            env={"PATH": os.environ["PATH"]},  # whatever buffers the output
        )  # fmt: skip
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "adrs: the output cannot be written: No space left on device" in result.stderr


def test_json_is_all_there_is_on_stdout(adrs: Any, toy: Path) -> None:
    result = adrs("run", toy, *EVALS, "--run", "one", "--json")
    report = json.loads(result.stdout)
    assert report == json.loads(adrs("report", "--json").stdout)
    assert report == json.loads((toy.parent / "runs/one/report.json").read_text())


def without_times(text: str) -> Any:
    report = json.loads(text)
    del report["times"]
    return report


def test_the_same_seed_gives_the_same_report_at_any_number_of_workers(adrs: Any, toy: Path) -> None:
    common = ("run", toy, *EVALS, "--run", "one", "--json")
    first = adrs(*common, "--workers", "1", "--archive", "a.db")
    assert first.returncode == 0, first.stderr
    elsewhere = [sys.executable, "-m", "adrs", *map(str, common)]  # its hashes have another seed
    second = subprocess.run(
        [*elsewhere, "--workers", "2", "--archive", "b.db"],
        cwd=toy.parent, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert without_times(first.stdout) == without_times(second.stdout)


def test_what_a_finished_run_answers(adrs: Any, finished: Path) -> None:
    assert "one" in adrs("runs").stdout
    assert json.loads(adrs("runs", "--json").stdout)[0]["config"]["seed"] == 3
    assert "+++" in adrs("diff").stdout
    assert "def predict" in adrs("best", "one").stdout
    again = adrs("resume", "one")
    assert again.returncode == 2
    assert "run one is finished" in again.stderr


def test_a_changed_problem_is_not_resumed(adrs: Any, toy: Path) -> None:
    assert adrs("run", toy, *EVALS, "--run", "one", "--quiet").returncode == 0
    with closing(sqlite3.connect(toy.parent / "runs/adrs.db")) as database:
        database.execute("delete from conclusions")
        database.execute("update runs set status = 'interrupted'")
        database.commit()
    toy.joinpath("statement.md").write_text("Predict something else.\n")
    result = adrs("resume")
    assert result.returncode == 2
    assert "since it began, statement.md changed" in result.stderr


def test_a_program_is_evaluated(adrs: Any, toy: Path) -> None:
    result = adrs("evaluate", toy, toy / "initial.py", "--split", "heldout", "--json")
    assert [r["split"] for r in json.loads(result.stdout)] == ["heldout", "shifted"]
    bad = toy / "bad.py"
    bad.write_text("def predict(x):\n    return x[:3]\n")
    failed = adrs("evaluate", toy, bad)
    assert failed.returncode == 1
    assert "invalid" in failed.stdout


def test_problems_are_listed_and_shown(adrs: Any) -> None:
    assert {"spot", "eplb"} <= {p["name"] for p in json.loads(adrs("problems", "--json").stdout)}
    assert "spot" in adrs("problems").stdout
    shown = adrs("problem", "show", "spot").stdout
    assert "class Policy" in shown
    assert f"Importable modules: {', '.join(IMPORTABLE)}\n" in shown


def test_doctor_tells_the_level(adrs: Any) -> None:
    result = adrs("doctor")
    assert re.search(r"isolation level L[0-3]", result.stdout)
    assert result.returncode == (0 if re.search(r"level L[23]", result.stdout) else 1)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("run", "sopt"), "no problem is called 'sopt'. Did you mean spot"),
        (("run", "spot", "--evals", "0"), "--evals: input should be greater than or equal to 1"),
        (("run", "spot", "--strategy", "iland"), "no strategy is called 'iland'"),
        (("run", "spot", "--strategy", ""), "no strategy is called ''"),
        (("run", "spot", "--model", "gpt"), "no model is called 'gpt'"),
        (("run", "spot", "--time", "soon"), "--time soon: expected a duration"),
        (("run", "spot", "--param", "x"), "--param x: expected KEY=VALUE"),
        (("run", "spot", "--param", "x=1"), "no parameter is called 'x'"),
        (("run", "spot", "--workers", "0"), "--workers: input should be greater"),
        (("run", "spot", "--run", "a/b"), "--run 'a/b': expected letters"),
        (("run", "spot", "--run=-x"), "--run '-x': expected letters"),
        (("run", "spot", "--run", "x" * 300), "and at most 100 bytes"),
        (("run", "spot", "--config", "no.toml"), "no.toml: cannot be read"),
        (("report",), "no archive at runs/adrs.db"),
        (("resume",), "no archive at runs/adrs.db"),
        (("best",), "no archive at runs/adrs.db"),
        (("evaluate", "spot", "no.py"), "no.py: cannot be read"),
        (("frobnicate",), "No such command"),
    ],
)
def test_bad_input_gets_one_line_and_exit_2_and_touches_nothing(
    adrs: Any, tmp_path: Path, args: tuple[str, ...], message: str
) -> None:
    result = adrs(*args)
    assert result.returncode == 2, result.stderr
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_configuration_file_gives_options_and_the_command_line_goes_first(
    adrs: Any, toy: Path
) -> None:
    toy.parent.joinpath("run.toml").write_text("evals = 12\nseed = 9\ncontrol = false\n")
    result = adrs("run", toy, "--config", "run.toml", "--seed", "4", "--json")
    setup = json.loads(result.stdout)["setup"]
    assert (setup["evals"], setup["seed"], setup["control"]) == (12, 4, False)


def test_an_unknown_key_of_a_configuration_file_is_refused(adrs: Any, toy: Path) -> None:
    toy.parent.joinpath("run.toml").write_text("evalz = 12\n")
    result = adrs("run", toy, "--config", "run.toml")
    assert result.returncode == 2
    assert "run.toml: evalz: unknown key" in result.stderr


def test_an_archive_that_cannot_be_used_is_told_before_anything_is_begun(
    adrs: Any, toy: Path
) -> None:
    toy.parent.joinpath("text.db").write_text("not a database, but long enough to be read as one\n")
    toy.parent.joinpath("protected.db").touch(mode=0o444)
    protected = f"sqlite:///file:{toy.parent / 'protected.db'}?mode=ro&uri=true"
    for place in ("text.db", "/proc/adrs/adrs.db", "/proc/adrs.db", toy, protected):
        result = adrs("run", toy, "--archive", place)
        assert result.returncode == 2, result.stderr
        assert result.stdout == ""
        assert result.stderr.startswith("adrs: ")
        assert "Traceback" not in result.stderr


def test_a_finished_run_that_cannot_be_saved_is_not_said_to_go_on(adrs: Any, toy: Path) -> None:
    toy.parent.joinpath("runs").touch()
    result = adrs("run", toy, *EVALS, "--run", "one", "--quiet", "--archive", "a.db")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert "run one is finished, but runs/one cannot be written" in result.stderr
    assert "resume" not in result.stderr
    told = re.findall(r"`adrs ([^`]*)`", result.stderr)
    assert len(told) == 2
    assert all(adrs(*shlex.split(way)).returncode == 0 for way in told)


def test_an_evaluators_fault_leaves_a_run_that_can_be_resumed(adrs: Any, toy: Path) -> None:
    evaluator = toy / "evaluator.py"
    good = evaluator.read_text()
    evaluator.write_text(good.replace("def bound(self", BROKEN_BOUND))
    result = adrs("run", toy, *EVALS, "--run", "one", "--quiet")
    assert result.returncode == 3
    assert "`adrs resume one` goes on" in result.stderr
    evaluator.write_text(good)
    resumed = adrs("resume", "--quiet")
    assert resumed.returncode == 0
    assert "evaluator.py changed since run one began" in resumed.stderr


@pytest.mark.parametrize("program", ["initial.py", "baselines/flat.py"])
def test_a_broken_program_of_a_problem_needs_a_new_run(adrs: Any, toy: Path, program: str) -> None:
    good = (toy / program).read_text()
    (toy / program).write_text(good.replace("return", "return 1 / 0 +"))
    begun = adrs("run", toy, *EVALS, "--run", "one", "--quiet")
    resumed = adrs("resume", "one", "--quiet")
    for result in (begun, resumed):
        assert result.returncode == 2
        assert f"{program}: no score on train" in result.stderr
        assert "Mend it, then begin a new run" in result.stderr
        assert "goes on" not in result.stderr
    (toy / program).write_text(good)
    assert adrs("resume", "one").returncode == 2
    assert adrs("run", toy, *EVALS, "--run", "two", "--quiet").returncode == 0


def test_the_command_that_goes_on_names_the_archive(adrs: Any, toy: Path) -> None:
    evaluator = toy / "evaluator.py"
    good = evaluator.read_text()
    evaluator.write_text(good.replace("def bound(self", BROKEN_BOUND))
    place = ("--archive", "other folder/a.db")
    result = adrs("run", toy, *EVALS, "--run", "one", "--quiet", *place)
    told = result.stderr.rpartition("`adrs ")[2].partition("`")[0]
    assert told == "resume one --archive 'other folder/a.db'"
    evaluator.write_text(good)
    done = adrs(*shlex.split(told), "--quiet")
    assert done.returncode == 0
    steps = re.findall(r"adrs (\w+ one .*--archive '[^']*')", done.stdout)
    assert steps
    assert all(adrs(*shlex.split(step)).returncode == 0 for step in steps)


def test_a_run_on_a_changed_file_is_not_resumed(adrs: Any, tmp_path: Path) -> None:
    table = tmp_path / "orders.csv"
    rows = [f"{i % 3},item {i % 7},{i}" for i in range(60)]
    table.write_text("\n".join(["shop,item,number", *rows]) + "\n")
    param = ("--param", "table=orders.csv", "--param", "table_rows=8")
    command = [sys.executable, "-m", "adrs", "run", "llm_sql", *param, "--quiet"]
    with subprocess.Popen(command, cwd=tmp_path) as begun:
        wait_for_trials(tmp_path / "runs/adrs.db", 1)
        begun.kill()
    table.write_text(table.read_text().replace("item 6", "item 5"))
    result = adrs("resume")
    assert result.returncode == 2
    assert "since it began, orders.csv (--param table) changed" in result.stderr
