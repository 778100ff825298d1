import shlex

import pytest

from adrs.archive.commands import DEFAULT_ARCHIVE, command


@pytest.mark.parametrize("archive", ["", DEFAULT_ARCHIVE])
def test_the_default_archive_need_not_be_named(archive: str) -> None:
    assert command("resume", "one", archive=archive) == "adrs resume one"


@pytest.mark.parametrize("archive", ["other.db", "my runs/a.db", "postgresql://me@host/db"])
def test_another_archive_is_named_as_a_shell_reads_it(archive: str) -> None:
    words = shlex.split(command("report", "one", "--json", archive=archive))
    assert words == ["adrs", "report", "one", "--json", "--archive", archive]
