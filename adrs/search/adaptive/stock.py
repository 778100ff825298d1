"""All programs that are kept, and the pools that parents and donors are drawn from."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from adrs.core.objective import Objective
from adrs.search.adaptive.selecting import by_merit
from adrs.search.archipelago import Archipelago
from adrs.search.fronts import Fronts
from adrs.search.member import Member
from adrs.search.niches import Niches
from adrs.search.selection import pick_index
from adrs.search.settings import IslandsPlan

POPULATION = 20
RIVAL = 17  # place in a full island, the worst being 0
OUTSIDE_SHARE = 0.3


class Stock:
    """Islands of the fittest, the elites of the niches, and the best on every scenario.

    Args:
        plan: the number of islands, the bins of the niches and the schedules.
        objective: which way values are better.
        seed: the run's seed.
        islands: False for a single population whatever the plan says.
        niches: False to keep no niches.
        scenarios: False to keep no best programs of single scenarios.
    """

    def __init__(
        self,
        plan: IslandsPlan,
        objective: Objective,
        *,
        seed: int,
        islands: bool,
        niches: bool,
        scenarios: bool,
    ) -> None:
        plan = plan if islands else replace(plan, islands=1)
        self._islands = Archipelago(plan=plan, capacity=POPULATION, seed=seed)
        self._niches = Niches(seed=seed, bins=plan.bins) if niches else None
        self._fronts = Fronts(objective) if scenarios else None

    @property
    def niches(self) -> int:
        """How many niches are occupied; 1 where none are kept."""
        return 1 if self._niches is None else len(self._niches)

    def home(self, number: int) -> Sequence[Member]:
        """Return the island of trial `number`, the best last."""
        return self._islands.island(number).members

    def pool(self, rng: Random, number: int) -> Sequence[Member]:
        """Return what the parent of trial `number` is drawn from, the best last.

        Mostly its island; else the elites of the niches or the best on scenarios.
        """
        outside = self._outside()
        if not outside or rng.random() >= OUTSIDE_SHARE:
            return self.home(number)
        return by_merit(outside[pick_index(rng, len(outside))])

    def donors(self, rng: Random, number: int) -> Sequence[Member]:
        """Return what the donor for trial `number` is drawn from, the best last."""
        pools = [island.members for island in self._islands.others(number)]
        pools = [*pools, *self._outside()] or [self.home(number)]
        return by_merit(pools[pick_index(rng, len(pools))])

    def rival(self, number: int) -> Member | None:
        """Return the program that a child of trial `number` races against.

        That is the third best of its island, and none before the island is full: a child that is
        no match for the very best may yet be the one that a better program comes from. On spot
        (mutator, 5 seeds, a single island) that left out 41 % of the scenarios of those that raced,
        and 2 of 375 stops that were checked were wrong.
        """
        home = self.home(number)
        return home[RIVAL] if len(home) == POPULATION else None

    def tell(self, number: int, member: Member | None) -> None:
        """Take in trial `number`, a failure too: the islands' schedule counts every trial."""
        self._islands.tell(number, member)
        if member is None:
            return
        if self._niches is not None:
            self._niches.add(member)
        if self._fronts is not None:
            self._fronts.add(member)

    def members(self) -> Iterator[Member]:
        """Give all members, some more than once."""
        for number in range(len(self._islands)):
            yield from self.home(number)
        for pool in self._outside():
            yield from pool

    def _outside(self) -> list[Sequence[Member]]:
        pools = []
        if self._niches is not None:
            pools.append(self._niches.elites)
        if self._fronts is not None:
            pools.append(self._fronts.members)
        return pools
