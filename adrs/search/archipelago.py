"""Populations that evolve apart, with migration between them and resets of the weak."""

from collections.abc import Sequence
from random import Random

from adrs.core.seeds import derive_seed
from adrs.search.member import Member
from adrs.search.population import Population
from adrs.search.selection import pick_index
from adrs.search.settings import IslandsPlan


class Archipelago:
    """Islands in a ring.

    The first member settles every island; each later one goes to the island it was asked for.
    On a schedule counted in told trials the best of each island is copied to the next one, and the
    weaker half of the islands begins again, each with the best of a random stronger island (the
    reset of FunSearch: Romera-Paredes et al., 2024). The best member of all is never lost: its
    island is never among the weaker half.

    Args:
        plan: number of islands and the schedule.
        capacity: members per island.
        seed: the run's seed; draws the founders after a reset.
    """

    def __init__(self, *, plan: IslandsPlan, capacity: int, seed: int) -> None:
        self._plan = plan
        self._seed = seed
        self._told = 0
        self._islands = tuple(Population(capacity=capacity) for _ in range(plan.islands))

    def __len__(self) -> int:
        return len(self._islands)

    def island(self, number: int) -> Population:
        """Return the island that trial `number` is asked from and returns to."""
        return self._islands[number % len(self._islands)]

    def others(self, number: int) -> Sequence[Population]:
        """Return the islands that trial `number` is not asked from."""
        home = number % len(self._islands)
        return self._islands[:home] + self._islands[home + 1 :]

    def tell(self, number: int, member: Member | None) -> None:
        """Take in trial `number`, a failure too: the schedule counts every trial."""
        if member is not None:
            settled = len(self._islands[0]) > 0
            for island in (self.island(number),) if settled else self._islands:
                island.add(member)
        self._told += 1
        if len(self._islands[0]) == 0:
            return
        if self._due(self._plan.migration_every):
            self._migrate()
        if self._due(self._plan.reset_every):
            self._reset_weaker_half()

    def _due(self, every: int) -> bool:
        return every > 0 and self._told % every == 0

    def _migrate(self) -> None:
        travellers = [island.best for island in self._islands]
        for home, traveller in enumerate(travellers):
            self._islands[(home + 1) % len(self._islands)].add(traveller)

    def _reset_weaker_half(self) -> None:
        rng = Random(derive_seed(self._seed, "reset", self._told))
        ranked = sorted(self._islands, key=lambda island: island.best.merit)
        weaker = len(ranked) // 2
        stronger = ranked[weaker:]
        for island in ranked[:weaker]:
            island.found(stronger[pick_index(rng, len(stronger))].best)
