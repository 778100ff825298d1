"""The kinds of change that a strategy asks for."""

from typing import Final

REFINE: Final = "refine"
CROSSOVER: Final = "crossover"
