"""Tunes a program's float literals by CMA-ES: sources out, fitness in.

After Hansen, "The CMA evolution strategy: a tutorial" (arXiv:1604.00772), in the implementation of
the library `cmaes`. It ranks, so fitness may have any unit. A few dozen evaluations take most of
what there is; more fit the constants to the training scenarios.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adrs.core.seeds import derive_seed
from adrs.proposers.tuner.literals import Literals, find_literals

MOST_EVALUATIONS = 50
EVALUATIONS_EACH = 20  # and no more than so many for every literal
SIGMA = 0.3  # the first step, in units of `FloatLiteral.unit`
_BARREN = 20  # generations in a row without a new program: it has converged

_Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """A program with tuned literals.

    Attributes:
        source: its text.
        values: of the chosen literals.
        fitness: what was told of it.
    """

    source: str
    values: tuple[float, ...]
    fitness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    """A point of the search and the values that it is written as."""

    point: _Vector
    values: tuple[float, ...]


class Tuning:
    """The tuning of one program. Ask for a generation, tell its fitness, until it is done.

    The same program, seed, number of evaluations and answers give the same generations.

    Args:
        source: the program's text, with its evolve region.
        seed: any whole number.
        evaluations: how many programs to ask to be evaluated at most, 1 to `MOST_EVALUATIONS`.

    Raises:
        ValueError: `evaluations` is out of range.
        ProblemError: the region's markers are broken.
        SyntaxError, ValueError, RecursionError, MemoryError: the text does not parse.
    """

    def __init__(self, source: str, seed: int, evaluations: int = MOST_EVALUATIONS) -> None:
        if not 1 <= evaluations <= MOST_EVALUATIONS:
            raise ValueError(
                f"evaluations: found {evaluations}. Give a number from 1 to {MOST_EVALUATIONS}."
            )
        self._literals = find_literals(source)
        self._left = min(evaluations, EVALUATIONS_EACH * len(self._literals.chosen))
        self._space = _Space(self._literals)
        self._search = _Search(self._space, seed) if self._left else None
        self._generation: list[_Sample] = []
        self._asked: list[tuple[float, ...]] = []
        self._known: dict[tuple[float, ...], float | None] = {}
        self._best: Tuned | None = None

    @property
    def literals(self) -> Literals:
        """What is tuned; nothing where no literal is chosen."""
        return self._literals

    @property
    def best(self) -> Tuned | None:
        """The best program told of so far; None before any that has a fitness.

        It may be worse than the program that is tuned, whose own fitness is not known here.
        """
        return self._best

    @property
    def done(self) -> bool:
        """Whether there is nothing more to ask."""
        return not self._asked and self._left == 0

    def ask(self) -> list[str]:
        """Return the next generation's programs, none that was asked for before.

        Asked again before it is told of them it returns the same; nothing when it is done.
        """
        if not self._asked and self._left:
            self._advance()
        return [self._literals.with_values(values) for values in self._asked]

    def tell(self, fitness: Sequence[float | None]) -> None:
        """Take the fitness of the programs asked for, in their order.

        Args:
            fitness: larger is better; None, or what is not finite, for a program that failed.

        Raises:
            ValueError: there are not as many as were asked for.
        """
        for values, given in zip(self._asked, fitness, strict=True):
            found = given if given is not None and math.isfinite(given) else None
            self._known[values] = found
            if found is not None and (self._best is None or found > self._best.fitness):
                source = self._literals.with_values(values)
                self._best = Tuned(source=source, values=values, fitness=found)
        self._asked = []
        if self._left:
            self._learn()

    def _advance(self) -> None:
        """Draw generations until one holds new programs."""
        assert self._search is not None
        for _ in range(_BARREN):
            self._generation = self._search.sample()
            drawn = dict.fromkeys(sample.values for sample in self._generation)
            new = [values for values in drawn if values not in self._known]
            if new:
                self._asked = new[: self._left]
                self._left -= len(self._asked)
                return
            self._learn()
        self._left = 0

    def _learn(self) -> None:
        assert self._search is not None
        self._search.learn(self._generation, self._known)


class _Space:
    """The chosen literals as coordinates: 0 at the low end, 1 a unit of the literal."""

    def __init__(self, literals: Literals) -> None:
        self._literals = literals.chosen
        self._low = np.array([one.low for one in self._literals])
        self._unit = np.array([one.unit for one in self._literals])

    @property
    def start(self) -> _Vector:
        """The program's own values."""
        own = np.array([one.value for one in self._literals])
        start: _Vector = (own - self._low) / self._unit
        return start

    @property
    def bounds(self) -> _Vector:
        """Ends of every coordinate: [literals, 2]."""
        high = np.array([one.high for one in self._literals])
        return np.stack((np.zeros_like(high), (high - self._low) / self._unit), axis=1)

    def values(self, point: _Vector) -> tuple[float, ...]:
        """Return what a point is written as."""
        raw = (self._low + point * self._unit).tolist()
        return tuple(one.nearest(value) for one, value in zip(self._literals, raw, strict=True))


class _Search:
    """The library's CMA-ES in a space; points out of range are drawn again, at last clipped."""

    def __init__(self, space: _Space, seed: int) -> None:
        from cmaes import CMA  # type: ignore[import-untyped]  # only runs that tune pay for it

        self._space = space
        self._start = space.start
        self._cma = CMA(
            mean=self._start,
            sigma=SIGMA,
            bounds=space.bounds,
            seed=derive_seed("tuner", seed) % 2**32,
        )

    def sample(self) -> list[_Sample]:
        """Draw one generation."""
        points = [self._cma.ask() for _ in range(self._cma.population_size)]
        return [_Sample(point=point, values=self._space.values(point)) for point in points]

    def learn(
        self, generation: Sequence[_Sample], known: dict[tuple[float, ...], float | None]
    ) -> None:
        """Update the distribution; ranks are all that it uses.

        Failed programs come last. Of equals the one nearer to the program's own values is better,
        so that where nothing can be told apart the search stays at what the author wrote.
        """

        def rank(sample: _Sample) -> tuple[bool, float, float]:
            fitness = known[sample.values]
            distance = float(np.linalg.norm(sample.point - self._start))
            return fitness is None, -(fitness or 0.0), distance

        ranked = sorted(generation, key=rank)
        self._cma.tell([(sample.point, float(at)) for at, sample in enumerate(ranked)])
