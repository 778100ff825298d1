"""Runs on hosts that cannot keep held-out workloads secret."""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.core.events import Event, Phase, PhaseStarted, TrialTold, Warned
from adrs.core.isolation import IsolationLevel
from adrs.core.run import Role, RunStatus
from adrs.core.scenario import Split
from adrs.engine.check import check_problem
from adrs.proposers.mutator.proposer import AstMutator

WEAK = [IsolationLevel.L0, IsolationLevel.L1]


def splits(archive: MemoryArchive) -> set[Split]:
    return {a.evaluation.split for a in archive.assessments("test")}


@pytest.mark.parametrize("level", WEAK)
def test_run_ends_after_validation_and_claims_nothing(bench: Any, level: IsolationLevel) -> None:
    archive, events = MemoryArchive(), list[Event]()
    weak = replace(bench, level=level)
    conclusion = weak.run(archive, evals=150, sink=events.append)
    assert splits(archive) == {Split.TRAIN, Split.VALIDATION, Split.STRESS}
    assert not conclusion.improved
    assert conclusion.champion == bench.problem.initial
    assert conclusion.best != bench.problem.initial
    assert conclusion.reason.startswith("better on validation than")
    assert conclusion.reason.endswith(f"but {level.heldout_refusal}")
    assert archive.run("test").status is RunStatus.FINISHED
    assert [e.message for e in events if isinstance(e, Warned)] == [level.heldout_refusal]
    phases = [e.phase for e in events if isinstance(e, PhaseStarted)]
    assert phases[-1] is not Phase.HELDOUT


def test_everything_before_the_end_is_as_on_a_good_host(bench: Any) -> None:
    weak, good = MemoryArchive(), MemoryArchive()
    found = replace(bench, level=IsolationLevel.L1).run(weak, evals=150)
    improved = bench.run(good, evals=150)
    assert improved.improved
    assert found.best == improved.best
    seen = [a.label for a in weak.assessments("test") if a.role is Role.CHAMPION]
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("first", "second"), [(IsolationLevel.L1, IsolationLevel.L3), (IsolationLevel.L3, WEAK[1])]
)
def test_level_of_the_last_sitting_decides(
    bench: Any, never_stop: Any, first: IsolationLevel, second: IsolationLevel
) -> None:
    archive = MemoryArchive()

    def ask_to_stop(event: Event) -> None:
        if isinstance(event, TrialTold) and event.trial.number == 20:
            never_stop.requested = True

    begun = replace(bench, level=first)
    assert begun.run(archive, evals=150, sink=ask_to_stop, stop=never_stop) is None
    conclusion = replace(bench, level=second).run(archive, evals=150)
    assert conclusion.improved is second.keeps_secrets
    assert (Split.HELDOUT in splits(archive)) is second.keeps_secrets


def test_insignificant_find_is_not_better_on_a_weak_host(bench: Any) -> None:
    archive = MemoryArchive()
    conclusion = replace(bench, level=IsolationLevel.L1).run(
        archive, proposer="none", control=False
    )
    assert not conclusion.improved
    assert "held-out" not in conclusion.reason


def test_problem_is_not_checked_on_held_out_workloads(bench: Any) -> None:
    mutator = AstMutator(bench.problem.vocabulary, size_cap_nodes=120)
    weak = replace(bench, level=IsolationLevel.L1)
    weak.run(MemoryArchive(), evals=1)
    evaluations = weak.evaluations[-1]
    found = check_problem(
        bench.problem, evaluations, mutator, anew=lambda: nullcontext(evaluations)
    )
    findings = {f.what: f for f in found}
    for split in Split:
        finding = findings[f"programs on {split.value}"]
        assert finding.ok is not split.held_out
        assert ("not scored" in finding.found) is split.held_out
