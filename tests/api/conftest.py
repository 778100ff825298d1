"""The Python API as a researcher's script uses it: in this process, in a folder of its own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, where runs are kept unless said otherwise."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
