"""An archive that lives and dies with its process, for tests and for trying things out."""

from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace

from adrs.archive import refusals
from adrs.archive.checks import check_evaluation, check_seconds
from adrs.archive.views import Appearance, RunOverview, TrialOutline
from adrs.core.call import Call, CallOutcome
from adrs.core.program import Program
from adrs.core.run import Assessment, Conclusion, Role, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.spending import answered
from adrs.core.trial import Arm, Trial

PLACE = "the archive in memory"


@dataclass(slots=True, kw_only=True)
class _Run:
    record: RunRecord
    trials: list[Trial] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    taken: set[tuple[Arm, int]] = field(default_factory=set)
    assessments: list[Assessment] = field(default_factory=list)
    conclusion: Conclusion | None = None


class MemoryArchive:
    """Implements the `Archive` protocol on plain lists.

    It keeps copies and gives out copies, so nothing that a caller does to a value reaches what is
    kept. It refuses what `SqlArchive` refuses, in the same words.
    """

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}
        self._calls: list[tuple[str, Call]] = []  # of all runs, each with its run's name
        self._closed = False

    @property
    def place(self) -> str:
        """What a command calls the archive: nothing, for it ends with the process."""
        return ""

    def create_run(self, record: RunRecord) -> None:
        """Add a run; see `Archive.create_run`."""
        self._check_open()
        check_seconds(record.spent_s)
        if record.name in self._runs:
            raise refusals.run_exists(record.name, place=PLACE)
        self._runs[record.name] = _Run(record=deepcopy(record))

    def runs(self) -> Sequence[RunRecord]:
        """Return all runs, oldest first."""
        self._check_open()
        return [deepcopy(run.record) for run in self._runs.values()]

    def run(self, name: str | None) -> RunRecord:
        """Return the run of that name, the newest for None; see `Archive.run`."""
        self._check_open()
        names = list(self._runs)
        wanted = name if name is not None or not names else names[-1]
        if wanted is None or wanted not in self._runs:
            raise refusals.no_such_run(name, names, place=PLACE)
        return deepcopy(self._runs[wanted].record)

    def overviews(self) -> Sequence[RunOverview]:
        """Return what every run has come to, oldest first."""
        self._check_open()
        return [_overview(run) for run in self._runs.values()]

    def set_status(self, name: str, status: RunStatus, *, spent_s: float) -> None:
        """Set a run's status and spent wall seconds; see `Archive.set_status`."""
        check_seconds(spent_s)
        run = self._get(name)
        if run.record.status is not RunStatus.FINISHED:
            run.record = replace(run.record, status=status, spent_s=spent_s)

    def add_trial(self, run: str, trial: Trial) -> None:
        """Append a trial; see `Archive.add_trial`."""
        if trial.evaluation is not None:
            check_evaluation(trial.evaluation)
        kept = self._get(run)
        if (trial.arm, trial.number) in kept.taken:
            raise refusals.trial_exists(run, trial.arm, trial.number, place=PLACE)
        kept.taken.add((trial.arm, trial.number))
        kept.trials.append(deepcopy(trial))

    def trials(self, run: str, arm: Arm) -> Iterator[Trial]:
        """Return the trials of one arm that are there now, in the order in which they came."""
        present = [trial for trial in self._get(run).trials if trial.arm is arm]
        return map(deepcopy, present)

    def outlines(self, run: str, arm: Arm) -> Iterator[TrialOutline]:
        """Return the trials of one arm that are there now, without their texts and values."""
        return map(TrialOutline.of, self.trials(run, arm))

    def trial_count(self, run: str, arm: Arm) -> int:
        """Return how many trials of one arm there are."""
        return sum(trial.arm is arm for trial in self._get(run).trials)

    def add_call(self, run: str, call: Call) -> None:
        """Append an attempt at a model call; see `Archive.add_call`."""
        kept = deepcopy(call)
        self._get(run).calls.append(kept)
        self._calls.append((run, kept))

    def calls(self, run: str) -> Iterator[Call]:
        """Return the attempts of a run that are there now, in the order in which they came."""
        return map(deepcopy, list(self._get(run).calls))

    def answered(self, run: str) -> Collection[str]:
        """Return the digests of the requests to which the run has an answer."""
        calls = self._get(run).calls
        return {call.request.digest for call in calls if call.outcome is CallOutcome.OK}

    def answer(self, digest: str, *, run: str | None) -> tuple[str, Call] | None:
        """Return the newest answer to a request; see `Archive.answer`."""
        self._check_open()
        for name, call in reversed(self._calls):
            wanted = run in (None, name) and call.outcome is CallOutcome.OK
            if wanted and call.request.digest == digest:
                return name, deepcopy(call)
        return None

    def add_assessment(self, run: str, assessment: Assessment) -> None:
        """Append an evaluation made outside the search."""
        check_evaluation(assessment.evaluation)
        self._get(run).assessments.append(deepcopy(assessment))

    def assessments(
        self,
        run: str,
        *,
        roles: Collection[Role] = tuple(Role),
        splits: Collection[Split] = tuple(Split),
    ) -> Sequence[Assessment]:
        """Return a run's assessments in the order in which they came; see `Archive.assessments`."""
        return [
            deepcopy(assessment)
            for assessment in self._get(run).assessments
            if assessment.role in roles and assessment.evaluation.split in splits
        ]

    def conclude(self, run: str, conclusion: Conclusion, *, spent_s: float) -> None:
        """Write what the run decided and set it FINISHED; see `Archive.conclude`."""
        check_seconds(spent_s)
        kept = self._get(run)
        if kept.conclusion is not None:
            raise refusals.already_concluded(run, place=PLACE)
        kept.conclusion = deepcopy(conclusion)
        kept.record = replace(kept.record, status=RunStatus.FINISHED, spent_s=spent_s)

    def conclusion(self, run: str) -> Conclusion | None:
        """Return what the run decided; None while it is not finished."""
        return deepcopy(self._get(run).conclusion)

    def program_ids(self, prefix: str, *, limit: int) -> Sequence[str]:
        """Return the ids of programs that begin with `prefix`; see `Archive.program_ids`."""
        self._check_open()
        ids = {
            program.id
            for run in self._runs.values()
            for program in _programs(run)
            if program.id.startswith(prefix)
        }
        return sorted(ids)[:limit]

    def appearances(self, program_id: str) -> Sequence[Appearance]:
        """Return where a program occurs, runs from the oldest; see `Archive.appearances`."""
        self._check_open()
        found: list[Appearance] = []
        for name, run in self._runs.items():
            own = [t for t in run.trials if t.program is not None and t.program.id == program_id]
            for arm in Arm:
                found.extend(Appearance(run=name, trial=t) for t in own if t.arm is arm)
            found.extend(
                Appearance(run=name, assessment=a)
                for a in run.assessments
                if a.program is not None and a.program.id == program_id
            )
        return deepcopy(found)

    def close(self) -> None:
        """Refuse every further call; safe to call twice."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise refusals.closed(place=PLACE)

    def _get(self, name: str) -> _Run:
        self._check_open()
        if name not in self._runs:
            raise refusals.unknown_run(name, place=PLACE)
        return self._runs[name]


def _programs(run: _Run) -> Iterator[Program]:
    made = [*(trial.program for trial in run.trials), *(a.program for a in run.assessments)]
    yield from (program for program in made if program is not None)
    if run.conclusion is not None:
        yield from (run.conclusion.champion, run.conclusion.best)
        if run.conclusion.control is not None:
            yield run.conclusion.control


def _overview(run: _Run) -> RunOverview:
    champions = [a.evaluation for a in run.assessments if a.role is Role.CHAMPION]
    scores = {evaluation.split: evaluation.score for evaluation in champions}
    paid = [call for call in run.calls if answered(call)]
    return RunOverview(
        name=run.record.name,
        trials=sum(trial.arm is Arm.SEARCH for trial in run.trials),
        train=scores.get(Split.TRAIN),
        heldout=scores.get(Split.HELDOUT),
        improved=None if run.conclusion is None else run.conclusion.improved,
        calls=len(paid),
        known_usd=sum(call.cost_usd or 0.0 for call in paid),
        unpriced=sum(call.cost_usd is None for call in paid),
    )
