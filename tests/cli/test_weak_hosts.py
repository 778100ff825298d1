"""The commands on hosts that lack a wall: what they refuse, what they say, what they still do."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adrs.core.isolation import IsolationLevel
from adrs.sandbox.zygote_sandbox import ZygoteSandbox

EVALS = ("--evals", "12", "--seed", "3", "--no-control", "--workers", "1")
ONE = ("--workers", "1")
ALLOW = ("--allow-weak-sandbox", "L1")


def text(stream: str) -> str:
    return " ".join(stream.split())


def levels(archive: Path) -> set[int]:
    """Return the isolation levels that are stamped on the evaluations of an archive."""
    with closing(sqlite3.connect(archive)) as database:
        return {level for (level,) in database.execute("select isolation from evaluations")}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "adrs" / "preflight.json"


@pytest.fixture(scope="session")
def best_level() -> str:
    with ZygoteSandbox() as sandbox:
        return sandbox.level.name


def checks(document: str) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(document)["checks"]}


@pytest.mark.parametrize("feature", ["namespaces", "landlock"])
def test_doctor_on_a_host_of_l2_names_what_l3_lacks(weak_adrs: Any, feature: str) -> None:
    result = weak_adrs(feature, "doctor", "--json")
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert (found["level"], found["sufficient"]) == ("L2", True)
    missing = [c for c in found["checks"] if not c["available"] and c["name"] != "Landlock"]
    if feature == "landlock":
        assert checks(result.stdout)["Landlock"]["remedy"].startswith("use Linux 5.13")
    else:
        assert len(missing) == 5
        assert {c["needed_by"] for c in missing} == {"L3"}
        assert all("namespace" in c["name"] and c["remedy"] for c in missing)
    assert all(c["available"] for c in found["checks"] if c["kind"] == "attack")


def test_doctor_on_a_host_without_seccomp_tells_which_attacks_got_through(weak_adrs: Any) -> None:
    result = weak_adrs("seccomp,landlock", "doctor")
    assert result.returncode == 1
    said = text(result.stdout)
    assert "✗ seccomp seccomp: Operation not permitted" in said
    assert "to do: use a kernel with CONFIG_SECCOMP_FILTER" in said
    assert re.search(r"✗ files: read +it worked", result.stdout)
    assert "isolation level L1: separate process and resource limits" in said
    assert "attacks got through: files: read, files: write, network: TCP, network: UDP" in said
    assert "`adrs run` refuses below L2; `--allow-weak-sandbox L1` goes on" in said


def test_doctor_gives_one_document(adrs: Any, best_level: str) -> None:
    result = adrs("doctor", "--json")
    found = json.loads(result.stdout)
    assert found["level"] == best_level
    assert found["needed"] == "L2"
    assert set(found["checks"][0]) == {
        "name",
        "kind",
        "available",
        "found",
        "stops",
        "remedy",
        "needed_by",
    }
    assert {check["kind"] for check in found["checks"]} == {"part", "attack"}


@pytest.mark.parametrize("feature", ["namespaces", "landlock"])
def test_run_goes_on_at_l2_without_a_word(weak_adrs: Any, toy: Path, feature: str) -> None:
    result = weak_adrs(feature, "run", toy, *EVALS, "--json")
    assert result.returncode == 0, result.stderr
    assert "WEAK" not in result.stderr
    report = json.loads(result.stdout)
    assert report["integrity"]["isolation"] == ["L2"]
    assert report["integrity"]["heldout_refusal"] == ""
    assert report["setup"]["minimum_isolation"] == "L2"


@pytest.mark.parametrize("command", ["run", "evaluate", "check"])
def test_weak_host_is_refused_with_what_is_missing_and_the_way_out(
    weak_adrs: Any, toy: Path, command: str
) -> None:
    commands = {
        "run": ("run", toy, *EVALS),
        "evaluate": ("evaluate", toy, toy / "initial.py"),
        "check": ("problem", "check", toy),
    }
    result = weak_adrs("seccomp", *commands[command])
    assert result.returncode == 1
    said = text(result.stderr)
    assert said.startswith("adrs: this host isolates candidates at L1 only")
    assert "L2 is needed. Missing: seccomp (seccomp: Operation not permitted). To get it," in said
    assert "What got through: network: UDP, network: unix socket" in said
    assert "`--allow-weak-sandbox L1` goes on all the same" in said
    assert "Traceback" not in said
    assert not toy.parent.joinpath("runs").exists()


def test_run_on_a_weak_host_ends_before_held_out_workloads(weak_adrs: Any, toy: Path) -> None:
    result = weak_adrs(
        "seccomp",
        "run",
        toy,
        "--evals",
        "150",
        "--seed",
        "3",
        "--no-control",
        *ONE,
        *ALLOW,
        "--quiet",
    )
    assert result.returncode == 0, result.stderr
    assert "WEAK SANDBOX: isolation L1" in result.stderr
    assert "network: UDP, network: unix socket" in result.stderr
    assert "warning: held-out not scored" in result.stderr
    said = text(result.stdout)
    assert re.search(
        r"Better on validation \(.+\), but held-out not scored: isolation L1 \(separate process "
        r"and resource limits\); run it on a host with L2\. The initial program stands\.",
        said,
    )
    assert re.search(r"best found .+ not scored +not scored", result.stdout)
    assert levels(toy.parent / "runs/adrs.db") == {IsolationLevel.L1}
    report = json.loads((toy.parent / "runs").glob("*/report.json").__next__().read_text())
    assert report["verdict"]["finding"] == "unassessed"
    assert report["setup"]["minimum_isolation"] == "L1"
    assert report["integrity"]["heldout_refusal"].startswith("held-out not scored")
    assert not any(
        r["split"] in ("heldout", "shifted") for row in report["rows"] for r in row["results"]
    )
    with closing(sqlite3.connect(toy.parent / "runs/adrs.db")) as database:
        assert database.execute("select improved from conclusions").fetchall() == [(0,)]


def interrupted(toy: Path) -> None:
    """Make the finished run of the archive one that was interrupted before its conclusion."""
    with closing(sqlite3.connect(toy.parent / "runs/adrs.db")) as database:
        database.execute("delete from conclusions")
        database.execute("update runs set status = 'interrupted'")
        database.commit()


def test_run_begun_on_a_weak_host_is_resumed_there_without_asking_again(
    weak_adrs: Any, adrs: Any, toy: Path, best_level: str
) -> None:
    assert weak_adrs("seccomp", "run", toy, *EVALS, *ALLOW, "--quiet").returncode == 0
    interrupted(toy)
    resumed = weak_adrs("seccomp", "resume", "--quiet", "--json", *ONE)
    assert resumed.returncode == 0, resumed.stderr
    assert "WEAK SANDBOX" in resumed.stderr
    assert json.loads(resumed.stdout)["integrity"]["heldout_refusal"]
    interrupted(toy)
    better = adrs("resume", "--quiet", "--json", *ONE)
    assert better.returncode == 0, better.stderr
    assert "WEAK SANDBOX" not in better.stderr
    integrity = json.loads(better.stdout)["integrity"]
    assert integrity["isolation"] == sorted({"L1", best_level}, reverse=True)
    assert integrity["heldout_refusal"] == ""


def test_run_begun_on_a_good_host_is_resumed_on_a_weak_one_if_told_to(
    weak_adrs: Any, adrs: Any, toy: Path
) -> None:
    assert adrs("run", toy, *EVALS, "--quiet").returncode == 0
    interrupted(toy)
    refused = weak_adrs("seccomp", "resume", "--quiet")
    assert refused.returncode == 1
    assert "L2 is needed" in text(refused.stderr)
    assert weak_adrs("seccomp", "resume", "--quiet", *ONE, *ALLOW).returncode == 0


def test_option_lowers_what_is_accepted_and_nothing_else(
    adrs: Any, toy: Path, best_level: str
) -> None:
    result = adrs("run", toy, *EVALS, "--allow-weak-sandbox", "L0", "--json")
    assert result.returncode == 0, result.stderr
    assert "WEAK" not in result.stderr
    report = json.loads(result.stdout)
    assert report["integrity"]["isolation"] == [best_level]
    assert report["setup"]["minimum_isolation"] == "L0"


def test_programs_are_evaluated_on_a_weak_host_but_never_held_out(
    weak_adrs: Any, toy: Path
) -> None:
    program = toy / "initial.py"
    done = weak_adrs("seccomp", "evaluate", toy, program, *ONE, *ALLOW, "--json")
    assert done.returncode == 0, done.stderr
    assert [r["isolation"] for r in json.loads(done.stdout)] == ["L1"]
    refused = weak_adrs("seccomp", "evaluate", toy, program, *ONE, *ALLOW, "--split", "heldout")
    assert refused.returncode == 1
    assert "held-out not scored: isolation L1" in text(refused.stderr)
    assert refused.stdout == ""


def test_finding_of_a_good_host_is_not_believed_on_a_weak_one(
    adrs: Any, weak_adrs: Any, toy: Path, own_cache: Path
) -> None:
    assert adrs("doctor").returncode == 0
    result = weak_adrs("seccomp", "evaluate", toy, toy / "initial.py")
    assert result.returncode == 1
    assert json.loads(own_cache.read_text())["level"] == "L1"
