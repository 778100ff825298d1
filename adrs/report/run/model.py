"""What a report says, as frozen plain data; everything that any renderer prints is in it.

Raw values are in the objective's unit, shares and relative changes are fractions (0.129 is 12.9 %).
A relative change has the raw metric's sign: below 0 is a smaller value, whichever way is better.
Absence is None.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from adrs.core.evaluation import Verdict
from adrs.core.objective import Objective
from adrs.core.run import ModelUse, Order, RunStatus
from adrs.core.scenario import Scalar, Split
from adrs.core.trial import Arm
from adrs.report.run.curve import Curve
from adrs.report.run.integrity import Integrity, Jump
from adrs.report.run.races import Races
from adrs.report.run.spend import Spend
from adrs.report.run.steps import Step

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with the ends of its 95 % bootstrap interval.

    The ends are None where one scenario cannot tell, and on splits that are not held out.
    """

    mean: float
    low: float | None
    high: float | None

    @property
    def covers_zero(self) -> bool:
        """True when the interval does not tell the mean from 0, or there is no interval."""
        return self.low is None or self.high is None or self.low <= 0 <= self.high


class Finding(StrEnum):
    """What a run found, in one word."""

    IMPROVED = "improved"  # on validation and on held-out workloads
    UNCONFIRMED = "unconfirmed"  # on validation, not beyond noise on held-out workloads
    UNASSESSED = "unassessed"  # on validation; there is no held-out result
    UNSOUND = "unsound"  # the champion fails on a held-out split, or beats a proven bound
    NOT_SIGNIFICANT = "not-significant"  # the best is within noise on validation
    NOTHING_BETTER = "nothing-better"  # no program beat the initial one on train
    NOTHING_VALID = "nothing-valid"  # no program but the initial one is valid
    UNFINISHED = "unfinished"  # interrupted, killed, or still being worked on


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusions:
    """The verdict in words, and the figures it rests on.

    Attributes:
        finding: the verdict.
        sentence: the verdict in one sentence or two.
        notes: what must be read with it, one sentence each: the control, the shifted workloads.
        against: title of the best human baseline or initial program it was compared with.
        split: the split of the comparison.
        change: relative change of the champion (or the best) against that.
        control_change: the control's relative change against the same.
        control_share: part of the gain that the control reaches; None without a gain or control.
    """

    finding: Finding
    sentence: str
    notes: tuple[str, ...] = ()
    against: str | None = None
    split: Split | None = None
    change: Estimate | None = None
    control_change: Estimate | None = None
    control_share: float | None = None


class RowKind(StrEnum):
    """What a line of the table stands for."""

    INITIAL = "initial"
    BASELINE = "baseline"
    CONTROL = "control"
    BEST = "best"  # the best found, in a run whose champion is the initial program
    CHAMPION = "champion"
    BOUND = "bound"


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitResult:
    """How a program did on one split.

    Attributes:
        split: the split.
        verdict: how the evaluation ended.
        mean: mean raw value; None unless the verdict is OK.
        scenarios: number of scenarios in the mean.
        change: relative change against the reference baseline; None for the reference itself and
            where the reference's mean is 0.
        headroom: part of (reference → bound) closed; None without room or bound.
        detail: why there is no mean.
    """

    split: Split
    verdict: Verdict
    mean: float | None
    scenarios: int
    change: Estimate | None = None
    headroom: Estimate | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRow:
    """One program of the table.

    Attributes:
        kind: what it is.
        name: the baseline's name; the kind elsewhere.
        title: how it is printed.
        program_id: its identity; None for the bound.
        initial: whether search started from it.
        reference: whether headroom is 0 at it.
        results: one per split on which it was evaluated, train first.
    """

    kind: RowKind
    name: str
    title: str
    program_id: str | None
    initial: bool
    reference: bool
    results: tuple[SplitResult, ...]

    def result(self, split: Split) -> SplitResult | None:
        """Return the result on a split; None where it was not evaluated."""
        return next((result for result in self.results if result.split is split), None)

    def mean(self, split: Split) -> float | None:
        """Return the mean raw value on a split; None without one."""
        result = self.result(split)
        return None if result is None else result.mean


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCount:
    """How many trials ended so."""

    verdict: Verdict
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """What became of the trials of one arm; `verdicts` and `duplicates` add up to `trials`.

    `races` is None where no program raced.
    """

    arm: Arm
    trials: int
    evaluations: int
    verdicts: tuple[VerdictCount, ...]
    duplicates: int
    races: Races | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """A kind of change and its part in the way from the initial to the best train score.

    Attributes:
        name: the operator, the elementary change, or who proposed it.
        improvements: trials of this kind that beat everything before them.
        share: its part of the total gain; a trial of several changes counts evenly for each.
    """

    name: str
    improvements: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioChange:
    """A scenario's raw value under a program and under another.

    Attributes:
        scenario: its id.
        value: under the program.
        against: under the other.
        change: relative change; None where the other's value is 0 in any scenario.
    """

    scenario: str
    value: float
    against: float
    change: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioTally:
    """A program against another, scenario by scenario.

    Attributes:
        program: title of the program.
        against: title of the other.
        split: the split.
        better: scenarios in which the program is strictly better.
        same: scenarios without a difference.
        worse: the rest.
        median: median relative change; None, as below, where the other's value is 0 somewhere.
        best: relative change in the scenario of the largest gain.
        worst: relative change in the scenario of the largest loss.
        histogram: scenarios by relative change, in equal bins from the best to the worst; empty
            where all changes are equal, or where there is none.
        changes: every scenario, from the largest gain to the largest loss.
    """

    program: str
    against: str
    split: Split
    better: int
    same: int
    worse: int
    median: float | None
    best: float | None
    worst: float | None
    histogram: tuple[int, ...]
    changes: tuple[ScenarioChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AblatedChange:
    """A change of the champion, and how the champion does on validation without it.

    The texts are compared without comments, docstrings and layout.

    Attributes:
        number: from 1, in the order of the text.
        where: the function or class it is in; empty for none.
        removed: lines of the initial program that it took away.
        added: lines of the champion that it brought.
        verdict: how the evaluation without it ended.
        detail: why there is no mean.
        mean: raw mean without it.
        change: relative change of the mean by taking it back; None where the champion's is 0.
        difference: raw change likewise.
    """

    number: int
    where: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    verdict: Verdict
    detail: str
    mean: float | None
    change: Estimate | None
    difference: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A reason for which trials failed; `reason` is the first such trial's, numbers and all."""

    verdict: Verdict
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What differs between two runs of the same seed.

    Attributes:
        created_at: UTC, ISO 8601.
        wall_s: wall seconds over all sittings.
        cpu_s: CPU seconds of the candidates' processes.
        cpu_ratio: CPU seconds of the best program on held-out workloads over the reference
            baseline's, the start of the processes included; None where one of them has none.
        evaluations_per_s: evaluations over wall seconds; None before either.
    """

    created_at: str
    wall_s: float
    cpu_s: float
    cpu_ratio: float | None = None
    evaluations_per_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunIdentity:
    """The run's name, where its best program was saved, and commands that go on from here."""

    name: str
    saved: str | None
    next: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What was run: the configuration and the versions.

    Attributes:
        problem: name or path, as it was given.
        problem_title: one line.
        objective: the raw metric.
        reference: title of the baseline at which headroom is 0.
        strategy: its name.
        also: parts of the strategy that were on, though usually off.
        without: parts of it that were off, though usually on.
        proposer: its name.
        language_model: whether a language model proposed programs, as far as that is known.
        models: the language models, how they were asked, their budgets; None where none were.
        order: the order in which the search's trials were asked and told.
        replays: the run whose recorded answers this one followed; empty for none.
        seed: the run's seed.
        evals: budget of evaluations; None for no limit.
        time_s: budget of wall seconds; None for no limit.
        window: trials that may be asked before the first of them is told.
        control: whether a control was asked for.
        minimum_isolation: weakest isolation accepted.
        params: evaluator parameters that override the problem's.
        heldout_set: which held-out and stress scenarios were drawn; "public" for those of the
            source, else eight hexadecimal digits. Results of equal sets can be compared.
        evaluator: the evaluator's name and version.
        adrs_version: the version that began the run.
        status: where the run stands.
        evaluations: evaluations of the search, the initial program's not counted.
    """

    problem: str
    problem_title: str
    objective: Objective
    reference: str
    strategy: str
    also: tuple[str, ...]
    without: tuple[str, ...]
    proposer: str
    language_model: bool
    models: ModelUse | None
    order: Order
    replays: str
    seed: int
    evals: int | None
    time_s: float | None
    window: int
    control: bool
    minimum_isolation: str
    params: Mapping[str, Scalar]
    heldout_set: str
    evaluator: str
    adrs_version: str
    status: RunStatus
    evaluations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChampionFacts:
    """The program the run stands by, and how its source came about."""

    program_id: str
    trial: int | None
    operator: str
    idea: str
    source_lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """Everything a report says of one run.

    Two runs of the same seed and configuration give equal summaries, `run` and `times` left aside.
    `jumps` are the search's in the order of its trials, then the champion's; `steps` are the
    search's improvements in their order; `proposers`, `operators` and `changes` are where its gain
    on train came from, each the whole of it; `ablation` is in the order of the text.
    """

    format: int = FORMAT_VERSION
    run: RunIdentity
    verdict: Conclusions
    setup: Setup
    champion: ChampionFacts | None
    rows: tuple[ProgramRow, ...]
    curves: tuple[Curve, ...]
    attempts: tuple[Attempts, ...]
    steps: tuple[Step, ...]
    proposers: tuple[Gain, ...]
    operators: tuple[Gain, ...]
    changes: tuple[Gain, ...]
    scenarios: ScenarioTally | None
    ablation: tuple[AblatedChange, ...]
    failures: tuple[Failure, ...]
    integrity: Integrity
    jumps: tuple[Jump, ...]
    spend: Spend
    times: Times

    def row(self, kind: RowKind) -> ProgramRow | None:
        """Return the first row of a kind; None when there is none."""
        return next((row for row in self.rows if row.kind is kind), None)

    def curve(self, arm: Arm) -> Curve | None:
        """Return the curve of an arm; None when the arm has no valid program."""
        return next((curve for curve in self.curves if curve.arm is arm), None)
