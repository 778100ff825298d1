"""A tuning is one trial: paid for in evaluations, accepted on validation, the same every time."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Trial
from adrs.engine.courses import ArrivalCourse
from adrs.engine.flight import NO_ROOM
from adrs.engine.tuning import Tuned, Tuning
from adrs.search.operators import TUNE

EVALS = 260  # five tunings' worth
SMALLER = Objective(metric="error", unit="", direction=Direction.MINIMIZE)
PARENT = Program.of("x = 1.0\n")


def whole(bench: Any, **options: Any) -> MemoryArchive:
    archive = MemoryArchive()
    bench.run(archive, evals=EVALS, control=False, **options)
    return archive


def searched(archive: MemoryArchive) -> list[Trial]:
    return [
        replace(t, evaluation=t.evaluation and replace(t.evaluation, cpu_s=0.0))
        for t in archive.trials("test", Arm.SEARCH)
    ]


def test_every_evaluation_of_a_tuning_is_paid_for(tuning_bench: Any) -> None:
    archive = MemoryArchive()
    tuning_bench.run(archive, evals=EVALS, control=False)
    trials = searched(archive)
    tuned = [t for t in trials if t.operator == TUNE and t.proposal.rejection != NO_ROOM.rejection]
    assert len(tuned) >= 3
    assert all(40 < t.evaluations <= 50 for t in tuned)
    assert sum(t.evaluations for t in trials) == EVALS
    assert any(t.program is not None for t in tuned)


def test_a_tuned_program_is_better_than_its_parent_on_both_splits(tuning_bench: Any) -> None:
    trials = searched(whole(tuning_bench))
    scores = {t.program.id: t.score for t in trials if t.program is not None}
    for trial in trials:
        if trial.operator == TUNE and trial.program is not None:
            before, after = scores.get(trial.parent_ids[0]), trial.score
            assert after is not None
            assert before is None or after < before  # the initial program is no trial


@pytest.mark.parametrize(("workers", "order"), [(1, 3), (2, 1), (3, 2), (7, 3)])
def test_workers_and_their_timing_change_nothing(
    tuning_bench: Any, workers: int, order: int
) -> None:
    alone = whole(tuning_bench)
    assert searched(whole(tuning_bench, workers=workers, order=order)) == searched(alone)


def killed_and_resumed(bench: Any, *, told: int, evals: int) -> MemoryArchive:
    archive = MemoryArchive()
    changes = {"evals": evals, "control": False}
    bench.run_until_killed(archive, told=told, workers=2, order=5, **changes)
    bench.run(archive, workers=3, order=9, **changes)
    return archive


@pytest.mark.parametrize("told", [1, 6, 7, 8, 15, 30, 60])
def test_a_killed_run_resumes_as_if_it_had_never_stopped(tuning_bench: Any, told: int) -> None:
    archive = killed_and_resumed(tuning_bench, told=told, evals=EVALS)
    assert searched(archive) == searched(whole(tuning_bench))


@pytest.mark.parametrize("evals", [74, 109, 130, 165])
def test_a_run_killed_where_no_tuning_fits_any_more_resumes_so_too(
    tuning_bench: Any, evals: int
) -> None:
    alone = MemoryArchive()
    tuning_bench.run(alone, evals=evals, control=False)
    trials = searched(alone)
    assert NO_ROOM.rejection in {t.proposal.rejection for t in trials}
    for told in range(len(trials) - 8, len(trials) + 1):
        archive = killed_and_resumed(tuning_bench, told=told, evals=evals)
        assert searched(archive) == trials


@pytest.mark.parametrize("told", [9, 10, 11, 13, 14])
def test_a_recorded_trial_waits_as_long_as_it_did_for_another_operator(
    fickle_bench: Any, told: int
) -> None:
    alone = MemoryArchive()
    fickle_bench.run(alone, evals=65, control=False)
    archive = killed_and_resumed(fickle_bench, told=told, evals=65)
    assert searched(archive) == searched(alone)


@pytest.mark.parametrize(("late", "times"), [(None, 0), (1, 1)])
def test_a_tuner_is_warmed_up_where_the_search_has_to_wait_for_answers(
    tuning_bench: Any, late: int | None, times: int
) -> None:
    tuning_bench.late = late
    if late is not None:
        tuning_bench.course = lambda first: ArrivalCourse(slots=4, workers=1, first=first)
    tuning_bench.run(MemoryArchive(), control=False)
    assert tuning_bench.tuner.warm == times


def test_without_a_tuner_nothing_is_paid(tuning_bench: Any) -> None:
    tuning_bench.tuner = None
    archive = MemoryArchive()
    tuning_bench.run(archive, evals=80, control=False)
    asked = [t for t in searched(archive) if t.operator == TUNE]
    assert {t.proposal.rejection for t in asked} >= {"there is no tuner in this run"}
    assert all(t.evaluations == 0 for t in asked)


class Given:
    """A search over programs that were written down before."""

    def __init__(self, *generations: Sequence[str]) -> None:
        self._generations = list(generations)
        self.told: list[list[float | None]] = []

    def ask(self) -> Sequence[str]:
        return self._generations.pop(0) if self._generations else ()

    def tell(self, fitnesses: Sequence[float | None]) -> None:
        self.told.append(list(fitnesses))


def scored(program_id: str, split: Split, score: float | None) -> Evaluation:
    return Evaluation(
        program_id=program_id,
        split=split,
        verdict=Verdict.EXCEPTION if score is None else Verdict.OK,
        score=score,
        values=() if score is None else (score,),
        isolation=IsolationLevel.L3,
        evaluator="line 1",
    )


def drive(
    search: Given, score: Callable[[str, Split], float | None], *, bound: float = 0.0
) -> Tuned:
    tuning = Tuning(
        parent=PARENT,
        evaluation=scored(PARENT.id, Split.TRAIN, 5.0),
        search=search,
        tuner="test/given@1",
        objective=SMALLER,
    )
    requests = tuning.start()
    while tuning.result is None:
        request = requests.pop()
        value = score(request.program.source, request.split)
        evaluation = scored(request.program.id, request.split, value)
        if value is not None and value < bound:
            evaluation = replace(evaluation, verdict=Verdict.IMPOSSIBLE, score=None, values=())
        requests += tuning.take(evaluation)
    return tuning.result


def by_constant(on_validation: dict[str, float | None]) -> Callable[[str, Split], float | None]:
    def score(source: str, split: Split) -> float | None:
        constant = source.rsplit(maxsplit=1)[-1]
        return float(constant) if split is Split.TRAIN else on_validation[constant]

    return score


def test_the_best_of_all_generations_is_taken() -> None:
    search = Given(["x = 4.0\n", "x = 3.0\n"], ["x = 4.5\n", "x = 6.0\n"])
    result = drive(search, by_constant({"1.0": 2.0, "3.0": 1.0}))
    assert result.program == Program.of("x = 3.0\n")
    assert result.evaluation is not None
    assert result.evaluation.score == 3.0
    assert result.tried == 4 + 2 - 1
    assert search.told == [[-4.0, -3.0], [-4.5, -6.0]]


@pytest.mark.parametrize(("before", "after"), [(2.0, 2.0), (2.0, 2.5), (2.0, None), (None, 1.0)])
def test_what_validation_does_not_confirm_is_not_taken(
    before: float | None, after: float | None
) -> None:
    result = drive(Given(["x = 3.0\n"]), by_constant({"1.0": before, "3.0": after}))
    assert (result.program, result.evaluation, result.proposal.source) == (None, None, None)
    assert "validation" in result.proposal.rejection
    assert result.tried == 3


def test_what_is_better_than_the_bound_on_validation_alone_is_named_so() -> None:
    def score(source: str, split: Split) -> float:
        tuned = "2.0" in source
        return (2.0 if split is Split.TRAIN else 0.5) if tuned else 5.0

    result = drive(Given(["x = 2.0\n"]), score, bound=1.0)
    assert result.program is None
    assert "better than a proven bound on validation" in result.proposal.rejection


def test_nothing_better_on_train_is_never_validated() -> None:
    result = drive(Given(["x = 5.0\n", "x = 7.0\n"]), by_constant({}))
    assert result.program is None
    assert result.tried == 2


def test_the_same_text_twice_is_evaluated_once() -> None:
    search = Given(["x = 7.0\n", "x = 7.0\n", "x = 8.0\n"])
    result = drive(search, by_constant({}))
    assert result.tried == 2
    assert search.told == [[-7.0, -7.0, -8.0]]


def test_the_parents_own_constants_are_neither_paid_for_again_nor_found_better() -> None:
    search = Given(["x = 1.0\n"], ["x = 1.00\n", "x = 7.0\n"])
    result = drive(search, lambda source, split: 4.0 if "1.0" in source else 7.0)
    assert (result.program, result.tried) == (None, 1)
    assert search.told == [[-5.0], [-5.0, -7.0]]


def test_a_program_without_a_score_is_told_as_such() -> None:
    search = Given(["x = 7.0\n"])
    assert drive(search, lambda source, split: None).program is None
    assert search.told == [[None]]


def test_a_program_above_the_bound_is_an_alarm_not_a_failure_among_others() -> None:
    search = Given(["x = 3.0\n", "x = 0.5\n"], ["x = 2.0\n"])
    result = drive(search, by_constant({}), bound=1.0)
    assert result.program == Program.of("x = 0.5\n")
    assert result.evaluation is not None
    assert result.evaluation.verdict is Verdict.IMPOSSIBLE
    assert (result.proposal.source, result.proposal.rejection) == ("x = 0.5\n", "")
    assert result.tried == 1


def test_with_nothing_to_tune_nothing_is_tried() -> None:
    result = drive(Given(), by_constant({}))
    assert (result.program, result.tried) == (None, 0)
