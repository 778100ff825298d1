from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.archive.protocol import Archive
from adrs.archive.sql import open_archive
from adrs.testing.archive import ArchiveConformance, DurableArchiveConformance, Opener


class TestMemoryArchive(ArchiveConformance):
    @pytest.fixture
    def archive(self) -> Archive:
        return MemoryArchive()


class TestSqlArchiveInMemory(ArchiveConformance):
    @pytest.fixture
    def archive(self) -> Iterator[Archive]:
        archive = open_archive("sqlite://")
        yield archive
        archive.close()


class TestSqlArchiveOnFile(DurableArchiveConformance):
    @pytest.fixture
    def reopen(self, tmp_path: Path) -> Opener:
        return partial(open_archive, str(tmp_path / "runs" / "adrs.db"))

    @pytest.fixture
    def archive(self, reopen: Opener) -> Iterator[Archive]:
        archive = reopen()
        yield archive
        archive.close()
