"""`adrs.open_archive`: what an archive holds, for reading."""

import os
from collections.abc import Iterator
from typing import Self

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.api.reporting import result_of, summary_of
from adrs.api.results import RunResult
from adrs.archive.protocol import Archive
from adrs.archive.sql import opening
from adrs.catalog.problems import problem_of
from adrs.core.arguments import expect, text_of_path
from adrs.core.call import Call
from adrs.core.program import Program
from adrs.core.run import Assessment, RunRecord
from adrs.core.trial import Arm, Trial
from adrs.report.program.naming import INITIAL, named_program
from adrs.report.run.model import RunSummary


def open_archive(archive: str | os.PathLike[str] = DEFAULT_ARCHIVE) -> "ArchiveReader":
    """Open an archive for reading; close it, or use it as a context manager.

    Args:
        archive: path of an SQLite file, or SQLAlchemy URL.

    Raises:
        UsageError: there is none; it is not created.
        ArchiveVersionError: a newer adrs wrote it.
        ArchiveError: it cannot be read, or is something else.
    """
    return ArchiveReader(opening.open_archive(text_of_path("archive", archive), read_only=True))


class ArchiveReader:
    """The runs of an archive, their trials and their programs; writes nothing.

    A context manager. One thread at a time; others may write meanwhile. Wherever a run is asked
    for, None is the newest.

    Args:
        archive: where they are kept.

    Raises (every method):
        UsageError: there is no such run.
        ArchiveError: the archive cannot be read.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def runs(self) -> tuple[RunRecord, ...]:
        """Return all runs, oldest first: what they were told, and where they stand."""
        return tuple(self._archive.runs())

    def run(self, name: str | None = None) -> RunRecord:
        """Return one run."""
        expect(name is None or isinstance(name, str), "run", name, "a run's name")
        return self._archive.run(name)

    def report(self, run: str | None = None) -> RunSummary:
        """Return what a run found so far, finished or not.

        Raises:
            UsageError: its problem is not found, malformed, or has another objective by now.
        """
        record = self.run(run)
        problem = problem_of(record)
        return summary_of(self._archive, record.name, problem)

    def result(self, run: str | None = None) -> RunResult:
        """Return what a finished run found, as `adrs.run` did.

        Raises:
            UsageError: it is not finished, or its problem is as for `report`.
        """
        record = self.run(run)
        problem = problem_of(record)
        return result_of(self._archive, record, problem)

    def trials(self, run: str | None = None, *, arm: Arm = Arm.SEARCH) -> Iterator[Trial]:
        """Yield the trials of a run's search, or of its control, in the order of telling."""
        expect(isinstance(arm, Arm), "arm", arm, "adrs.Arm.SEARCH or adrs.Arm.CONTROL")
        return self._archive.trials(self.run(run).name, arm)

    def calls(self, run: str | None = None) -> Iterator[Call]:
        """Yield every attempt at a model call of a run: request, answer, tokens, cost."""
        return self._archive.calls(self.run(run).name)

    def assessments(self, run: str | None = None) -> tuple[Assessment, ...]:
        """Return the evaluations of a run outside its searches: baselines, champion, control."""
        return tuple(self._archive.assessments(self.run(run).name))

    def programs(self, run: str | None = None) -> Iterator[Program]:
        """Yield every program of a run's search once, the initial one first."""
        name = self.run(run).name
        initial = self.program(INITIAL, name)
        seen = {initial.id}
        yield initial
        for trial in self._archive.trials(name, Arm.SEARCH):
            if trial.program is not None and trial.program.id not in seen:
                seen.add(trial.program.id)
                yield trial.program

    def program(self, name: str, run: str | None = None) -> Program:
        """Return one program.

        Args:
            name: "best" (found, significant or not), "initial", "control", a baseline's name, or
                a program's id or how that begins.
            run: the run that knows it by this name.

        Raises:
            UsageError: there is no such program.
        """
        expect(isinstance(name, str), "name", name, "a program's name or id")
        return named_program(self._archive, self.run(run), name).program

    def close(self) -> None:
        """Let go of the archive; safe to call twice."""
        self._archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()
