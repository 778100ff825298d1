"""Evaluations outside the search: made once, committed, and read back on resume."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from adrs.archive.protocol import Archive
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.events import Assessed, EventSink
from adrs.core.program import Program
from adrs.core.run import Assessment, Role
from adrs.core.scenario import Split
from adrs.engine.ending import Stopped, StopRequest
from adrs.engine.evaluations import Evaluations


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """A program to assess, and what it is called."""

    label: str
    program: Program


class Assessor:
    """Assesses programs on splits.

    A program that was assessed on a split before, in whatever role, is not evaluated again; a
    role, label and split that are in the archive are not written again.
    """

    def __init__(
        self,
        *,
        archive: Archive,
        run: str,
        evaluations: Evaluations,
        instrument: str,
        sink: EventSink,
        stop: StopRequest,
    ) -> None:
        self._archive = archive
        self._run = run
        self._evaluations = evaluations
        self._instrument = instrument
        self._sink = sink
        self._stop = stop
        self._written: set[tuple[Role, str, Split]] = set()
        self._announced: set[Split] = set()
        self._known: dict[tuple[str, Split], Evaluation] = {}

    def read_back(self) -> None:
        """Take in, and tell of, the assessments of earlier sittings; call it once, first."""
        for assessment in self._archive.assessments(self._run):
            self._remember(assessment)
            self._sink(Assessed(assessment=assessment))

    def assess(self, role: Role, entrants: Sequence[Entrant], split: Split) -> list[Evaluation]:
        """Return one evaluation per entrant, in their order.

        Raises:
            Stopped: a stop was asked for, and not all of them are known.
        """
        missing = {e.program.id: e.program for e in entrants}
        missing = {k: p for k, p in missing.items() if (k, split) not in self._known}
        if missing and self._stop.requested:
            raise Stopped
        self.bounds(split)
        fresh = self._evaluations.evaluate(list(missing.values()), split)
        self._known.update({(e.program_id, split): e for e in fresh})
        results = []
        for entrant in entrants:
            evaluation = self._known[entrant.program.id, split]
            self._write(role, entrant.label, entrant.program, evaluation)
            results.append(evaluation)
        return results

    def bounds(self, split: Split) -> tuple[float, ...]:
        """Return the bounds of a split and keep them in the archive."""
        known = self._known.get(("", split))
        if known is not None:
            if split not in self._announced:
                self._announced.add(split)
                self._evaluations.set_bounds(split, known.values)
            return known.values
        values = self._evaluations.bounds(split)
        self._announced.add(split)
        evaluation = Evaluation(
            program_id="",
            split=split,
            verdict=Verdict.OK,
            score=math.fsum(values) / len(values),
            values=values,
            isolation=self._evaluations.level,
            evaluator=self._instrument,
        )
        self._write(Role.BOUND, "", None, evaluation)
        return values

    def _write(
        self, role: Role, label: str, program: Program | None, evaluation: Evaluation
    ) -> None:
        if (role, label, evaluation.split) in self._written:
            return
        assessment = Assessment(role=role, label=label, program=program, evaluation=evaluation)
        self._archive.add_assessment(self._run, assessment)
        self._remember(assessment)
        self._sink(Assessed(assessment=assessment))

    def _remember(self, assessment: Assessment) -> None:
        evaluation = assessment.evaluation
        self._written.add((assessment.role, assessment.label, evaluation.split))
        self._known[evaluation.program_id, evaluation.split] = evaluation
