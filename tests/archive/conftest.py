from pathlib import Path

import pytest

pytest.register_assert_rewrite("adrs.testing.archive", "adrs.testing.archive_views")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an archive may be made; its folder does not exist."""
    return tmp_path / "runs" / "adrs.db"
