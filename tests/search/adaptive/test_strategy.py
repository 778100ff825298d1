"""What the adaptive strategy adds to the shared contract."""

import gc
import tracemalloc
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import cache, partial
from statistics import median

import pytest

from adrs.api.compose import parts_off, strategy_factory
from adrs.core.objective import Objective
from adrs.core.trial import Ask, Trial
from adrs.errors import UsageError
from adrs.search.adaptive import FEATURES, AdaptiveStrategy
from adrs.search.adaptive.kin import Birth
from adrs.search.adaptive.plan import plan_for
from adrs.search.protocol import Strategy
from adrs.testing.curves import CurveProblem, Step
from adrs.testing.simulated_model import simulate

EVALS = 400
RACED = {"refine", "rewrite", "crossover", "simplify"}


@cache
def _steps(without: tuple[str, ...] = (), *, seed: int = 1) -> tuple[Step, ...]:
    problem = CurveProblem(seed=4)
    strategy = AdaptiveStrategy(
        objective=problem.objective, seed=seed, evals=EVALS, without=without
    )
    return tuple(problem.search(strategy, trials=EVALS, window=8))


def _asks(without: tuple[str, ...] = ()) -> list[Ask]:
    return [step.ask for step in _steps(without)]


def _made(
    objective: Objective, *, evals: int = 100, without: Collection[str] = ()
) -> AdaptiveStrategy:
    return AdaptiveStrategy(objective=objective, seed=1, evals=evals, without=without)


def _tell(strategy: Strategy, births: Iterable[Birth]) -> None:
    for birth in births:
        strategy.tell(birth.trial)


@pytest.mark.parametrize("feature", [f for f in FEATURES if f not in ("cycles", "models")])
def test_switching_a_feature_off_changes_the_asks(feature: str) -> None:
    assert _asks((feature,)) != _asks()


def test_switching_cycles_off_changes_the_asks(
    objective: Objective, make_birth: Callable[..., Birth]
) -> None:
    first = make_birth(5.0, body="first_line = 1\nsecond_line = 2\n")
    shorter = make_birth(4.0, parent=first.member, body="first_line = 1\n")
    births = [first, shorter]
    for number in range(6):
        text = f"first_line = 1\nsecond_line = 2\nz = {number}\n"
        births.append(make_birth(5.0, parent=shorter.member, body=text, fingerprint=str(number)))
    asks = {}
    for without in ((), ("cycles",)):
        strategy = _made(objective, without=without)
        _tell(strategy, births)
        asks[without] = [replace(strategy.ask(number), notes=None) for number in range(20, 220)]
    best = shorter.trial.program
    drawn = {without: sum(ask.parent == best for ask in some) for without, some in asks.items()}
    assert drawn[()] < drawn["cycles",]


def test_an_unknown_feature_is_refused(objective: Objective) -> None:
    with pytest.raises(UsageError, match="wings"):
        _made(objective, without=["wings"])


def test_the_seed_changes_the_asks() -> None:
    assert [step.ask for step in _steps(seed=2)] != _asks()


def test_the_first_trials_ask_strong_models_for_paradigms() -> None:
    seeds = _asks()[: plan_for(EVALS).seeds]
    assert {(ask.operator, ask.tier) for ask in seeds} == {("paradigm", "strong")}
    assert {ask.parent for ask in seeds} == {CurveProblem(seed=4).initial}
    assert _asks(("seeding",))[0].operator != "paradigm"


def test_paradigms_are_asked_for_more_often_in_a_stall(
    objective: Objective, make_birth: Callable[..., Birth]
) -> None:
    strategy = _made(objective)
    first = make_birth(5.0)
    _tell(strategy, [first])

    def share() -> float:
        asks = [strategy.ask(number) for number in range(1_000, 1_600)]
        return sum(ask.operator == "paradigm" for ask in asks) / len(asks)

    calm = share()
    _tell(strategy, (make_birth(None, parent=first.member) for _ in range(10)))
    assert calm == pytest.approx(1 / plan_for(100).scheduled_every, abs=0.01)
    assert share() == pytest.approx(1 / plan_for(100).stalled_every, abs=0.01)


def test_a_new_paradigm_is_developed_though_it_is_worse(
    objective: Objective, make_birth: Callable[..., Birth]
) -> None:
    def share_of_newcomer(evals: int, without: tuple[str, ...] = ()) -> float:
        strategy = _made(objective, evals=evals, without=without)
        first = make_birth(5.0)
        others = [make_birth(4.0 + i / 10, parent=first.member) for i in range(10)]
        newcomer = make_birth(9.0, parent=first.member, operator="paradigm")
        _tell(strategy, [first, *others, newcomer])
        asks = [strategy.ask(number) for number in range(100, 400)]
        return sum(ask.parent == newcomer.trial.program for ask in asks) / len(asks)

    assert share_of_newcomer(300) > 2 * share_of_newcomer(300, ("shelter",)) > 0
    assert share_of_newcomer(299) == share_of_newcomer(299, ("shelter",))


def test_only_programs_that_are_to_improve_another_race() -> None:
    asks = _asks()
    for ask in asks:
        assert ask.rival is None or ask.operator in RACED
    raced = [ask for ask in asks if ask.rival is not None]
    assert len(raced) > len(asks) / 2
    assert all(ask.rival is None for ask in _asks(("racing",)))


def test_every_operator_comes_up_and_none_that_is_switched_off() -> None:
    counts = Counter(ask.operator for ask in _asks())
    assert counts.keys() == RACED | {"paradigm", "fix", "tune"}
    assert counts["tune"] <= plan_for(EVALS).tuning_evals
    for operator in ("crossover", "simplify", "fix", "tune"):
        assert operator not in {ask.operator for ask in _asks((operator,))}


def test_a_broken_paradigm_is_repaired_and_founds_a_line(
    objective: Objective, make_birth: Callable[..., Birth]
) -> None:
    strategy = _made(objective)
    first = make_birth(5.0)
    broken = make_birth(None, parent=first.member, operator="paradigm")
    _tell(strategy, [first, broken])
    fixes = [ask for ask in map(strategy.ask, range(100, 400)) if ask.operator == "fix"]
    assert {ask.parent for ask in fixes} == {broken.trial.program}
    repaired = make_birth(9.0, operator="fix")
    assert broken.trial.program is not None
    strategy.tell(replace(repaired.trial, parent_ids=(broken.trial.program.id,)))
    asks = [strategy.ask(number) for number in range(100, 400)]
    assert "fix" not in {ask.operator for ask in asks}
    assert sum(ask.parent == repaired.trial.program for ask in asks) > 0.15 * len(asks)


def test_crossovers_have_one_donor_that_behaves_otherwise() -> None:
    problem = CurveProblem(seed=4)
    crossed = [ask for ask in _asks() if ask.operator == "crossover"]
    for ask in crossed:
        (donor,) = ask.inspirations
        assert problem.evaluate(donor).fingerprint != problem.evaluate(ask.parent).fingerprint
    assert len(crossed) > 20


@pytest.mark.parametrize("kind", ["duplicate", "neutral"])
def test_repeats_push_nobody_out(
    objective: Objective, make_birth: Callable[..., Birth], kind: str
) -> None:
    strategy = _made(objective, without=["scratchpad", "seeding", "paradigm"])
    first = make_birth(5.0, body="x = 1\n", fingerprint="same")
    others = [make_birth(6.0 + i / 10) for i in range(10)]
    _tell(strategy, [first, *others])
    before = {strategy.ask(number).parent.id for number in range(100, 600)}
    for i in range(60):
        text = f"x = 1 + {i} - {i}\n"
        repeats = kind == "duplicate"
        birth = make_birth(5.0, parent=first.member, body=text, fingerprint="same", repeats=repeats)
        strategy.tell(birth.trial)
    assert {strategy.ask(number).parent.id for number in range(100, 600)} == before


def test_a_copy_of_the_donor_is_no_success(
    objective: Objective, make_birth: Callable[..., Birth]
) -> None:
    def share_of_parent(fingerprint: str) -> float:
        strategy = _made(objective, without=["scratchpad", "seeding", "paradigm", "niches"])
        parent, donor = make_birth(5.0), make_birth(4.0, fingerprint="donor")
        _tell(strategy, [parent, donor])
        ids = tuple(b.trial.program.id for b in (parent, donor) if b.trial.program)
        for _ in range(12):
            strategy.tell(make_birth(None, parent=parent.member).trial)
        child = make_birth(4.5, operator="crossover", fingerprint=fingerprint)
        strategy.tell(replace(child.trial, parent_ids=ids))
        asks = [strategy.ask(number) for number in range(100, 600)]
        return sum(ask.parent == parent.trial.program for ask in asks) / len(asks)

    assert share_of_parent("donor") < 0.75 * share_of_parent("its own")


def test_tuning_is_asked_for_where_calls_are_scarce(objective: Objective) -> None:
    problem = CurveProblem(seed=4)
    for calls, tunes in ((100, True), (None, False)):
        strategy = AdaptiveStrategy(
            objective=objective, seed=1, evals=None if calls else 100, calls=calls
        )
        steps = problem.search(strategy, trials=100, window=8)
        assert ("tune" in {step.ask.operator for step in steps}) is tunes


def test_the_shorter_of_two_neutrals_is_kept(
    objective: Objective, make_birth: Callable[..., Birth]
) -> None:
    strategy = _made(objective, without=["seeding", "paradigm"])
    first = make_birth(5.0, body="x = 1 + 1 + 1\n", fingerprint="same")
    shorter = make_birth(5.0, parent=first.member, body="x = 3\n", fingerprint="same")
    _tell(strategy, [first, shorter])
    parents = {strategy.ask(number).parent for number in range(100, 200)}
    assert parents == {shorter.trial.program}


def test_notes_carry_the_scratchpad() -> None:
    asks = _asks()
    assert asks[0].notes is None
    last = asks[-1].notes
    assert last is not None
    assert "What helped" in last.scratchpad
    assert all(ask.notes is None for ask in _asks(("scratchpad",)))


def test_memory_does_not_grow_with_the_trials(
    objective: Objective, make_birth: Callable[..., Birth]
) -> None:
    def told(strategy: Strategy, count: int) -> int:
        for _ in range(count):
            trial = _padded(make_birth(5.0, parent=first.member, idea="an idea").trial)
            strategy.tell(trial)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    strategy = _made(objective, evals=2_000)
    first = make_birth(4.0)
    strategy.tell(first.trial)
    tracemalloc.start()
    try:
        early = told(strategy, 500)
        late = told(strategy, 500)
    finally:
        tracemalloc.stop()
    assert late - early < 500 * 128


def _padded(trial: Trial) -> Trial:
    assert trial.program is not None
    padded = trial.program.source + "# padding\n" * 100
    return replace(trial, program=replace(trial.program, source=padded))


def test_half_the_calls_reach_what_others_reach_with_all() -> None:
    def curves(strategy: str) -> list[tuple[float, ...]]:
        factory = strategy_factory(strategy, parts_off(strategy, (), ()), calls=100)
        return [simulate(factory, calls=100, seed=seed, window=8) for seed in range(7)]

    half = median(curve[49] for curve in curves("adaptive"))
    for other in ("greedy", "islands", "map-elites"):
        assert half > median(curve[-1] for curve in curves(other))


def test_seeding_is_worth_it_on_the_simulated_model() -> None:
    def final(without: tuple[str, ...]) -> float:
        factory = partial(AdaptiveStrategy, calls=50, without=without)
        return median(simulate(factory, calls=50, seed=seed)[-1] for seed in range(9))

    assert final(()) > final(("seeding", "paradigm"))
