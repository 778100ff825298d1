from collections.abc import Callable
from dataclasses import replace

import pytest

from adrs.core.evaluation import Verdict
from adrs.core.objective import Objective
from adrs.search.adaptive import AdaptiveStrategy
from adrs.search.adaptive.kin import Birth
from adrs.search.adaptive.leaning import FLOOR, WORTH_SCORED, Leaning
from adrs.search.member import Member

Told = Callable[[str, bool], Birth]


def by(proposer: str, birth: Birth) -> Birth:
    proposal = replace(birth.trial.proposal, proposer=proposer)
    return replace(birth, trial=replace(birth.trial, proposal=proposal))


@pytest.fixture
def told(make_birth: Callable[..., Birth], scored: Callable[..., Member]) -> Told:
    """Make the birth of a better or worse program that a proposer brought."""

    def make(proposer: str, better: bool) -> Birth:
        return by(proposer, make_birth(4.0 if better else 6.0, parent=scored(5.0)))

    return make


def test_a_single_model_is_no_choice(told: Told) -> None:
    leaning = Leaning(memory=100)
    for _ in range(5):
        leaning.tell(told("llm/a", True))
    assert leaning.factors() == {}


def test_models_that_bring_about_the_same_keep_their_weights(told: Told) -> None:
    leaning = Leaning(memory=10_000)
    for better in 20 * (True, False, False, False):
        leaning.tell(told("llm/a", better))
        leaning.tell(told("llm/b", better))
    leaning.tell(told("llm/a", True))
    assert leaning.factors() == {"llm/a": 1.0, "llm/b": 1.0}


def test_half_the_worth_is_a_quarter_of_the_chance(told: Told) -> None:
    leaning = Leaning(memory=10**9)
    for _ in range(20_000):
        leaning.tell(told("llm/a", True))
        leaning.tell(told("llm/b", True))
        leaning.tell(told("llm/b", False))
    worth = (1.0 + WORTH_SCORED) / 2
    assert leaning.factors() == pytest.approx({"llm/a": 1.0, "llm/b": worth**2}, abs=0.02)


def test_a_few_answers_that_cannot_be_used_are_enough(
    make_birth: Callable[..., Birth], scored: Callable[..., Member], told: Told
) -> None:
    leaning = Leaning(memory=100)
    for _ in range(15):
        leaning.tell(told("llm/a", True))
        leaning.tell(by("llm/b", make_birth(None, parent=scored(5.0))))
    assert leaning.factors()["llm/b"] < 0.3


def test_what_lost_a_race_or_came_out_even_is_valid_all_the_same(
    make_birth: Callable[..., Birth], scored: Callable[..., Member], told: Told
) -> None:
    parent = scored(5.0)
    valid = {
        "worse": make_birth(6.0, parent=parent),
        "even": make_birth(5.0, parent=parent),
        "behind": make_birth(None, parent=parent, verdict=Verdict.BEHIND),
    }
    useless = {
        "copy": make_birth(5.0, parent=parent, fingerprint=parent.behaviour),
        "broken": make_birth(None, parent=parent),
    }
    leaning = Leaning(memory=10**9)
    for _ in range(100):
        leaning.tell(told("better", True))
        for name, birth in {**valid, **useless}.items():
            leaning.tell(by(name, birth))
    factors = leaning.factors()
    assert {name: factors[name] for name in valid} == pytest.approx(
        dict.fromkeys(valid, factors["behind"])
    )
    assert all(factors[name] < 0.5 * factors["behind"] for name in useless)


def test_no_model_is_given_up_and_old_failures_fade(told: Told) -> None:
    leaning = Leaning(memory=50)
    for _ in range(200):
        leaning.tell(told("llm/a", True))
        leaning.tell(told("llm/b", False))
    assert FLOOR <= leaning.factors()["llm/b"] < 0.2
    for _ in range(200):
        leaning.tell(told("llm/b", True))
    assert leaning.factors()["llm/b"] == 1.0


def test_the_initial_program_and_tunings_are_nobodys(
    make_birth: Callable[..., Birth], scored: Callable[..., Member], told: Told
) -> None:
    leaning = Leaning(memory=100)
    leaning.tell(make_birth(5.0))
    leaning.tell(make_birth(4.0, parent=scored(5.0), operator="tune"))
    leaning.tell(told("llm/a", True))
    assert leaning.factors() == {}


def test_the_strategy_asks_for_the_model_that_brings_gains(
    objective: Objective, make_birth: Callable[..., Birth]
) -> None:
    asks = {}
    for without in ((), ("models",)):
        strategy = AdaptiveStrategy(objective=objective, seed=1, evals=100, without=without)
        first = make_birth(5.0)
        strategy.tell(first.trial)
        for _ in range(10):
            strategy.tell(by("llm/a", make_birth(4.0, parent=first.member)).trial)
            strategy.tell(by("llm/b", make_birth(6.0, parent=first.member)).trial)
        asks[without] = strategy.ask(50)
    assert asks[()].leaning["llm/a"] == 1.0
    assert asks[()].leaning["llm/b"] < 0.5
    assert asks["models",].leaning == {}
