"""The kinds of change that a strategy asks for, and the tier of models that each wants."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

REFINE: Final = "refine"
REWRITE: Final = "rewrite"
CROSSOVER: Final = "crossover"
SIMPLIFY: Final = "simplify"
FIX: Final = "fix"
PARADIGM: Final = "paradigm"
TUNE: Final = "tune"

STRONG: Final = "strong"
TIERS: Final[Mapping[str, str]] = MappingProxyType({PARADIGM: STRONG})
"""The tier by operator; an operator that is not named here may be answered by any model."""
