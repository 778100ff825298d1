"""The simulated model does what its rates say, and tells better strategies from worse."""

import math
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Ask, Failure, Notes, Proposal, Trial
from adrs.proposers.tuner.tuner import CmaTuner
from adrs.search.greedy import GreedyStrategy
from adrs.search.protocol import Strategy
from adrs.search.random import RandomStrategy
from adrs.testing.simulated_model import (
    Landscape,
    SimulatedEvaluations,
    SimulatedModel,
    Simulation,
    rates,
    run_simulation,
    simulate,
)
from adrs.testing.simulated_model.drafts import Draft, Part, read, write
from adrs.testing.simulated_model.landscape import IDEAS, PARADIGMS, Effect

SEEDS = range(12)
LANDSCAPE = Landscape(7)
MODEL = SimulatedModel(LANDSCAPE)


def program(*parts: Part, flaw: str = "") -> Program:
    return Program.of(write(Draft(parts=parts, flaw=flaw)))


def parent() -> Program:
    return program(Part(paradigm=2, ideas=(3, 5), constant=1.2))


def answers(ask: Ask, count: int = 600) -> list[Proposal]:
    return [MODEL.propose(ask, seed=seed) for seed in range(count)]


def drafts(ask: Ask, count: int = 600) -> list[Draft]:
    return [
        read(a.source) for a in answers(ask, count) if a.source not in (None, ask.parent.source)
    ]


def evaluated(text: Program, split: Split = Split.TRAIN) -> Evaluation:
    return SimulatedEvaluations(LANDSCAPE).evaluate([text], split)[0]


def near(found: int, count: int, rate: float) -> bool:
    """Tell whether a count is within four standard deviations of what is expected."""
    return abs(found - count * rate) < 4 * math.sqrt(count * rate * (1 - rate))


@pytest.mark.parametrize("flaw", ["", "syntax", "timeout"])
def test_a_text_holds_its_draft(flaw: str) -> None:
    draft = Draft(
        parts=(Part(paradigm=2, ideas=(3, 11), constant=-0.00035), Part(paradigm=0)),
        flaw=flaw,
        slip=2 if flaw else 0,
    )
    assert read(write(draft)) == draft


def test_a_foreign_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not the text of a simulated program"):
        read("def decide(): pass")


def test_the_same_ask_and_seed_give_the_same_answer() -> None:
    ask = Ask(operator="rewrite", parent=parent())
    again = SimulatedModel(Landscape(7))
    assert answers(ask, 50) == [again.propose(ask, seed=seed) for seed in range(50)]
    assert len({a.source for a in answers(ask, 50)}) > 10


def test_a_simulation_repeats_and_depends_on_its_seed() -> None:
    first = run_simulation(GreedyStrategy, calls=30, seed=1)
    assert first == run_simulation(GreedyStrategy, calls=30, seed=1)
    assert first.curve != simulate(GreedyStrategy, calls=30, seed=2)


def test_a_simulation_makes_as_many_calls_as_it_is_given() -> None:
    found = run_simulation(GreedyStrategy, calls=25, seed=1, window=4)
    assert len(found.curve) == len(found.trials) == 25
    evaluated_trials = [t for t in found.trials if t.evaluation is not None]
    assert found.evaluations == len(evaluated_trials) < 25


def test_mistakes_come_at_their_rates() -> None:
    found = answers(Ask(operator="refine", parent=parent()), 4000)
    empty = sum(a.source is None for a in found)
    unchanged = sum(a.source == parent().source for a in found)
    broken = sum(a.source is not None and bool(read(a.source).flaw) for a in found)
    assert near(empty, 4000, rates.NOTHING)
    assert near(unchanged, 4000, rates.UNCHANGED)
    rest = 4000 - empty - unchanged
    strays = rest * rates.STRAY  # a few are written anew, and broken more often
    assert near(broken, rest, rates.BROKEN * (1 + strays / rest * (rates.BROKEN_WHOLE - 1)))


def test_ideas_have_their_effects_at_their_rates() -> None:
    effects = Counter(
        idea.effect for seed in range(20) for p in Landscape(seed).paradigms for idea in p.ideas
    )
    shares = {
        Effect.GAIN: rates.GAIN,
        Effect.TRADE: rates.TRADE,
        Effect.NEUTRAL: rates.NEUTRAL,
        Effect.OVERFIT: rates.OVERFIT,
        Effect.WORSE: rates.WORSE,
    }
    assert sum(shares.values()) == pytest.approx(1.0)
    total = 20 * PARADIGMS * IDEAS
    chi_square = sum(
        (effects[effect] - total * share) ** 2 / (total * share) for effect, share in shares.items()
    )
    assert chi_square < 13.28  # the 99 % quantile with 4 degrees of freedom


def test_longer_programs_break_more_often() -> None:
    long = program(Part(paradigm=2, ideas=tuple(range(18)), constant=1.2))

    def broken(text: Program) -> int:
        return sum(bool(d.flaw) for d in drafts(Ask(operator="refine", parent=text), 2000))

    assert broken(long) > broken(parent()) * 1.15


def numbers_of(effect: Effect, paradigm: int = 2) -> list[int]:
    ideas = LANDSCAPE.paradigms[paradigm].ideas
    return [number for number, idea in enumerate(ideas) if idea.effect is effect]


def with_ideas(*numbers: int) -> Program:
    ideas = tuple(sorted(numbers))
    return program(Part(paradigm=2, ideas=ideas, constant=LANDSCAPE.paradigms[2].constant))


def true_quality(text: Program) -> float:
    return LANDSCAPE.true_quality(LANDSCAPE.draft(text.source))


def test_neutral_ideas_change_the_text_and_no_decision() -> None:
    plain, neutral = with_ideas(), with_ideas(*numbers_of(Effect.NEUTRAL))
    assert plain.id != neutral.id
    assert evaluated(plain).values == evaluated(neutral).values
    assert evaluated(plain).fingerprint == evaluated(neutral).fingerprint


def test_gains_diminish_and_stop_below_the_ceiling() -> None:
    gains = numbers_of(Effect.GAIN)
    assert len(gains) >= 3
    levels = [true_quality(with_ideas(*gains[:count])) for count in range(len(gains) + 1)]
    assert levels == sorted(levels)
    assert levels[-1] < LANDSCAPE.ceiling(2)
    alone = true_quality(with_ideas(gains[-1])) - levels[0]
    assert levels[-1] - levels[-2] < alone


@pytest.mark.parametrize("seed", range(5))
def test_no_set_of_ideas_gets_above_the_ceiling(seed: int) -> None:
    landscape, rng = Landscape(seed), Random(seed)
    for _ in range(200):
        number = rng.randrange(PARADIGMS)
        ideas = tuple(sorted(rng.sample(range(IDEAS), rng.randrange(IDEAS))))
        part = Part(paradigm=number, ideas=ideas, constant=landscape.paradigms[number].constant)
        assert landscape.true_quality(Draft(parts=(part,))) <= landscape.ceiling(number)


def test_paradigms_have_ceilings_far_apart_and_the_start_a_low_one() -> None:
    for seed in SEEDS:
        landscape = Landscape(seed)
        ceilings = [landscape.ceiling(number) for number in range(PARADIGMS)]
        assert max(ceilings) > ceilings[0] + 0.1


def test_overfitting_ideas_gain_on_train_and_lose_elsewhere() -> None:
    plain, fitted = with_ideas(), with_ideas(*numbers_of(Effect.OVERFIT))
    assert len(numbers_of(Effect.OVERFIT)) > 0
    assert true_quality(fitted) < true_quality(plain)
    trains: list[float] = []
    heldouts: list[float] = []
    for seed in range(20):
        landscape = Landscape(seed)
        overfit = [
            number
            for number, idea in enumerate(landscape.paradigms[0].ideas)
            if idea.effect is Effect.OVERFIT
        ]
        bare = landscape.draft(landscape.initial.source)
        bent = Draft(parts=(bare.parts[0].with_ideas(set(overfit)),))
        for split, found in ((Split.TRAIN, trains), (Split.HELDOUT, heldouts)):
            before, after = (sum(landscape.qualities(d, split)) for d in (bare, bent))
            found.append(after - before)
    assert statistics.mean(trains) > 0 > statistics.mean(heldouts)


def test_different_programs_are_best_on_different_scenarios() -> None:
    values = [
        evaluated(program(Part(paradigm=number, constant=paradigm.constant))).values
        for number, paradigm in enumerate(LANDSCAPE.paradigms)
    ]
    winners = {
        min(range(PARADIGMS), key=column.__getitem__) for column in zip(*values, strict=True)
    }
    assert len(winners) >= 3


def test_no_value_is_better_than_its_bound() -> None:
    evaluations = SimulatedEvaluations(LANDSCAPE)
    best = max(range(PARADIGMS), key=LANDSCAPE.ceiling)
    gains = tuple(numbers_of(Effect.GAIN, best))
    text = program(Part(paradigm=best, ideas=gains, constant=LANDSCAPE.paradigms[best].constant))
    for split in Split:
        values = evaluations.evaluate([text], split)[0].values
        assert all(
            value >= bound for value, bound in zip(values, evaluations.bounds(split), strict=True)
        )


def test_broken_programs_have_verdicts_and_no_score() -> None:
    flaws = {"syntax": Verdict.REJECTED, "timeout": Verdict.TIMEOUT, "invalid": Verdict.INVALID}
    for flaw, verdict in flaws.items():
        found = evaluated(program(Part(paradigm=2), flaw=flaw))
        assert (found.verdict, found.score, found.values) == (verdict, None, ())


def test_a_race_is_lost_by_a_far_worse_program_and_not_by_a_better_one() -> None:
    evaluations = SimulatedEvaluations(LANDSCAPE)
    weak, strong = with_ideas(*numbers_of(Effect.WORSE)), with_ideas(*numbers_of(Effect.GAIN))
    for ticket, (text, rival) in enumerate(((weak, strong), (strong, weak))):
        evaluations.submit(ticket, text, Split.TRAIN, evaluated(rival))
    lost, won = evaluations.collect(), evaluations.collect()
    assert lost is not None
    assert won is not None
    assert lost[1].verdict is Verdict.BEHIND
    assert 0 < lost[1].scenarios < len(evaluated(strong).values)
    assert won[1].ok


def test_ideas_that_failed_are_repeated_less_often() -> None:
    ask = Ask(operator="refine", parent=parent())
    told = Notes(parent=None, failures=(Failure(idea="apply p2i00", outcome="no better"),))

    def repeats(asked: Ask) -> int:
        return sum("p2i00" in answer.idea for answer in answers(asked, 2000))

    unheeded = repeats(ask)
    assert unheeded > 100
    for notes in (told, Notes(parent=None, scratchpad="- failed: apply p2i00")):
        heeded = repeats(Ask(operator="refine", parent=parent(), notes=notes))
        assert heeded < unheeded * 0.4


def test_a_paradigm_step_leaves_the_paradigms_it_was_shown() -> None:
    shown = program(Part(paradigm=0, constant=1.0))
    ask = Ask(operator="paradigm", parent=parent(), inspirations=(shown,))
    found = {d.parts[0].paradigm for d in drafts(ask)}
    assert found.isdisjoint({0, 2})
    assert len(found) > PARADIGMS / 2
    assert (
        sum(d.parts[0].paradigm != 2 for d in drafts(Ask(operator="refine", parent=parent()))) < 30
    )


@pytest.mark.parametrize("operator", ["paradigm", "refine"])
def test_a_strong_model_does_better(operator: str) -> None:
    def mean_quality(tier: str | None) -> float:
        found = []
        for seed in SEEDS:
            landscape = Landscape(seed)
            model = SimulatedModel(landscape)
            ask = Ask(operator=operator, parent=landscape.initial, tier=tier)
            for draw in range(100):
                source = model.propose(ask, seed=draw).source
                if source is not None:
                    found.append(landscape.true_quality(landscape.draft(source).sound()))
        return statistics.mean(found)

    assert mean_quality("strong") > mean_quality(None) + 0.005


def test_crossover_unites_ideas_and_bridges_paradigms() -> None:
    gains = numbers_of(Effect.GAIN)
    one, two = with_ideas(*gains[::2]), with_ideas(*gains[1::2])
    united = drafts(Ask(operator="crossover", parent=one, inspirations=(two,)))
    better = max(true_quality(one), true_quality(two))
    assert sum(LANDSCAPE.true_quality(d.sound()) > better for d in united) > len(united) / 2
    other = program(Part(paradigm=3, constant=1.0))
    bridged = drafts(Ask(operator="crossover", parent=one, inspirations=(other,)))
    assert {tuple(p.paradigm for p in d.parts) for d in bridged} == {(2, 3)}


def test_simplify_drops_what_does_nothing_rather_than_what_gains() -> None:
    gains, idle = numbers_of(Effect.GAIN), numbers_of(Effect.NEUTRAL)
    found = drafts(Ask(operator="simplify", parent=with_ideas(*gains, *idle)))
    kept = Counter(number for d in found for number in d.parts[0].ideas)
    assert min(kept[number] for number in gains) > max(kept[number] for number in idle)


def test_fix_repairs_most_broken_programs() -> None:
    broken = program(Part(paradigm=2, ideas=(3,)), flaw="exception")
    found = drafts(Ask(operator="fix", parent=broken), 2000)
    repaired = sum(not d.flaw for d in found)
    assert near(repaired, len(found), rates.REPAIRED * (1 - rates.BROKEN))
    refined = drafts(Ask(operator="refine", parent=broken), 2000)
    assert repaired / len(found) > sum(not d.flaw for d in refined) / len(refined)


class Tunes(GreedyStrategy):
    """Greedy, with a tuning after every fifth call."""

    def ask(self, number: int) -> Ask:
        usual = super().ask(number)
        return replace(usual, operator="tune") if number % 6 == 0 else usual


def test_tuning_takes_no_call_and_helps() -> None:
    tuned = run_simulation(Tunes, calls=30, seed=1, tuner=CmaTuner())
    assert len(tuned.curve) == 30
    assert len([t for t in tuned.trials if t.operator != "tune"]) == 30
    assert sum(t.tried for t in tuned.trials) > 40
    assert tuned.evaluations == sum(t.evaluations for t in tuned.trials)
    gains = [
        quality(run, trial.program) - quality(run, parent_of(run, trial))
        for run in (run_simulation(Tunes, calls=20, seed=s, tuner=CmaTuner()) for s in range(6))
        for trial in run.trials
        if trial.operator == "tune" and trial.program is not None
    ]
    assert len(gains) > 3
    assert statistics.mean(gains) > 0.01


def quality(run: Simulation, found: Program | None) -> float:
    assert found is not None
    return run.landscape.true_quality(run.landscape.draft(found.source))


def parent_of(run: Simulation, child: Trial) -> Program:
    made = {t.program.id: t.program for t in run.trials if t.program is not None}
    return made.get(child.parent_ids[0], run.landscape.initial)


class PeriodicParadigms(GreedyStrategy):
    """Greedy, with a strong paradigm step first and then every tenth time."""

    def ask(self, number: int) -> Ask:
        usual = super().ask(number)
        if number % 10 > 1:
            return usual
        return Ask(operator="paradigm", parent=usual.parent, tier="strong")


def final(strategy: Callable[..., Strategy], seed: int) -> float:
    return simulate(strategy, calls=100, seed=seed)[-1]


def test_better_strategies_can_be_told_from_worse() -> None:
    ends = [
        statistics.mean(final(strategy, seed) for seed in SEEDS)
        for strategy in (RandomStrategy, GreedyStrategy, PeriodicParadigms)
    ]
    assert ends[0] + 0.05 < ends[1]
    assert ends[1] + 0.02 < ends[2]


def test_curves_are_like_published_ones() -> None:
    """Two to six steps of the best in 100 calls, and most of the gain in the first half."""
    steps: list[int] = []
    halves: list[float] = []
    for seed in SEEDS:
        curve = simulate(GreedyStrategy, calls=100, seed=seed)
        count, level = 0, 0.0
        for quality in curve:
            if quality > level + 0.02:
                count, level = count + 1, quality
        steps.append(count)
        halves.append(curve[49] / curve[-1])
    assert 2 <= statistics.median(steps) <= 6
    assert statistics.median(halves) > 0.75
