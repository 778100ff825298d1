"""Every strategy against the shipped suite."""

import pytest

from adrs.core.objective import Objective
from adrs.search.adaptive import FEATURES, AdaptiveStrategy
from adrs.search.best_of_n import BestOfNStrategy
from adrs.search.greedy import GreedyStrategy
from adrs.search.islands import IslandsStrategy
from adrs.search.map_elites import MapElitesStrategy
from adrs.search.pareto import ParetoStrategy
from adrs.search.random import RandomStrategy
from adrs.search.sequential import SequentialStrategy
from adrs.search.settings import IslandsSettings
from adrs.testing.strategy import StrategyConformance, StrategyFactory


class TestRandom(StrategyConformance):
    learns = False

    @pytest.fixture
    def make_strategy(self) -> StrategyFactory:
        return RandomStrategy


class TestGreedy(StrategyConformance):
    @pytest.fixture
    def make_strategy(self) -> StrategyFactory:
        return GreedyStrategy


class TestIslands(StrategyConformance):
    @pytest.fixture(
        params=[
            IslandsSettings(),
            IslandsSettings(islands=1, niche_share=0.0),
            IslandsSettings(islands=6, population=3, migration_every=7, reset_every=11),
        ],
        ids=["default", "one-population", "restless"],
    )
    def make_strategy(self, request: pytest.FixtureRequest) -> StrategyFactory:
        def make(*, objective: Objective, seed: int, evals: int | None) -> IslandsStrategy:
            return IslandsStrategy(
                objective=objective, seed=seed, evals=evals, settings=request.param
            )

        return make


class TestSequential(StrategyConformance):
    keeps_the_best = False

    @pytest.fixture
    def make_strategy(self) -> StrategyFactory:
        return SequentialStrategy


class TestBestOfN(StrategyConformance):
    @pytest.fixture
    def make_strategy(self) -> StrategyFactory:
        return BestOfNStrategy


class TestMapElites(StrategyConformance):
    @pytest.fixture
    def make_strategy(self) -> StrategyFactory:
        return MapElitesStrategy


class TestPareto(StrategyConformance):
    @pytest.fixture
    def make_strategy(self) -> StrategyFactory:
        return ParetoStrategy


class TestAdaptive(StrategyConformance):
    """For a budget with a few islands, and with everything switched off."""

    @pytest.fixture(params=[(), FEATURES], ids=["default", "bare"])
    def make_strategy(self, request: pytest.FixtureRequest) -> StrategyFactory:
        def make(*, objective: Objective, seed: int, evals: int | None) -> AdaptiveStrategy:
            return AdaptiveStrategy(
                objective=objective, seed=seed, evals=evals, without=request.param
            )

        return make
