"""`adrs report` and `adrs export` on a real run: whole, interrupted and resumed."""

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.doubles.warm_adrs import WarmAdrs

pytestmark = pytest.mark.xdist_group("report and export")
EVALS = ("--evals", "40", "--seed", "3")
FORMATS = ("csv", "jsonl", "svg", "html", "md")


@pytest.fixture(scope="module")
def finished_once(
    warm_adrs: WarmAdrs,
    tmp_path_factory: pytest.TempPathFactory,
    write_toy: Callable[[Path], Path],
) -> Path:
    """The folder of a finished run, which must have found a champion: its baselines are weak."""
    home = tmp_path_factory.mktemp("finished")
    toy = write_toy(home / "toy")
    steep = toy / "baselines/steep.py"
    steep.write_text(steep.read_text().replace("slope = 2.0", "slope = -1.0"))
    result = warm_adrs("run", toy, *EVALS, "--run", "one", "--quiet", "--json", cwd=home)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["verdict"]["finding"] == "improved"
    return home


@pytest.fixture
def finished(finished_once: Path, tmp_path: Path) -> Path:
    """A copy of it, in which the commands are called."""
    shutil.copytree(finished_once / "runs", tmp_path / "runs")
    return tmp_path


def without_times(document: Any) -> Any:
    return {key: value for key, value in document.items() if key != "times"}


def test_a_real_report_keeps_to_the_schema_that_the_command_prints(
    adrs: Any, finished: Path
) -> None:
    schema = json.loads(adrs("report", "--schema").stdout)
    report = json.loads(adrs("report", "--json").stdout)
    jsonschema.Draft202012Validator(schema).validate(report)
    assert json.loads((finished / "runs/one/report.json").read_text()) == report


def test_a_real_champion_is_taken_apart(adrs: Any, finished: Path) -> None:
    report = json.loads(adrs("report", "--json").stdout)
    assert report["ablation"] != []
    for number, change in enumerate(report["ablation"], start=1):
        assert change["number"] == number
        assert change["where"] == "predict"
        assert change["added"] or change["removed"]
    means = [c["difference"]["mean"] for c in report["ablation"] if c["difference"] is not None]
    # The best of a cost: some change must be worth having, or the champion would be no better.
    assert max(means) > 0
    assert "change taken back" in adrs("report").stdout


def test_a_schema_needs_no_archive(adrs: Any, tmp_path: Path) -> None:
    result = adrs("report", "--schema")
    assert result.returncode == 0
    assert json.loads(result.stdout)["$ref"] == "#/$defs/RunSummary"
    assert list(tmp_path.iterdir()) == []


def test_every_format_goes_to_a_file_and_to_stdout_alike(adrs: Any, finished: Path) -> None:
    for form in FORMATS:
        written = adrs("export", "--format", form, "--output", f"out.{form}")
        assert (written.returncode, written.stdout) == (0, ""), written.stderr
        assert (finished / f"out.{form}").read_text().endswith("\n")
    for form in ("csv", "svg"):
        printed = adrs("export", "one", "--format", form)
        content = (finished / f"out.{form}").read_bytes().decode()
        assert content.replace("\r\n", "\n") == printed.stdout
    assert [path.name for path in finished.glob(".*")] == []


def test_stdout_gets_utf_8_whatever_the_terminal_takes(adrs: Any, finished: Path) -> None:
    for form in ("csv", "html"):
        assert adrs("export", "--format", form, "--output", "out").returncode == 0
        printed = subprocess.run(
            [sys.executable, "-m", "adrs", "export", "--format", form],
            cwd=finished,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            check=False,
        )
        assert printed.returncode == 0, printed.stderr
        assert printed.stdout == (finished / "out").read_bytes()


def test_tables_hold_all_trials_and_the_appendix_the_champion(adrs: Any, finished: Path) -> None:
    report = json.loads(adrs("report", "--json").stdout)
    trials = sum(attempts["trials"] for attempts in report["attempts"])
    rows = list(csv.DictReader(io.StringIO(adrs("export", "--format", "csv").stdout)))
    lines = adrs("export", "--format", "jsonl").stdout.splitlines()
    assert len(rows) == len(lines) == trials
    steps = report["steps"]
    improved = {
        row["trial"]: float(row["score"])
        for row in rows
        if row["arm"] == "search" and row["trial"] == str(steps[-1]["trial"])
    }
    assert improved == {str(steps[-1]["trial"]): steps[-1]["score"]}
    assert adrs("best").stdout.rstrip("\n") in adrs("export", "--format", "md").stdout


def test_an_interrupted_run_is_reported_and_once_resumed_as_if_it_never_stopped(
    adrs: Any, finished: Path
) -> None:
    whole = json.loads(adrs("report", "--json").stdout)
    with closing(sqlite3.connect(finished / "runs/adrs.db")) as database:
        database.execute("delete from conclusions")
        kept = "('initial', 'baseline', 'bound')"
        database.execute(f"delete from assessments where role not in {kept}")
        database.execute("delete from trials where arm = 'control' or number > 15")
        database.execute("update runs set status = 'interrupted'")
        database.commit()
    (finished / "runs/one/best.py").unlink()
    report = json.loads(adrs("report", "--json").stdout)
    schema = json.loads(adrs("report", "--schema").stdout)
    jsonschema.Draft202012Validator(schema).validate(report)
    assert report["verdict"]["finding"] == "unfinished"
    assert report["run"] == {"name": "one", "saved": None, "next": ["adrs resume one"]}
    assert report["setup"]["evaluations"] <= 15
    for form in ("csv", "md"):
        assert adrs("export", "--format", form).returncode == 0
    assert adrs("resume", "--quiet").returncode == 0
    assert without_times(json.loads(adrs("report", "--json").stdout)) == without_times(whole)


BAD = (
    (("--format", "csv", "two"), "no run named 'two'"),
    (("--format", "pdf"), "'pdf' is not one of 'csv', 'jsonl', 'svg', 'html', 'md'"),
    ((), "Missing option '--format'"),
    (("--format", "svg", "--width", "20"), "60"),
    (("--format", "md", "--output", "no/such/place.md"), "no/such/place.md: cannot be written"),
    (("--format", "csv", "--output", ""), "--output .: it is a folder. Name a file in it."),
    (("--format", "csv", "--output", "/"), "--output /: it is a folder. Name a file in it."),
    (("--format", "csv", "--output", "runs"), "--output runs: cannot be written: Is a directory"),
    (("--format", "csv", "--output", "x" * 300), ": cannot be written: File name too long."),
)


def test_bad_input_gets_one_line_and_exit_2(adrs: Any, finished: Path) -> None:
    for args, message in BAD:
        result = adrs("export", *args)
        assert result.returncode == 2, result.stderr
        assert message in " ".join(result.stderr.replace("│", " ").split())
        assert "Traceback" not in result.stderr
        assert result.stdout == ""
