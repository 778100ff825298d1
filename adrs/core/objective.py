"""What is measured, in which unit, and which way is better."""

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Which way a metric improves."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """The raw metric that a problem optimises.

    Attributes:
        metric: name of the metric, such as "cost".
        unit: its unit as printed, such as "$"; empty for a ratio.
        direction: which way is better.
    """

    metric: str
    unit: str
    direction: Direction

    def fitness(self, value: float) -> float:
        """Return `value` with its sign turned so that larger is always better."""
        return value if self.direction is Direction.MAXIMIZE else -value

    def better(self, value: float, other: float) -> bool:
        """Tell whether `value` is strictly better than `other`."""
        return self.fitness(value) > self.fitness(other)

    def headroom_closed(self, value: float, *, reference: float, bound: float) -> float | None:
        """Return the part of (reference → bound) that `value` closes; None when there is none.

        0 is the reference baseline, 1 the bound; below 0 is worse than the reference.
        """
        room = self.fitness(bound) - self.fitness(reference)
        if room <= 0:
            return None
        return (self.fitness(value) - self.fitness(reference)) / room
