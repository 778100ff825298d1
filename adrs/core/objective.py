"""What is measured, in which unit, and which way is better."""

import math
from dataclasses import dataclass
from enum import StrEnum

_ROUNDING = 1e-9  # relative, or in steps: values nearer than this are the same but for rounding


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
        step: 0 for a value that repeats bit for bit. Otherwise it is measured on the host, in whole
            multiples of this, and two evaluations of one program may differ by one of them.
    """

    metric: str
    unit: str
    direction: Direction
    step: float = 0.0

    @property
    def measured(self) -> bool:
        """True for a value that depends on the host, such as a time."""
        return self.step > 0.0

    def fitness(self, value: float) -> float:
        """Return `value` with its sign turned so that larger is always better."""
        return value if self.direction is Direction.MAXIMIZE else -value

    def better(self, value: float, other: float) -> bool:
        """Tell whether `value` is strictly better than `other`."""
        return self.fitness(value) > self.fitness(other)

    def beats_bound(self, value: float, bound: float, *, scale: float) -> bool:
        """Tell whether a value is better than a proven bound, by more than rounding.

        Args:
            value: of a scenario, or the mean of several.
            bound: of the same.
            scale: size of the largest bound of the split, which rounding is measured by: a single
                bound may be near 0 as the difference of large numbers.
        """
        return self.fitness(value) - self.fitness(bound) > _ROUNDING * scale

    def agree(self, value: float, other: float) -> bool:
        """Tell whether two values can both be one program's on one scenario."""
        return value == other or (
            self.measured and abs(value - other) <= self.step * (1.0 + _ROUNDING)
        )

    def in_steps(self, value: float) -> bool:
        """Tell whether a finite value is a whole multiple of the step; True without a step."""
        off = math.remainder(value, self.step) if self.measured else 0.0
        return abs(off) <= self.step * _ROUNDING

    def headroom_closed(self, value: float, *, reference: float, bound: float) -> float | None:
        """Return the part of (reference → bound) that `value` closes; None when there is none.

        0 is the reference baseline, 1 the bound; below 0 is worse than the reference.
        """
        room = self.fitness(bound) - self.fitness(reference)
        if room <= _ROUNDING * max(abs(bound), abs(reference)):
            return None
        return (self.fitness(value) - self.fitness(reference)) / room
