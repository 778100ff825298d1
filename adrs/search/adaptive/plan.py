"""What a budget makes of the adaptive strategy: how much of everything there is."""

from collections.abc import Collection
from dataclasses import dataclass

from adrs.errors import UsageError
from adrs.search.settings import ONE_ISLAND_BELOW, USUAL_EVALS, IslandsPlan, IslandsSettings

FEATURES: tuple[str, ...] = (
    "seeding",
    "paradigm",
    "shelter",
    "niches",
    "scenarios",
    "failures",
    "bandit",
    "models",
    "crossover",
    "simplify",
    "fix",
    "tune",
    "racing",
    "cycles",
    "scratchpad",
    "islands",
)
"""What can be switched off, each by its name."""

MOST_SEEDS = 6
TUNING_EVALS = 50
CHEAP_FROM = 1_000
"""Budgets from here on are those of cheap proposers, for whom tuning is dear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The numbers that depend on the budget.

    Attributes:
        seeds: first trials that ask for a paradigm each.
        patience: told trials without progress after which the search counts as stalled.
        stalled_every: of so many trials one is a paradigm step while the search is stalled.
        scheduled_every: of so many trials one is a paradigm step at any time.
        shelters: whether new paradigms are sheltered for their first children.
        memory: told trials over which the operators' rewards fade.
        model_memory: told trials over which the worth of the models' answers fades.
        tuning_evals: evaluations that tuning may take in all.
        tuning_is_free: whether evaluations are plentiful beside calls.
        islands: number of islands, bins per axis and the schedules of both.
    """

    seeds: int
    patience: int
    stalled_every: int
    scheduled_every: int
    shelters: bool
    memory: int
    model_memory: int
    tuning_evals: int
    tuning_is_free: bool
    islands: IslandsPlan


def plan_for(evals: int | None, calls: int | None = None) -> Plan:
    """Return the plan for a budget of evaluations, of model calls or of both.

    The scarcer of the two counts; without either it is planned like 2,000 evaluations. Up to six
    paradigms are sown, at most an eighth of the budget goes by without a paradigm step (ten trials
    of a small one), and a stall is a tenth of the budget without progress (eight trials at least).
    Where evaluations are the limit, tuning may take a quarter of a middling budget and a twentieth
    of a large one, as at equal evaluations it has no advantage over further programs; where calls
    are, it costs nothing that is scarce, and may take all evaluations that the calls leave.

    Paradigms are sheltered from 300 on. Of a hundred proposals too many would go to programs that
    are behind (simulated model, 100 calls: 1.9 points of headroom worse), while a search of
    thousands that only follows its best ones seldom leaves the first good place that it finds
    (spot, 2,000 evaluations: 7 points worse).

    Args:
        evals: evaluations allowed; None for no limit.
        calls: model calls allowed; None for no limit, or where no model is asked.
    """
    budget = max(1, min((n for n in (evals, calls) if n is not None), default=USUAL_EVALS))
    scarce_calls = calls is not None and (evals is None or calls < evals)
    tuning = budget // 4 if budget < CHEAP_FROM else budget // 20
    if scarce_calls:
        tuning = TUNING_EVALS * budget if evals is None else max(0, evals - budget)
    return Plan(
        seeds=max(1, min(MOST_SEEDS, round(0.06 * budget))),
        patience=max(8, budget // 10),
        stalled_every=max(6, budget // 14),
        scheduled_every=max(10, budget // 8),
        shelters=budget >= ONE_ISLAND_BELOW,
        memory=max(20, budget // 20),
        model_memory=max(100, budget // 4),
        tuning_evals=tuning,
        tuning_is_free=scarce_calls,
        islands=IslandsSettings().plan(budget),
    )


def checked(without: Collection[str]) -> frozenset[str]:
    """Return the names of the features to be switched off.

    Raises:
        UsageError: one is unknown.
    """
    for name in without:
        if name not in FEATURES:
            raise UsageError(
                f"the adaptive strategy has no feature {name!r} to switch off. "
                f"Choose from: {', '.join(FEATURES)}."
            )
    return frozenset(without)
