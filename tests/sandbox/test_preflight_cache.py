"""The cache of a preflight: believed only where nothing changed and nobody else wrote it."""

import json
import os
import stat
from pathlib import Path

import pytest

from adrs.core.isolation import IsolationLevel
from adrs.sandbox.preflight import Check, Preflight
from adrs.sandbox.preflight_cache import PreflightCache

L2 = IsolationLevel.L2
FOUND = Preflight(
    level=L2,
    minimum=L2,
    checks=(
        Check(
            name="user namespace",
            available=False,
            found="refused, “so”",
            stops="much",
            remedy="none",
            needed_by=IsolationLevel.L3,
        ),
        Check(
            name="files", available=True, found="", stops="", remedy="", needed_by=None, attack=True
        ),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "adrs"


@pytest.fixture
def file(folder: Path) -> Path:
    PreflightCache(folder).write(FOUND)
    return folder / "preflight.json"


def test_finding_is_read_as_it_was_written(folder: Path, file: Path) -> None:
    assert PreflightCache(folder).read(L2) == FOUND
    lower = PreflightCache(folder).read(IsolationLevel.L1)
    assert lower is not None
    assert lower.minimum is IsolationLevel.L1


def test_file_and_folder_are_the_users_alone(folder: Path, file: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [file]


def test_newer_finding_takes_the_place_of_the_older(folder: Path, file: Path) -> None:
    weak = Preflight(level=IsolationLevel.L1, minimum=L2, checks=())
    PreflightCache(folder).write(weak)
    assert PreflightCache(folder).read(L2) == weak


def test_nothing_is_known_without_a_file_or_a_folder(folder: Path) -> None:
    assert PreflightCache(folder).read(L2) is None
    PreflightCache(None).write(FOUND)
    assert PreflightCache(None).read(L2) is None


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '{"format": 1}', "\x00", '{"level": "L3"', "9" * 10_000],
)
def test_malformed_file_is_ignored(folder: Path, file: Path, text: str) -> None:
    file.write_text(text)
    assert PreflightCache(folder).read(L2) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("key", "0" * 32),
        ("format", 2),
        ("level", "L9"),
        ("level", 3),
        ("checks", [{"name": "files"}]),
        ("checks", [1]),
    ],
)
def test_file_of_other_conditions_or_another_form_is_ignored(
    folder: Path, file: Path, key: str, value: object
) -> None:
    form = json.loads(file.read_text())
    file.write_text(json.dumps({**form, key: value}))
    assert PreflightCache(folder).read(L2) is None


@pytest.mark.parametrize("mode", [0o640, 0o602, 0o604])
def test_file_open_to_others_is_ignored(folder: Path, file: Path, mode: int) -> None:
    file.chmod(mode)
    assert PreflightCache(folder).read(L2) is None


def test_link_is_ignored_and_replaced(folder: Path, file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert PreflightCache(folder).read(L2) is None
    PreflightCache(folder).write(FOUND)
    assert not file.is_symlink()
    assert PreflightCache(folder).read(L2) == FOUND


def test_pipe_in_its_place_blocks_nobody(folder: Path, file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)
    assert PreflightCache(folder).read(L2) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_file_of_another_user_is_ignored_and_folders_of_another_user_are_left_alone(
    folder: Path, file: Path
) -> None:
    os.chown(file, 65534, 65534)
    assert PreflightCache(folder).read(L2) is None
    os.chown(folder.parent, 65534, 65534)
    file.unlink()
    PreflightCache(folder).write(FOUND)
    assert list(folder.iterdir()) == []


def test_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "adrs", Path("/proc/none/adrs")):
        PreflightCache(place).write(FOUND)
        assert PreflightCache(place).read(L2) is None
