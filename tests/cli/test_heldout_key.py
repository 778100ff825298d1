"""The held-out key: made once, kept, agreed upon; a run keeps its own; nobody ever sees it."""

import json
import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adrs.api.heldout_key import VARIABLE, heldout_key, key_file
from adrs.core.scenario import heldout_set
from adrs.errors import UsageError

EVALS = ("--evals", "12", "--seed", "3", "--no-control")
KEY = "4f1d2c3b4a5968770123456789abcdef"


def refuse(text: str) -> None:
    pytest.fail(f"unexpected warning: {text}")


def kept(folder: Path) -> dict[str, str]:
    """Return an environment whose key is kept in a folder."""
    return {"XDG_DATA_HOME": str(folder)}


def test_it_is_made_at_first_use_and_stays(tmp_path: Path) -> None:
    environment = kept(tmp_path / "data")
    first = heldout_key(environment, warn=refuse)
    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert heldout_key(environment, warn=refuse) == first
    assert heldout_key(kept(tmp_path / "other"), warn=refuse) != first
    path = tmp_path / "data" / "adrs" / "heldout.key"
    assert path == key_file(environment)
    assert path.read_text() == first + "\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_without_a_data_folder_it_is_kept_in_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    expected = tmp_path / ".local/share/adrs/heldout.key"
    assert key_file({}) == key_file({"XDG_DATA_HOME": ""}) == expected
    assert key_file({"XDG_DATA_HOME": "relative"}) == expected


@pytest.mark.parametrize("attempt", range(10))
def test_processes_that_make_it_at_once_agree(tmp_path: Path, attempt: int) -> None:
    together = threading.Barrier(8)

    def make(_: int) -> str:
        together.wait()
        return heldout_key(kept(tmp_path), warn=refuse)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(8)))) == 1
    assert [p.name for p in (tmp_path / "adrs").iterdir()] == ["heldout.key"]


@pytest.mark.parametrize(
    ("text", "key"), [("public", ""), ("a", "a"), ("Team-7", "Team-7"), ("x" * 64, "x" * 64)]
)
def test_the_variable_goes_first(tmp_path: Path, text: str, key: str) -> None:
    assert heldout_key({VARIABLE: text, **kept(tmp_path)}, warn=refuse) == key
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", " ", "x" * 65, "a b", "a_b", "ä", "a\n"])
def test_a_malformed_variable_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="ADRS_HELDOUT_KEY: expected 'public', or 1 to 64"):
        heldout_key({VARIABLE: text, **kept(tmp_path)}, warn=refuse)


@pytest.mark.parametrize("content", [b"", b"public\n", b"0" * 31, b"0" * 33, b"\xff" * 32])
def test_a_malformed_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = key_file(kept(tmp_path))
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"heldout\.key: expected 32 hexadecimal digits.*delete"):
        heldout_key(kept(tmp_path), warn=refuse)
    assert path.read_bytes() == content


@pytest.mark.parametrize("obstacle", ["a file for a folder", "a folder for a file", "a dead link"])
def test_where_it_cannot_be_kept_a_fresh_one_serves_and_is_told(
    tmp_path: Path, obstacle: str
) -> None:
    match obstacle:
        case "a file for a folder":
            (tmp_path / "adrs").write_text("")
        case "a folder for a file":
            (tmp_path / "adrs" / "heldout.key").mkdir(parents=True)
        case _:
            (tmp_path / "adrs").mkdir()
            (tmp_path / "adrs" / "heldout.key").symlink_to(tmp_path / "nowhere" / "key")
    said: list[str] = []
    keys = [heldout_key(kept(tmp_path), warn=said.append) for _ in range(2)]
    assert len({*keys}) == 2
    assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)
    assert len(said) == 2
    assert "a fresh one is used" in said[0]
    assert str(tmp_path / "adrs") in said[0]
    assert keys[0] not in said[0]


def heldout_means(report: Any, split: str) -> list[float]:
    results = (result for row in report["rows"] for result in row["results"])
    return [result["mean"] for result in results if result["split"] == split]


@pytest.fixture
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Processes keep their key below the returned folder."""
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


def test_a_run_draws_the_users_own_held_out_scenarios(
    adrs: Any, toy: Path, own_key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ("run", toy, *EVALS, "--run", "one", "--json", "--archive")
    mine, again = adrs(*run, "a.db"), adrs(*run, "b.db")
    monkeypatch.setenv(VARIABLE, "public")
    public = json.loads(adrs(*run, "c.db").stdout)
    report, same = json.loads(mine.stdout), json.loads(again.stdout)
    for part in (report, same):
        del part["times"]
    assert report == same
    key = next(own_key.rglob("heldout.key")).read_text().strip()
    assert report["setup"]["heldout_set"] == heldout_set(key)
    assert public["setup"]["heldout_set"] == "public"
    assert report["curves"] == public["curves"]
    for split in ("validation", "heldout", "shifted"):
        assert heldout_means(report, split) != heldout_means(public, split)
    shown = adrs("report", "--archive", "a.db").stdout
    assert f"held-out set {heldout_set(key)}" in " ".join(shown.split())
    saved = (toy.parent / "runs/one/report.json").read_text()
    listed = adrs("runs", "--json", "--archive", "a.db").stdout
    for text in (mine.stdout, mine.stderr, shown, saved, listed):
        assert key not in text
    assert json.loads(listed)[0]["config"]["heldout_set"] == heldout_set(key)


def test_a_resumed_run_keeps_its_key(adrs: Any, toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    whole = json.loads(adrs("run", toy, *EVALS, "--run", "one", "--json").stdout)
    with closing(sqlite3.connect(toy.parent / "runs/adrs.db")) as database:
        database.execute("delete from conclusions")
        database.execute(
            "delete from assessments where evaluation_id in "
            "(select id from evaluations where split in ('heldout', 'shifted', 'stress'))"
        )
        database.execute("update runs set status = 'interrupted'")
        database.commit()
    monkeypatch.setenv(VARIABLE, "another")
    resumed = json.loads(adrs("resume", "--json").stdout)
    assert resumed["rows"] == whole["rows"]
    assert resumed["setup"]["heldout_set"] == heldout_set(KEY)


def test_an_evaluation_is_on_the_users_set_and_names_it(
    adrs: Any, toy: Path, own_key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = json.loads(adrs("evaluate", toy, toy / "initial.py", "--json").stdout)
    assert train[0]["heldout_set"] is None
    assert not own_key.exists()
    for split in ("heldout", "shifted", "stress"):
        shown = adrs("evaluate", toy, toy / "initial.py", "--split", split).stdout
        key = next(own_key.rglob("heldout.key")).read_text().strip()
        assert shown.splitlines()[-1] == f"held-out set {heldout_set(key)}"
    ours = json.loads(
        adrs("evaluate", toy, toy / "initial.py", "--split", "shifted", "--json").stdout
    )
    monkeypatch.setenv(VARIABLE, key)
    given = json.loads(
        adrs("evaluate", toy, toy / "initial.py", "--split", "shifted", "--json").stdout
    )
    assert ours[0]["values"] == given[0]["values"]
    assert ours[0]["heldout_set"] == given[0]["heldout_set"] == heldout_set(key)


def test_a_malformed_variable_ends_a_command_before_it_begins(
    adrs: Any, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "not a key")
    for args in (("run", toy), ("evaluate", toy, toy / "initial.py", "--split", "heldout")):
        result = adrs(*args)
        assert result.returncode == 2
        assert result.stderr.startswith("adrs: ADRS_HELDOUT_KEY: expected")
        assert "not a key" not in result.stderr
    assert not (toy.parent / "runs").exists()
