"""Names that are made up for runs."""

from collections.abc import Sequence
from functools import partial

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.core.run import RunRecord
from adrs.engine.names import create_nameless, free_name, run_name
from adrs.testing.archive_values import a_record


class ContestedArchive(MemoryArchive):
    """One in which others, whenever somebody looks, take the first names a moment later."""

    def __init__(self, contested: Sequence[str]) -> None:
        super().__init__()
        self._contested = list(contested)

    def runs(self) -> Sequence[RunRecord]:
        found = super().runs()
        if self._contested:
            self.create_run(a_record(self._contested.pop(0)))
        return found


@pytest.mark.parametrize("name", [partial(run_name, "spot", 1), partial(free_name, "one-replay")])
def test_a_name_that_another_process_takes_meanwhile_is_not_insisted_on(name: partial[str]) -> None:
    first, second = name(()), name({name(())})
    archive = ContestedArchive([first, second])
    made = create_nameless(archive, a_record(""), name)
    assert made == archive.run(None)
    assert [run.name for run in archive.runs()] == [first, second, made.name]
    assert made == a_record(name({first, second}))
