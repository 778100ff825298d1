from collections.abc import Callable
from dataclasses import replace

from adrs.core.objective import Direction, Objective
from adrs.core.trial import Trial
from adrs.search.member import Member, code_size, member_of


def test_fitness_is_larger_for_the_better_score(make_trial: Callable[..., Trial]) -> None:
    for direction, sign in ((Direction.MINIMIZE, -1), (Direction.MAXIMIZE, 1)):
        member = member_of(make_trial(1, 4.0), Objective(metric="m", unit="", direction=direction))
        assert member is not None
        assert member.fitness == sign * 4.0


def test_failed_trial_is_no_member(make_trial: Callable[..., Trial], objective: Objective) -> None:
    assert member_of(make_trial(1, None), objective) is None


def test_merit_prefers_fitter_then_shorter(make_member: Callable[..., Member]) -> None:
    short = make_member(1.0, source="x = 1\n")
    long = make_member(1.0, source="x = 1 + 0\n")
    fitter = make_member(0.5, source="x = 1 + 0 + 0\n")
    assert fitter.merit > short.merit > long.merit


def test_comments_blank_lines_and_indentation_are_free() -> None:
    bare = "def f(x):\n  return x\n"
    dressed = "# note\n\ndef f(x):\n        # why\n        return x\n"
    assert code_size(bare) == code_size(dressed) == len("def f(x):") + len("return x")


def test_a_program_without_fingerprint_behaves_like_itself(
    make_trial: Callable[..., Trial], objective: Objective
) -> None:
    trial = make_trial(1, 1.0, fingerprint="f")
    member = member_of(trial, objective)
    assert member is not None
    assert member.behaviour == "f"


def test_the_same_decisions_in_less_time_are_another_behaviour(
    make_trial: Callable[..., Trial], objective: Objective
) -> None:
    timed = replace(objective, step=0.5)
    slow, fast = (make_trial(1, score) for score in (4.0, 2.0))
    assert slow.evaluation is not None
    assert fast.evaluation is not None
    same = replace(fast.evaluation, fingerprint=slow.evaluation.fingerprint)
    for each, apart in ((objective, False), (timed, True)):
        one, other = member_of(slow, each), member_of(replace(fast, evaluation=same), each)
        assert one is not None
        assert other is not None
        assert (one.behaviour != other.behaviour) is apart
