"""Strategies: what chooses parents and operators and keeps the population (ask/tell)."""

from adrs.search.greedy import GreedyStrategy
from adrs.search.islands import IslandsStrategy
from adrs.search.protocol import Strategy
from adrs.search.random import RandomStrategy
from adrs.search.settings import IslandsSettings

__all__ = [
    "GreedyStrategy",
    "IslandsSettings",
    "IslandsStrategy",
    "RandomStrategy",
    "Strategy",
]
