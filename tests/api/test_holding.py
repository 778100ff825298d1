"""A run is worked on by one sitting at a time, and is free as soon as that has ended, however."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adrs.api.holding import held
from adrs.archive.memory import MemoryArchive
from adrs.archive.sql.archive import SqlArchive
from adrs.archive.sql.opening import open_archive
from adrs.errors import UsageError
from adrs.testing.archive_values import a_record

HOLDER = """
import sys
from adrs.api.holding import held
from adrs.archive.sql.opening import open_archive
with held(open_archive("a.db"), "one"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlArchive]:
    monkeypatch.chdir(tmp_path)
    with closing(open_archive("a.db")) as opened:
        for name in ("one", "two"):
            opened.create_run(a_record(name))
        yield opened


def test_a_run_that_is_held_is_refused_to_others_and_free_afterwards(archive: SqlArchive) -> None:
    with held(archive, "one") as record:
        assert record == archive.run("one")
        with (
            closing(open_archive(str(Path("a.db").resolve()))) as other,
            pytest.raises(UsageError, match=r"run one in .* is being worked on"),
            held(other, "one"),
        ):
            pass
        with held(archive, None) as newest:
            assert newest.name == "two"
    with held(archive, "one"):
        pass
    assert not list(Path().glob("*.lock"))


def test_a_process_that_is_killed_holds_nothing(archive: SqlArchive) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match="is being worked on"), held(archive, "one"):
            pass
        process.send_signal(signal.SIGKILL)
    with held(archive, "one") as record:
        assert record.name == "one"


def test_an_archive_that_is_no_file_holds_nobody() -> None:
    archive = MemoryArchive()
    archive.create_run(a_record("one"))
    with held(archive, "one"), held(archive, "one") as record:
        assert record.name == "one"
