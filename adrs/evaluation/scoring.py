"""Turns a program into an evaluation: plays every scenario of a split and judges the outcomes."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import median
from typing import Any

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.interface import PlannerInterface
from adrs.core.objective import Objective
from adrs.core.problem import Limits
from adrs.core.program import Program
from adrs.core.scenario import Scalar, Scenario, Split, SplitSpec
from adrs.core.seeds import derive_seed
from adrs.evaluation.decisions import DecisionHash
from adrs.evaluation.outcomes import Contract
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluation.racing import Race, Rival, block_ends, is_checked, playing_order
from adrs.evaluation.recording import RecordingSession
from adrs.evaluation.splits import scenarios
from adrs.sandbox.protocol import Job, PolicyFailed, Sandbox

BATCH = 64  # scenarios a candidate process serves at most; see the sandbox's measurements
REPEAT_EVERY = 64  # of the programs of a search, one so many is evaluated twice on train
MEASUREMENTS = 3  # of a measured value, of which the median counts: one that was disturbed does not
# A second evaluation that ends so says more than that it differs from the first: the host may have
# been slow, and an attack is an attack.
OWN_VERDICT = (Verdict.TIMEOUT, Verdict.MEMORY, Verdict.CRASH, Verdict.SECURITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a scorer measures: the parts of a problem that it needs, and no more.

    Attributes:
        problem: the problem's name, which keys the scenarios' seeds.
        evaluator: the evaluator's reference, as the catalog resolved it.
        params: the evaluator's parameters.
        objective: what its value means.
        splits: the scenarios' specification.
        limits: for one candidate process.
        heldout_key: enters the seeds of the held-out and stress scenarios; see `scenarios`.
        raced: whether train is played block by block, so that programs can race there. Programs
            whose value is measured do not: a block is too short to measure.
    """

    problem: str
    evaluator: str
    params: Mapping[str, Scalar]
    objective: Objective
    splits: Mapping[Split, SplitSpec]
    limits: Limits
    heldout_key: str = field(default="", repr=False)
    raced: bool = False


@dataclass(slots=True)
class _Tally:
    """What is counted over the batches of one evaluation."""

    digest: DecisionHash = field(default_factory=DecisionHash)
    decisions: int = 0
    cpu_s: float = 0.0
    scenarios: int = 0
    behind_after: int | None = None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A split's scenarios and workloads in the order of playing, and where a race pauses.

    Attributes:
        members: the scenarios.
        workloads: one a scenario.
        places: the place in the split of each.
        batches: for each of the candidate processes, after how many scenarios it pauses, and at
            last ends.
    """

    members: tuple[Scenario, ...]
    workloads: tuple[Any, ...]
    places: tuple[int, ...]
    batches: tuple[tuple[int, ...], ...]


class _BatchFailed(Exception):
    """A batch ended the evaluation."""

    def __init__(self, verdict: Verdict, detail: str, scenario: str | None) -> None:
        super().__init__(detail)
        self.verdict = verdict
        self.detail = detail
        self.scenario = scenario


def repeats(program_id: str, split: Split) -> bool:
    """Tell whether a program that is valid on a split is evaluated a second time there.

    What is chosen or reported by a split's figures is always checked, a search's trials are
    sampled; on the stress shapes only validity counts.
    """
    if split is Split.TRAIN:
        return derive_seed("repeat", program_id) % REPEAT_EVERY == 0
    return split is not Split.STRESS


class Scoring:
    """Evaluates programs on the scenarios of a problem.

    Scenarios and workloads are made when their split is first used and kept. A violation,
    exception or timeout in any scenario makes the whole evaluation invalid. Not thread-safe.

    Args:
        task: what to measure.
        evaluator: the instrument, built with the task's parameters.
        sandbox: where candidates run.
    """

    def __init__(self, task: Task, evaluator: Evaluator[Any], sandbox: Sandbox) -> None:
        self._task = task
        self._evaluator = evaluator
        self._sandbox = sandbox
        self._contract = Contract(self.instrument, task.objective)
        self._prepared: dict[Split, _Prepared] = {}
        self._bounds: dict[Split, tuple[float, ...]] = {}

    @property
    def instrument(self) -> str:
        """The evaluator's name and version, such as "spot 1"."""
        return f"{self._evaluator.family} {self._evaluator.version}"

    def bounds(self, split: Split, start: int, stop: int) -> tuple[float, ...]:
        """Compute the proven best values of the scenarios start..stop-1 of a split.

        Raises:
            EvaluatorError: one is not finite.
        """
        prepared = self._prepare(split)
        by_place = dict(zip(prepared.places, prepared.workloads, strict=True))
        values = [self._evaluator.bound(by_place[i]) for i in range(start, stop)]
        for scenario, value in zip(self._members(split)[start:stop], values, strict=True):
            # No score is better than NaN, so a wrong bound would raise no alarm.
            self._contract.finite("bound", value, scenario)
        return tuple(map(float, values))

    def set_bounds(self, split: Split, values: Sequence[float]) -> None:
        """Take the bounds that later evaluations on the split are checked against."""
        self._bounds[split] = tuple(values)

    def evaluate(self, program: Program, split: Split, rival: Rival | None = None) -> Evaluation:
        """Play the scenarios of the split, twice where it is to be seen whether both agree.

        Where the value is measured they are played `MEASUREMENTS` times, and nobody races.

        Args:
            program: what to evaluate.
            split: where; every scenario of it, but for a race.
            rival: whom the program races against; it may be stopped with the verdict `behind`.

        Raises:
            EvaluatorError: the evaluator broke its contract.
        """
        if self._task.objective.measured:
            return self._measured(program, split)
        first = self._played(program, split, rival)
        if not first.ok or not repeats(program.id, split):
            return first
        # Against the same rival, so that the scenarios come in the same parts.
        second = self._played(program, split, rival)
        return self._compared(first, second)

    def _measured(self, program: Program, split: Split) -> Evaluation:
        """Return the evaluation whose values are the medians of several, which decide alike."""
        whole = self._played(program, split, None)
        measured = [whole.values]
        while whole.ok and len(measured) < MEASUREMENTS:
            again = self._played(program, split, None)
            whole = self._compared(whole, again)
            measured.append(again.values)
        if not whole.ok:
            return whole
        values = tuple(median(column) for column in zip(*measured, strict=True))
        return replace(whole, values=values, score=math.fsum(values) / len(values))

    def _played(self, program: Program, split: Split, rival: Rival | None) -> Evaluation:
        tally = _Tally()
        blank = Evaluation(
            program_id=program.id,
            split=split,
            verdict=Verdict.OK,
            isolation=self._sandbox.level,
            evaluator=self.instrument,
            rival="" if rival is None else rival.program_id,
        )
        try:
            outcomes = self._play_all(program, split, rival, tally)
        except _BatchFailed as failed:
            return replace(
                _counted(blank, tally),
                verdict=failed.verdict,
                detail=failed.detail,
                failed_scenario=failed.scenario,
            )
        return self._judged(_counted(blank, tally), outcomes, tally)

    def _prepare(self, split: Split) -> _Prepared:
        if split not in self._prepared:
            spec = self._task.splits[split]
            members = scenarios(self._task.problem, spec, self._task.heldout_key)
            measured = self._task.objective.measured
            raced = self._task.raced and split is Split.TRAIN and not measured
            ends = block_ends(len(members)) if raced else (len(members),)
            places = tuple(range(len(members)))
            if len(ends) > 1:
                places = playing_order(self._task.problem, [member.params for member in members])
            ordered = tuple(members[place] for place in places)
            self._prepared[split] = _Prepared(
                members=ordered,
                workloads=tuple(self._evaluator.workload(scenario) for scenario in ordered),
                places=places,
                batches=_batches(ends, self._most_at_once),
            )
        return self._prepared[split]

    @property
    def _most_at_once(self) -> int:
        """How many scenarios one process serves.

        Plans are asked for one by one and take what CPU time they are let. A process serves no more
        of them than one of the search does, so that who keeps its limit there keeps it elsewhere.
        What is measured is one process's time, and lockstep gains by every lane.
        """
        plans = isinstance(self._evaluator.interface, PlannerInterface)
        if not plans or self._task.objective.measured:
            return BATCH
        return min(BATCH, self._task.splits[Split.TRAIN].count)

    def _play_all(
        self, program: Program, split: Split, rival: Rival | None, tally: _Tally
    ) -> list[Outcome]:
        """Return the outcomes in the split's order."""
        size = len(program.source.encode(errors="surrogatepass"))
        if size > self._task.limits.source_bytes:
            limit = self._task.limits.source_bytes
            text = f"the program has {size} bytes, at most {limit} are allowed"
            raise _BatchFailed(Verdict.REJECTED, text, None)
        prepared = self._prepare(split)
        race = Race(rival, self._task.objective.fitness, prepared.places)
        outcomes: list[Outcome] = []
        for pauses in prepared.batches:
            with self._session(program, tally) as session:
                while len(outcomes) < pauses[-1]:
                    part = slice(len(outcomes), race.next_pause(pauses, len(outcomes)))
                    outcomes += self._play(
                        session, prepared.members[part], prepared.workloads[part]
                    )
                    tally.scenarios = len(outcomes)
                    tally.digest.end_group()
                    self._look(race, program, outcomes, tally)
        by_place = dict(zip(prepared.places, outcomes, strict=True))
        return [by_place[place] for place in range(len(outcomes))]

    def _look(
        self, race: Race, program: Program, outcomes: Sequence[Outcome], tally: _Tally
    ) -> None:
        """End the evaluation when the rival is out of reach; note it only, of a sample."""
        if not race.open:
            return
        race.look([outcome.value for outcome in outcomes if outcome.value is not None])
        tally.behind_after = race.behind_after
        if race.behind_after is not None and not is_checked(program):
            text = (
                f"stopped after {race.behind_after} of {race.total} scenarios, "
                f"on average {-race.mean_gain:.4g} worse than its rival"
            )
            raise _BatchFailed(Verdict.BEHIND, text, None)

    @contextmanager
    def _session(self, program: Program, tally: _Tally) -> Iterator[RecordingSession]:
        """Open a session of the program's own, and count what it took."""
        job = Job(
            source=program.source,
            interface=self._evaluator.interface,
            limits=self._task.limits,
        )
        open_inner = partial(self._sandbox.open, job)
        try:
            session = RecordingSession(open_inner, tally.digest, limits=job.limits)
        except PolicyFailed as failure:
            raise _BatchFailed(failure.verdict, failure.detail, None) from failure
        with closing(session):
            try:
                yield session
            finally:
                tally.decisions += session.answered
                tally.cpu_s += session.cpu_s

    def _play(
        self, session: RecordingSession, members: Sequence[Scenario], workloads: Sequence[Any]
    ) -> Sequence[Outcome]:
        try:
            outcomes = self._evaluator.play(workloads, session)
            session.check_cpu_time()
        except PolicyFailed as failure:
            failed_at = None if failure.slot is None else members[failure.slot].id
            raise _BatchFailed(failure.verdict, failure.detail, failed_at) from failure
        self._contract.one_each(outcomes, members)
        for scenario, outcome in zip(members, outcomes, strict=True):
            if outcome.violation:
                raise _BatchFailed(Verdict.INVALID, outcome.violation, scenario.id)
            self._contract.valid(scenario, outcome)
        return outcomes

    def _judged(self, blank: Evaluation, outcomes: list[Outcome], tally: _Tally) -> Evaluation:
        values = tuple(float(o.value) for o in outcomes if o.value is not None)
        above = self._above_bound(blank.split, values)
        if above is not None:
            return replace(
                blank,
                verdict=Verdict.IMPOSSIBLE,
                detail=(
                    f"{self._task.objective.metric} {values[above]:.9g} is better than the proven "
                    f"bound {self._bounds[blank.split][above]:.9g}: an evaluator or bound is wrong"
                ),
                failed_scenario=self._members(blank.split)[above].id,
            )
        self._contract.same_metrics(self._members(blank.split), outcomes)
        names = sorted(outcomes[0].metrics)
        repeatable = () if self._task.objective.measured else values
        return replace(
            blank,
            score=math.fsum(values) / len(values),
            values=values,
            metrics={n: math.fsum(o.metrics[n] for o in outcomes) / len(outcomes) for n in names},
            fingerprint=tally.digest.hexdigest(repeatable),
        )

    def _compared(self, first: Evaluation, second: Evaluation) -> Evaluation:
        """Return the one evaluation that two of the same program on the same split come to."""
        cpu_s = first.cpu_s + second.cpu_s
        if second.verdict in OWN_VERDICT:
            detail = f"evaluated twice, the second time: {second.detail}"
            return replace(second, detail=detail, cpu_s=cpu_s)
        if second.ok and self._same(first, second):
            return replace(first, cpu_s=cpu_s, repeated=True)
        differing, at = self._difference(first, second)
        return replace(
            second,
            verdict=Verdict.NONDETERMINISTIC,
            score=None,
            values=(),
            metrics={},
            fingerprint="",
            detail=f"evaluated twice, it decided differently: {differing}",
            failed_scenario=at,
            decisions=first.decisions,
            cpu_s=cpu_s,
        )

    def _same(self, first: Evaluation, second: Evaluation) -> bool:
        """Tell whether two evaluations decided alike and, but for measured values, are worth it."""
        if first.fingerprint != second.fingerprint:
            return False
        return self._task.objective.measured or first.values == second.values

    def _difference(self, first: Evaluation, second: Evaluation) -> tuple[str, str | None]:
        """Return what differs between two evaluations, and in which scenario it shows."""
        if not second.ok:
            return f"{second.verdict} the second time: {second.detail}", second.failed_scenario
        if self._task.objective.measured:
            return "other decisions", None
        members = self._members(first.split)
        for scenario, a, b in zip(members, first.values, second.values, strict=True):
            if a != b:
                return f"{self._task.objective.metric} {a:.9g}, then {b:.9g}", scenario.id
        return "other decisions of the same worth", None

    def _members(self, split: Split) -> list[Scenario]:
        """Return a split's scenarios in its own order."""
        prepared = self._prepare(split)
        by_place = dict(zip(prepared.places, prepared.members, strict=True))
        return [by_place[place] for place in range(len(by_place))]

    def _above_bound(self, split: Split, values: Sequence[float]) -> int | None:
        bounds = self._bounds.get(split, ())
        scale = max(map(abs, bounds), default=0.0)
        for i, (value, bound) in enumerate(zip(values, bounds, strict=False)):
            if self._task.objective.beats_bound(value, bound, scale=scale):
                return i
        return None


def _batches(ends: Sequence[int], most: int) -> tuple[tuple[int, ...], ...]:
    """Cut a split into batches of `most` scenarios; `ends` are the pauses of a race over it."""
    cuts = [*range(most, ends[-1], most), ends[-1]]
    pauses = sorted({*ends, *cuts})
    batches = (
        tuple(pause for pause in pauses if start < pause <= cut)
        for start, cut in zip((0, *cuts), cuts, strict=False)
    )
    return tuple(batch for batch in batches if batch)


def _counted(blank: Evaluation, tally: _Tally) -> Evaluation:
    return replace(
        blank,
        decisions=tally.decisions,
        cpu_s=tally.cpu_s,
        scenarios=tally.scenarios,
        behind_after=tally.behind_after,
    )
