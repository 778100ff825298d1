"""An archive of several small runs of one problem, written value by value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from statistics import fmean
from typing import Any

import pytest
from rich.console import Console

from adrs.archive.memory import MemoryArchive
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.run import Assessment, Conclusion, Role, RunConfig, RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial
from adrs.report.problemfacts import BaselineTitle, ProblemFacts

COST = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)
PARTS = {"problem.toml: params": "p", "problem.toml: splits.train": "t", "initial.py": "i"}


def program(name: str) -> Program:
    return Program.of(f"def decide(obs):\n    return {name!r}\n")


def evaluation(name: str, split: Split, values: Sequence[float], **more: Any) -> Evaluation:
    made = Evaluation(
        program_id=program(name).id if name else "",
        split=split,
        verdict=Verdict.OK,
        score=fmean(values),
        values=tuple(values),
        isolation=IsolationLevel.L3,
        evaluator="spot 1",
    )
    return replace(made, **more)


@dataclass
class Shelf:
    """Writes runs of a problem whose humans are an initial program and two baselines."""

    archive: MemoryArchive = field(default_factory=MemoryArchive)
    facts: ProblemFacts = field(
        default_factory=lambda: ProblemFacts(
            title="A made-up problem",
            objective=COST,
            reference="good",
            baselines=(
                BaselineTitle(name="poor", title="The poor"),
                BaselineTitle(name="good", title="The good"),
            ),
        )
    )

    def begin(self, name: str, *, config: Any = None, **more: Any) -> RunRecord:
        """Add a run; `config` holds fields of its configuration."""
        fields = {
            "problem": "spot",
            "seed": 1,
            "strategy": "islands",
            "proposer": "mutator/ast",
            "evals": 50,
            "time_s": None,
            "window": 8,
            "control": True,
            "params": {},
        }
        record = RunRecord(
            name=name,
            config=RunConfig(**{**fields, **(config or {})}),
            problem_parts=PARTS,
            evaluator="spot 1",
            adrs_version="0.1.0",
            created_at="2026-01-02T03:04:05+00:00",
            status=RunStatus.RUNNING,
        )
        record = replace(record, **more)
        self.archive.create_run(record)
        return record

    def assess(
        self,
        run: str,
        role: Role,
        name: str,
        split: Split,
        values: Sequence[float],
        label: str = "",
        **more: Any,
    ) -> None:
        """Add an assessment; `more` holds fields of its evaluation."""
        made = Assessment(
            role=role,
            label=label,
            program=program(name) if name else None,
            evaluation=evaluation(name, split, values, **more),
        )
        self.archive.add_assessment(run, made)

    def trial(
        self,
        run: str,
        number: int,
        parents: Sequence[str],
        values: Sequence[float] | None,
        *,
        name: str = "",
        arm: Arm = Arm.SEARCH,
        **more: Any,
    ) -> None:
        """Add a trial that makes program "p<number>" from others; without values it fails."""
        name = name or f"p{number}"
        made = evaluation(name, Split.TRAIN, values or [0.0])
        if values is None:
            made = replace(made, verdict=Verdict.TIMEOUT, score=None, values=())
        trial = Trial(
            arm=arm,
            number=number,
            operator="refine",
            parent_ids=tuple(program(parent).id for parent in parents),
            proposal=Proposal(
                proposer="mutator/ast@1",
                source=program(name).source,
                operators=("swap",),
                idea=f"idea {number}",
            ),
            program=program(name),
            evaluation=made,
        )
        self.archive.add_trial(run, replace(trial, **more))

    def humans(self, run: str, splits: Sequence[Split], *, bound: bool = True) -> None:
        for split in splits:
            self.assess(run, Role.INITIAL, "start", split, [120.0, 100.0, 110.0])
            self.assess(run, Role.BASELINE, "poor", split, [150.0, 130.0, 140.0], "poor")
            self.assess(run, Role.BASELINE, "good", split, [100.0, 100.0, 100.0], "good")
            if bound:
                self.assess(run, Role.BOUND, "", split, [50.0, 50.0, 50.0])

    def conclude(
        self, run: str, best: str, *, trial: int | None = 1, improved: bool = True
    ) -> None:
        conclusion = Conclusion(
            champion=program(best if improved else "start"),
            champion_trial=trial if improved else None,
            best=program(best),
            control=None,
            improved=improved,
            reason="because",
        )
        self.archive.conclude(run, conclusion, spent_s=10.0)

    def finished(
        self,
        name: str,
        values: Sequence[float],
        *,
        improved: bool = True,
        control: Sequence[float] | None = None,
        **more: Any,
    ) -> RunRecord:
        """Add a whole run whose champion, trial 1, has these held-out values."""
        self.begin(name, **more)
        self.humans(name, (Split.TRAIN, Split.HELDOUT))
        self.trial(name, 1, ["start"], [90.0, 90.0], name=f"best of {name}")
        self.trial(name, 2, ["start"], None)
        self.assess(name, Role.CHAMPION, f"best of {name}", Split.HELDOUT, values)
        if control is not None:
            self.assess(name, Role.CONTROL, "control", Split.HELDOUT, control)
        self.conclude(name, f"best of {name}", improved=improved)
        return self.archive.run(name)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def sheet() -> Callable[..., Console]:
    """Make a console of a given size that writes plain text to a string."""

    def make(width: int = 80, height: int = 24, **more: Any) -> Console:
        options = {"color_system": None, **more}
        return Console(file=StringIO(), width=width, height=height, **options)

    return make
