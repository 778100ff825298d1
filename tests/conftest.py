"""What all tests share.

Assertions of the shipped conformance suites explain themselves like those of the tests. No test
touches the held-out key of whoever runs it: all are on the public scenarios, also in the processes
that they start, unless a test says otherwise.
"""

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("adrs.testing")


@pytest.fixture(autouse=True, scope="session")
def public_heldout_set() -> Iterator[None]:
    """Set for the whole session, so that fixtures of every scope find it set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADRS_HELDOUT_KEY", "public")
        yield


@pytest.fixture(scope="session", autouse=True)
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests, and the commands they start, leave the user's cache alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
