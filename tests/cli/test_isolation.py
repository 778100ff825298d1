"""How the command line comes by its isolation level, on this host."""

import json
from pathlib import Path

import pytest

from adrs.api import compose
from adrs.api.isolation import (
    accepted_level,
    banner,
    preflight_cache,
    refusal,
    refuse_held_out,
)
from adrs.cli.doctor import doctor
from adrs.core.isolation import WEAKEST, IsolationLevel
from adrs.core.scenario import Split
from adrs.errors import SandboxUnavailableError, UsageError
from adrs.sandbox.preflight import Check, Preflight

L1, L2 = IsolationLevel.L1, IsolationLevel.L2


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "adrs" / "preflight.json"


def change(cache: Path, **values: str) -> None:
    cache.write_text(json.dumps({**json.loads(cache.read_text()), **values}))


def test_finding_is_believed_until_the_doctor_looks_again(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    best = compose.isolation()
    kept = cache.read_text()
    assert json.loads(kept)["level"] == best.name
    change(cache, level="L2")
    assert compose.isolation() is L2
    doctor(json=True)
    assert json.loads(capsys.readouterr().out)["level"] == best.name
    assert json.loads(cache.read_text()) == json.loads(kept)


@pytest.mark.parametrize("values", [{"level": "L1"}, {"key": "0"}])
def test_weak_finding_and_that_of_other_conditions_are_not_believed(
    cache: Path, values: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    best = compose.isolation()
    change(cache, **values)
    assert compose.isolation(L1) is best
    assert json.loads(cache.read_text())["level"] == best.name
    assert capsys.readouterr().err == ""


def test_cache_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")
    assert compose.isolation() >= WEAKEST


def test_cache_lies_where_the_user_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Preflight(level=L2, minimum=L2, checks=())
    monkeypatch.setenv("HOME", str(tmp_path))
    for environment, place in (
        ({}, ".cache/adrs"),
        ({"XDG_CACHE_HOME": "relative"}, ".cache/adrs"),
        ({"XDG_CACHE_HOME": f"{tmp_path}/x"}, "x/adrs"),
    ):
        preflight_cache(environment).write(found)
        tmp_path.joinpath(place, "preflight.json").unlink()
    monkeypatch.setenv("HOME", "nowhere")
    preflight_cache({}).write(found)
    assert not Path("nowhere").exists()


@pytest.mark.parametrize("name", ["L0", "L1", "L2", "l1"])
def test_weak_levels_are_accepted_by_name(name: str) -> None:
    assert accepted_level(name).name == name.upper()
    assert accepted_level(None) is WEAKEST


@pytest.mark.parametrize("name", ["L3", "1", "", "L9"])
def test_option_raises_nothing(name: str) -> None:
    with pytest.raises(UsageError, match="expected L0, L1 or L2"):
        accepted_level(name)


def check(name: str, *, needed_by: IsolationLevel | None, attack: bool = False) -> Check:
    return Check(
        name=name,
        available=False,
        found="gone",
        stops="all",
        remedy="buy one",
        needed_by=needed_by,
        attack=attack,
    )


def test_texts_name_what_the_level_asked_for_needs_and_what_got_through() -> None:
    found = Preflight(
        level=L1,
        minimum=L2,
        checks=(
            check("seccomp", needed_by=L2),
            check("namespace", needed_by=IsolationLevel.L3),
            check("luck", needed_by=None),
            check("theft", needed_by=L2, attack=True),
        ),
    )
    assert "Missing: seccomp (gone). To get it, buy one. What got through: theft." in refusal(found)
    assert "`--allow-weak-sandbox L1` goes on" in refusal(found)
    assert "succeeds at: theft" in banner(found)


def test_host_that_runs_nothing_is_offered_no_way_out() -> None:
    checks = (check("sandbox", needed_by=IsolationLevel.L0),)
    found = Preflight(level=IsolationLevel.L0, works=False, minimum=L2, checks=checks)
    assert "isolates candidates not at all" in refusal(found)
    assert "--allow-weak-sandbox" not in refusal(found)


@pytest.mark.parametrize("split", Split)
def test_held_out_splits_need_l2(split: Split) -> None:
    refuse_held_out(L2, [split])
    if not split.held_out:
        refuse_held_out(L1, [split])
        return
    with pytest.raises(SandboxUnavailableError, match="held-out not scored: isolation L1"):
        refuse_held_out(L1, [Split.TRAIN, split])
