"""One sitting of a run, new or resumed: scorers, engine, result."""

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adrs.api import compose
from adrs.api.models import Models
from adrs.api.stopping import Stop
from adrs.archive.commands import command
from adrs.archive.protocol import Archive
from adrs.core.events import EventSink
from adrs.core.problem import Problem
from adrs.core.run import Conclusion, RunRecord
from adrs.engine.run import Run
from adrs.errors import AdrsError, Interrupted, ProblemError
from adrs.evaluation.pool import ScorerPool

if TYPE_CHECKING:
    from adrs.api.results import RunResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A run that can be worked on: everything was checked, and it is in its archive.

    Attributes:
        record: the run.
        problem: what it optimises.
        tool: the problem's evaluator.
        archive: keeps it; open.
        models: who proposes; None where no language model does.
        evaluations: the scorers, started.
        resumed: whether an earlier sitting began the run.
    """

    record: RunRecord
    problem: Problem
    tool: compose.Instrument
    archive: Archive
    models: Models | None
    evaluations: ScorerPool
    resumed: bool

    @property
    def banner(self) -> str:
        """One line that tells who proposes."""
        return compose.proposer_banner(self.record.config, self.problem, self.models)

    def way_on(self, exc: BaseException) -> str:
        """Return what to say where the run breaks off with an error."""
        if isinstance(exc, ProblemError):  # what failed is on record, and a mended part is another
            return f"Mend it, then begin a new run: this one, {self.record.name}, cannot go on."
        return f"What was done is kept; `{self._resume}` goes on."

    @property
    def _resume(self) -> str:
        return command("resume", self.record.name, archive=self.archive.place)

    def work(self, *, events: EventSink, stop: threading.Event) -> "RunResult":
        """Work on the run until it is concluded, then save its champion and its report.

        Raises: what `conclude` and `save` do.
        """
        self.conclude(events=events, stop=stop)
        return self.save()

    def conclude(self, *, events: EventSink, stop: threading.Event) -> None:
        """Work on the run until it is concluded.

        Args:
            events: is told of everything.
            stop: when it is set, what is in flight is finished and nothing new is begun.

        Raises:
            Interrupted: `stop` was set; the run can be resumed.
            ProblemError: the problem is wrong; the run cannot be resumed, as a note says.
            AdrsError: another fault; the run can be resumed, and a note at the error says how. The
                same holds for KeyboardInterrupt.
        """
        try:
            conclusion = self._execute(events, Stop(stop))
        except (AdrsError, KeyboardInterrupt) as exc:
            exc.add_note(self.way_on(exc))
            raise
        if conclusion is None:
            raise Interrupted(f"stopped. `{self._resume}` goes on.")

    def save(self) -> "RunResult":
        """Write the champion and the report of the concluded run where a person looks for them.

        Raises:
            AdrsError: they cannot be written; the archive has them.
        """
        from adrs.api.reporting import save  # the report's types: loaded when there is one

        return save(self.archive, self.record, self.problem)

    def _execute(self, events: EventSink, stop: Stop) -> Conclusion | None:
        staff = compose.staff(
            self.record,
            self.problem,
            self.tool,
            archive=self.archive,
            evaluations=self.evaluations,
            sink=events,
            stop=stop,
            models=self.models,
        )
        try:
            conclusion = Run(self.record, self.problem, staff).execute(resumed=self.resumed)
        finally:
            stop.set()  # threads that still wait for a model or a person have nobody to tell
        if self.models is not None:
            self.models.close()  # after a fault, answers under way still find their way to record
        return conclusion
