"""A whole run: the same at any number of workers, after any kill, and honest at its end."""

from dataclasses import replace
from typing import Any

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.core.events import ArmEnded, Assessed, Event, Phase, PhaseStarted, TrialTold
from adrs.core.problem import Baseline
from adrs.core.program import Program
from adrs.core.run import Role, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Assignment
from adrs.engine.champion import LEADERS, TOP
from adrs.engine.changes import changed_parts
from adrs.engine.courses import ArrivalCourse
from adrs.engine.proposals import InlineProposals
from adrs.engine.run import Run
from adrs.errors import ProblemError
from adrs.proposers.mutator.proposer import SingleEditMutator
from adrs.proposers.protocol import BudgetSpent
from adrs.testing.archive_values import a_call

Trace = tuple[Any, ...]


def trace(archive: MemoryArchive) -> Trace:
    """Everything a run left behind but for CPU times."""
    trials = [
        replace(t, evaluation=t.evaluation and replace(t.evaluation, cpu_s=0.0))
        for arm in Arm
        for t in archive.trials("test", arm)
    ]
    assessments = [
        replace(a, evaluation=replace(a.evaluation, cpu_s=0.0)) for a in archive.assessments("test")
    ]
    return (trials, assessments, archive.conclusion("test"))


def test_the_search_improves_and_says_so(bench: Any) -> None:
    archive = MemoryArchive()
    conclusion = bench.run(archive, evals=150)
    assert conclusion.improved
    assert conclusion.champion == conclusion.best
    assert archive.run("test").status is RunStatus.FINISHED
    assert archive.conclusion("test") == conclusion


def test_exactly_the_budget_of_evaluations_is_spent_in_each_arm(bench: Any) -> None:
    archive = MemoryArchive()
    bench.run(archive)
    for arm in Arm:
        trials = list(archive.trials("test", arm))
        assert sum(t.evaluation is not None for t in trials) == 60
        assert [t.number for t in trials] == list(range(1, len(trials) + 1))


def test_a_duplicate_costs_no_evaluation_and_is_kept(bench: Any) -> None:
    archive = MemoryArchive()
    bench.run(archive, evals=300)
    seen = {bench.problem.initial.id}
    for trial in archive.trials("test", Arm.SEARCH):
        if trial.program is None:
            continue
        assert (trial.duplicate_of is not None) == (trial.program.id in seen)
        assert (trial.evaluation is None) == (trial.duplicate_of is not None)
        seen.add(trial.program.id)


@pytest.mark.parametrize(("workers", "order"), [(2, 1), (4, 2), (8, 3)])
def test_workers_and_their_timing_change_nothing(bench: Any, workers: int, order: int) -> None:
    one, many = MemoryArchive(), MemoryArchive()
    bench.run(one, workers=1)
    bench.run(many, workers=workers, order=order)
    assert trace(one) == trace(many)


@pytest.mark.parametrize("events", [3, 9, 30, 95, 150, 190, 215])
def test_a_killed_run_resumes_as_if_it_had_never_stopped(bench: Any, events: int) -> None:
    from_start, killed = MemoryArchive(), MemoryArchive()
    bench.run(from_start, workers=2, order=1)
    deaths = 0

    def die_after(event: object) -> None:
        nonlocal deaths
        deaths += 1
        if deaths == events:
            raise SystemExit("killed")

    with pytest.raises(SystemExit):
        bench.run(killed, workers=2, order=5, sink=die_after)
    bench.run(killed, workers=3, order=9)
    assert trace(from_start) == trace(killed)


def test_a_resumed_run_evaluates_nothing_twice(bench: Any) -> None:
    archive = MemoryArchive()
    bench.run(MemoryArchive())
    whole = bench.evaluations[0].count
    bench.run_until_killed(archive, told=40)
    bench.run(archive)
    first, second = bench.evaluations[1].count, bench.evaluations[2].count
    lost_in_flight = 6
    assert whole <= first + second <= whole + lost_in_flight


def test_a_stop_finishes_what_is_in_flight_and_can_be_resumed(bench: Any, never_stop: Any) -> None:
    archive, whole = MemoryArchive(), MemoryArchive()
    bench.run(whole)

    def ask_to_stop(event: object) -> None:
        if isinstance(event, TrialTold) and event.trial.number == 20:
            never_stop.requested = True

    assert bench.run(archive, sink=ask_to_stop, stop=never_stop) is None
    assert archive.run("test").status is RunStatus.INTERRUPTED
    assert archive.trial_count("test", Arm.SEARCH) >= 20
    assert bench.run(archive) == whole.conclusion("test")
    assert trace(archive) == trace(whole)


@pytest.mark.parametrize(
    "phase", [Phase.BASELINES, Phase.VALIDATION, Phase.REDUCTION, Phase.HELDOUT]
)
def test_a_stop_outside_the_search_is_heard_at_once(
    bench: Any, never_stop: Any, phase: Phase
) -> None:
    archive, whole = MemoryArchive(), MemoryArchive()
    bench.run(whole, evals=150)
    after: list[Event] = []

    def ask_to_stop(event: Event) -> None:
        if never_stop.requested:
            after.append(event)
        never_stop.requested |= isinstance(event, PhaseStarted) and event.phase is phase

    assert bench.run(archive, evals=150, sink=ask_to_stop, stop=never_stop) is None
    assert archive.run("test").status is RunStatus.INTERRUPTED
    assert sum(isinstance(event, Assessed) for event in after) == 0
    assert bench.run(archive, evals=150) == whole.conclusion("test")
    assert trace(archive) == trace(whole)


def test_held_out_scenarios_are_touched_only_after_the_champion_is_chosen(bench: Any) -> None:
    archive = MemoryArchive()
    bench.run(archive)
    splits = [a.evaluation.split for a in archive.assessments("test")]
    first_held_out = min(i for i, s in enumerate(splits) if s.held_out)
    roles = [a.role for a in archive.assessments("test")][first_held_out:]
    assert Role.CANDIDATE not in roles
    assert Role.REDUCTION not in roles
    assert Role.CONTROL_CANDIDATE not in roles
    for arm in Arm:
        for trial in archive.trials("test", arm):
            assert trial.evaluation is None or trial.evaluation.split is Split.TRAIN


def test_phases_say_beforehand_how_many_evaluations_they_take(bench: Any) -> None:
    events: list[Event] = []
    assert bench.run(MemoryArchive(), sink=events.append).improved
    taken: dict[Phase, int] = {}
    totals: dict[Phase, int | None] = {}
    for event in events:
        if isinstance(event, PhaseStarted):
            phase, totals[event.phase] = event.phase, event.total
        if isinstance(event, Assessed) and event.assessment.role is not Role.BOUND:
            taken[phase] = taken.get(phase, 0) + 1
    known = {p: t for p, t in totals.items() if t is not None and p in taken}
    assert known == {phase: taken[phase] for phase in known}
    assert {Phase.BASELINES, Phase.VALIDATION, Phase.HELDOUT} <= set(known)


def test_everybody_is_held_out_alike(bench: Any) -> None:
    archive = MemoryArchive()
    bench.run(archive)
    for split in (Split.HELDOUT, Split.SHIFTED):
        labels = {
            (a.role, a.label) for a in archive.assessments("test") if a.evaluation.split is split
        }
        assert labels == {
            (Role.INITIAL, ""),
            (Role.BASELINE, "flat"),
            (Role.BASELINE, "steep"),
            (Role.CHAMPION, ""),
            (Role.CONTROL, ""),
            (Role.BOUND, ""),
        }


def test_a_best_that_is_worse_than_a_baseline_is_not_said_to_be_within_noise(bench: Any) -> None:
    start = bench.problem.initial.source
    known = Program.of(start.replace("slope = 1.0", "slope = 3.0").replace("0.0", "-0.5"))
    perfect = Baseline(name="known", title="the answer", program=known)
    bench.problem = replace(bench.problem, baselines=(*bench.problem.baselines, perfect))
    conclusion = bench.run(MemoryArchive(), evals=20)
    assert not conclusion.improved
    assert conclusion.reason == "worse than the answer on validation"


def test_without_an_idea_the_initial_program_stands(bench: Any) -> None:
    archive = MemoryArchive()
    conclusion = bench.run(archive, proposer="none", control=False)
    assert not conclusion.improved
    assert conclusion.champion == bench.problem.initial
    assert conclusion.control is None
    assert archive.run("test").status is RunStatus.FINISHED


def test_the_time_budget_ends_the_search_and_the_control_gets_equal_work(bench: Any) -> None:
    archive = MemoryArchive()
    ends: list[ArmEnded] = []
    bench.run(
        archive,
        evals=None,
        time_s=2.0,
        sink=lambda e: ends.append(e) if isinstance(e, ArmEnded) else None,
    )
    used = [
        sum(t.evaluation is not None for t in archive.trials("test", arm))
        for arm in (Arm.SEARCH, Arm.CONTROL)
    ]
    assert used[0] == used[1] > 0
    assert ends[0].reason == "the budget of time is used up"


def test_a_champion_is_never_longer_than_what_was_found(bench: Any) -> None:
    archive = MemoryArchive()
    conclusion = bench.run(archive, evals=150)
    found = {t.number: t for t in archive.trials("test", Arm.SEARCH)}[conclusion.champion_trial]
    assert found.program is not None
    assert len(conclusion.best.source) <= len(found.program.source)


def test_a_baseline_without_a_score_is_the_problems_fault(bench: Any) -> None:
    broken = replace(bench.problem.baselines[0], program=type(bench.problem.initial).of("1/0"))
    bench.problem = replace(bench.problem, baselines=(broken,))
    with pytest.raises(ProblemError, match=r"baselines/flat.py: no score on train"):
        bench.run(MemoryArchive())


def test_a_changed_problem_is_told_by_part(bench: Any) -> None:
    record = bench.record()
    assert not changed_parts(record, bench.problem, "line 1")
    changed = replace(bench.problem, parts={"initial.py": "1", "baselines/new.py": "2"})
    assert changed_parts(record, changed, "line 2") == [
        "baselines/new.py",
        "initial.py",
        "evaluator (line 1 → line 2)",
    ]


class Spent(InlineProposals):
    """Has no budget left for anything."""

    def submit(self, assignment: Assignment) -> None:
        raise BudgetSpent(f"nothing is left for trial {assignment.number}")


def test_an_answer_that_is_asked_for_otherwise_now_does_not_stop_a_spent_run(
    bench: Any, never_stop: Any
) -> None:
    archive = MemoryArchive()
    stop = type(never_stop)()

    def stop_at_five(event: object) -> None:
        stop.requested |= isinstance(event, TrialTold) and event.trial.number == 5

    bench.run(archive, control=False, sink=stop_at_five, stop=stop)
    lost = a_call()
    archive.add_call("test", replace(lost, site=replace(lost.site, trial=40, asked_after=2)))
    record = archive.run("test")
    events: list[Event] = []
    staff = bench._staff(record, archive, 1, 0, events.append, never_stop)
    search = replace(
        staff.search,
        proposals=lambda briefing: Spent(SingleEditMutator(bench.problem.vocabulary)),
        course=lambda first: ArrivalCourse(slots=4, workers=1, first=first),
        in_place=False,
    )
    run = Run(record, bench.problem, replace(staff, search=search))
    assert run.execute(resumed=True) is not None
    reasons = [event.reason for event in events if isinstance(event, ArmEnded)]
    assert reasons == ["nothing is left for trial 41"]


@pytest.mark.parametrize("faults", [0, TOP + LEADERS, TOP + LEADERS + 10])
def test_a_fault_of_all_top_programs_on_stress_does_not_end_a_search_with_nothing(
    bench: Any, faults: int
) -> None:
    archive, other = MemoryArchive(), MemoryArchive()
    bench.faults = faults
    conclusion = bench.run(archive, evals=200, control=False)
    assert conclusion.best.source != bench.problem.initial.source
    roles = (Role.CANDIDATE, Role.RESERVE)
    stressed = list(archive.assessments("test", roles=roles, splits=(Split.STRESS,)))
    assert [a.role for a in stressed if a.evaluation.ok].count(Role.CANDIDATE) == 1
    assert any(a.role is Role.RESERVE for a in stressed) == bool(faults)
    bench.run(other, workers=3, order=2, evals=200, control=False)
    assert trace(archive) == trace(other)
