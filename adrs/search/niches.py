"""The best program of every kind of behaviour (MAP-Elites: Mouret and Clune, 2015)."""

from collections import deque
from collections.abc import Sequence

from adrs.search.behaviour import Axes, fit_axes, halves
from adrs.search.member import Member

FIRST_FIT = 16
SAMPLE = 128
REMEMBERED = 2048


class Niches:
    """A grid over two axes of behaviour that keeps the best member of each cell.

    The axes are fitted to the latest `SAMPLE` kinds of behaviour when 16, 32, 64, ... of them were
    seen, and the elites are filed again, so that the grid follows the search. The times and the
    sample depend on the members added and on their order alone: a rebuilt grid has the same cells.

    Args:
        seed: the run's seed; draws the halves of the scenarios that are compared.
        bins: bins per axis.
    """

    def __init__(self, *, seed: int, bins: int) -> None:
        if bins < 1:
            raise ValueError(f"bins must be at least 1, got {bins}")
        self._seed = seed
        self._bins = bins
        self._latest: dict[str, None] = {}  # kinds of behaviour, the oldest first
        self._kinds = 0
        self._next_fit = FIRST_FIT
        self._sample: deque[Member] = deque(maxlen=SAMPLE)
        self._axes: Axes | None = None
        self._elites: dict[tuple[int, int], Member] = {}
        self._listed: list[Member] = []

    def __len__(self) -> int:
        return len(self._elites)

    @property
    def elites(self) -> Sequence[Member]:
        """The best member of every niche, in the order of the niches' first members.

        Valid until the next change.
        """
        return self._listed

    def add(self, member: Member) -> None:
        """File `member` in its niche; of two there the one with more merit stays."""
        if self._axes is None:
            self._axes = Axes(signs=halves(self._seed, len(member.evaluation.values)))
        changed = self._file(member, self._axes)
        if self._is_new(member.behaviour):
            self._sample.append(member)
            if self._kinds == self._next_fit:
                self._next_fit *= 2
                self._fit(self._axes)
                return
        if changed:
            self._listed = list(self._elites.values())

    def _is_new(self, behaviour: str) -> bool:
        """Count a kind of behaviour; one that was last new long ago may count again."""
        if behaviour in self._latest:
            return False
        self._latest[behaviour] = None
        if len(self._latest) > REMEMBERED:
            del self._latest[next(iter(self._latest))]
        self._kinds += 1
        return True

    def _file(self, member: Member, axes: Axes) -> bool:
        cell = axes.cell(member)
        elite = self._elites.get(cell)
        if elite is not None and elite.merit >= member.merit:
            return False
        self._elites[cell] = member
        return True

    def _fit(self, old: Axes) -> None:
        self._axes = fit_axes(self._sample, bins=self._bins, signs=old.signs)
        elites, self._elites = list(self._elites.values()), {}
        for member in (*elites, *self._sample):
            self._file(member, self._axes)
        self._listed = list(self._elites.values())
