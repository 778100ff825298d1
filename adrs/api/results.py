"""What the Python API returns: frozen views on what was found."""

from dataclasses import dataclass

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.report.run.model import Finding, ProgramRow, RowKind, RunSummary, SplitResult


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a finished run found.

    Attributes:
        champion: the program the run stands by; the initial program where nothing was improved.
        best: the best program found, significant or not.
        report: the whole report, the same as `adrs report --json` prints.
    """

    champion: Program
    best: Program
    report: RunSummary

    @property
    def name(self) -> str:
        """The run's name in its archive."""
        return self.report.run.name

    @property
    def finding(self) -> Finding:
        """The verdict in one word."""
        return self.report.verdict.finding

    @property
    def verdict(self) -> str:
        """The verdict in a sentence or two."""
        return self.report.verdict.sentence

    @property
    def improved(self) -> bool:
        """Whether the champion is better beyond noise, on validation and on held-out workloads."""
        return self.finding is Finding.IMPROVED

    @property
    def heldout(self) -> SplitResult | None:
        """How the champion did on held-out workloads; None where these were not scored.

        `mean` is in the objective's unit; `change` (against the reference baseline) and `headroom`
        are fractions with 95 % intervals.
        """
        return self.on(Split.HELDOUT)

    @property
    def control(self) -> SplitResult | None:
        """How the control's program did on held-out workloads; None without a control."""
        row = self.report.row(RowKind.CONTROL)
        return None if row is None else row.result(Split.HELDOUT)

    @property
    def usd(self) -> float | None:
        """US dollars for models, over all sittings; None where a price is not known."""
        return self.report.spend.usd

    @property
    def calls(self) -> int:
        """Answered model calls, over all sittings."""
        return self.report.spend.calls

    @property
    def evaluations(self) -> int:
        """Evaluations of programs: of the search, of the control, and those of the end."""
        return self.report.spend.evaluations

    def on(self, split: Split) -> SplitResult | None:
        """Return how the champion did on a split; None where it was not evaluated there."""
        row = self._row
        return None if row is None else row.result(split)

    @property
    def _row(self) -> ProgramRow | None:
        rows = (row for row in self.report.rows if row.program_id == self.champion.id)
        return next(rows, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioValue:
    """A program's raw value in one scenario, in the objective's unit."""

    scenario: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationResult:
    """How a program did on one split of a problem.

    Attributes:
        program: what was evaluated.
        evaluation: the whole result, with further metrics, decisions and CPU seconds.
        scenarios: the value of every scenario, in the split's order; empty unless the verdict is
            OK.
        heldout_set: the name of the scenarios that were drawn; results on equal sets can be
            compared. None on train, which is the same for everybody.
    """

    program: Program
    evaluation: Evaluation
    scenarios: tuple[ScenarioValue, ...]
    heldout_set: str | None

    @property
    def ok(self) -> bool:
        """Whether the program is valid in every scenario, and so has a score."""
        return self.evaluation.ok

    @property
    def verdict(self) -> Verdict:
        """How the evaluation ended."""
        return self.evaluation.verdict

    @property
    def detail(self) -> str:
        """Why there is no score; empty where there is one."""
        return self.evaluation.detail

    @property
    def score(self) -> float | None:
        """Mean over the scenarios, in the objective's unit; None unless the verdict is OK."""
        return self.evaluation.score
