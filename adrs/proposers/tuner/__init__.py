"""The tuner: moves the float literals of a program, and nothing else of it."""

from adrs.proposers.tuner.cma import Tuned, Tuning
from adrs.proposers.tuner.literals import FloatLiteral, Literals, find_literals

__all__ = ["FloatLiteral", "Literals", "Tuned", "Tuning", "find_literals"]
