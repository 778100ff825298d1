"""The default strategy, in parts that can be read alone."""

from adrs.search.adaptive.plan import FEATURES
from adrs.search.adaptive.strategy import AdaptiveStrategy

__all__ = ["FEATURES", "AdaptiveStrategy"]
