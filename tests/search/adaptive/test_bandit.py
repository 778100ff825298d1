from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from adrs.search.adaptive.bandit import FLOOR, PRIORS, Bandit
from adrs.search.adaptive.kin import Birth
from adrs.search.member import Member

ARMS = ("refine", "rewrite", "crossover")


def _shares(bandit: Bandit, draws: int = 4_000) -> Counter[str]:
    return Counter(bandit.draw(Random(i), ARMS) for i in range(draws))


def test_before_anything_is_told_the_expectations_are_the_priors() -> None:
    bandit = Bandit(memory=20)
    assert {operator: bandit.mean(operator) for operator in PRIORS} == pytest.approx(dict(PRIORS))
    assert _shares(bandit).most_common(1)[0][0] == "refine"


def test_the_operator_that_brings_gains_is_drawn_most(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    bandit, parent = Bandit(memory=20), scored(5.0)
    for _ in range(15):
        bandit.tell(make_birth(4.0, parent=parent, operator="crossover", record=True))
        bandit.tell(make_birth(6.0, parent=parent, operator="refine"))
    assert _shares(bandit)["crossover"] > 0.75 * 4_000


def test_every_operator_keeps_its_floor(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    bandit, parent = Bandit(memory=1_000), scored(5.0)
    for _ in range(500):
        bandit.tell(make_birth(4.0, parent=parent, operator="crossover", record=True))
        bandit.tell(make_birth(6.0, parent=parent, operator="refine"))
        bandit.tell(make_birth(6.0, parent=parent, operator="rewrite"))
    shares = _shares(bandit)
    assert shares["refine"] == pytest.approx(FLOOR * 4_000, rel=0.25)
    assert shares["rewrite"] == pytest.approx(FLOOR * 4_000, rel=0.25)


def test_old_rewards_fade(make_birth: Callable[..., Birth], scored: Callable[..., Member]) -> None:
    bandit, parent = Bandit(memory=20), scored(5.0)
    for _ in range(20):
        bandit.tell(make_birth(4.0, parent=parent, operator="rewrite", record=True))
    high = bandit.mean("rewrite")
    for _ in range(100):
        bandit.tell(make_birth(None, parent=parent, operator="refine"))
    assert high > 0.7
    assert bandit.mean("rewrite") == pytest.approx(PRIORS["rewrite"], abs=0.02)
    assert bandit.mean("refine") < 0.1


@pytest.mark.parametrize("kind", ["broken", "worse", "neutral", "duplicate"])
def test_what_is_no_better_brings_no_reward(
    make_birth: Callable[..., Birth], scored: Callable[..., Member], kind: str
) -> None:
    bandit, parent = Bandit(memory=20), scored(5.0, fingerprint="same")
    births = {
        "broken": make_birth(None, parent=parent),
        "worse": make_birth(6.0, parent=parent),
        "neutral": make_birth(4.9, parent=parent, fingerprint="same"),
        "duplicate": make_birth(4.0, parent=parent, repeats=True),
    }
    bandit.tell(births[kind])
    assert bandit.mean("refine") == pytest.approx(6 * PRIORS["refine"] / 7)


def test_larger_gains_bring_larger_rewards(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    parent = scored(100.0)

    def after(score: float, *, record: bool = False) -> float:
        bandit = Bandit(memory=20)
        for past in range(90, 100):
            bandit.tell(make_birth(float(past), parent=parent, operator="rewrite"))
        bandit.tell(make_birth(score, parent=parent, operator="refine", record=record))
        return bandit.mean("refine")

    assert after(99.5) < after(95.5) < after(80.0) < after(80.0, record=True)
    # The smallest gain of eleven, the largest, and a new best, after the prior's six trials.
    rewards = [7 * mean - 6 * PRIORS["refine"] for mean in (after(99.5), after(80.0))]
    assert rewards == pytest.approx([0.25 + 0.5 / 11, 0.75])


def test_a_tuning_is_paid_by_the_evaluation_where_these_are_scarce(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    parent, cheap, dear = scored(5.0), Bandit(memory=20, by_evaluation=False), Bandit(memory=20)
    cheap.tell(make_birth(4.0, parent=parent, operator="tune", record=True, tried=49))
    dear.tell(make_birth(4.0, parent=parent, operator="tune", record=True, tried=49))
    assert cheap.mean("tune") > PRIORS["tune"] > dear.mean("tune")


def test_without_learning_nothing_that_is_told_counts(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    bandit, parent = Bandit(memory=20, learns=False), scored(5.0)
    for _ in range(20):
        bandit.tell(make_birth(4.0, parent=parent, operator="rewrite", record=True))
    assert bandit.mean("rewrite") == pytest.approx(PRIORS["rewrite"])
