"""Strategies: what chooses parents and operators and keeps the population (ask/tell)."""

from adrs.search.adaptive import AdaptiveStrategy
from adrs.search.best_of_n import BestOfNStrategy
from adrs.search.greedy import GreedyStrategy
from adrs.search.islands import IslandsStrategy
from adrs.search.map_elites import MapElitesStrategy
from adrs.search.pareto import ParetoStrategy
from adrs.search.protocol import Strategy
from adrs.search.random import RandomStrategy
from adrs.search.sequential import SequentialStrategy
from adrs.search.settings import IslandsSettings

__all__ = [
    "AdaptiveStrategy",
    "BestOfNStrategy",
    "GreedyStrategy",
    "IslandsSettings",
    "IslandsStrategy",
    "MapElitesStrategy",
    "ParetoStrategy",
    "RandomStrategy",
    "SequentialStrategy",
    "Strategy",
]
