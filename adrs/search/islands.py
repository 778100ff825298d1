"""Islands and niches: for hundreds to thousands of cheap evaluations."""

from collections.abc import Sequence
from random import Random

from adrs.core.objective import Objective
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask, Trial
from adrs.search.archipelago import Archipelago
from adrs.search.failures import FailureCounts
from adrs.search.member import Member, member_of
from adrs.search.niches import Niches
from adrs.search.operators import CROSSOVER, REFINE
from adrs.search.selection import even_weight, pick, pick_index, tournament
from adrs.search.settings import IslandsSettings

DEFAULTS = IslandsSettings()


class IslandsStrategy:
    """Keeps a few islands of programs and, across them, the best program of every niche.

    Trial k belongs to island k modulo their number, whenever it is told. Its parent wins a
    tournament on that island or, at times, is the elite of a niche; a crossover's donor comes from
    another island or niche. Programs with many failed children in a row are drawn less often.

    Args:
        objective: what is optimised.
        seed: the run's seed.
        evals: the budget, by which the number of islands and the schedules are chosen; None is
            planned like 2,000.
        settings: what to switch off or change.
    """

    def __init__(
        self,
        *,
        objective: Objective,
        seed: int,
        evals: int | None,
        settings: IslandsSettings = DEFAULTS,
    ) -> None:
        plan = settings.plan(evals)
        self._objective = objective
        self._seed = seed
        self._settings = settings
        self._failures = FailureCounts()
        self._weight = self._failures.weight if settings.failure_weight else even_weight
        self._islands = Archipelago(plan=plan, capacity=settings.population, seed=seed)
        self._niches = Niches(seed=seed, bins=plan.bins) if settings.niche_share > 0 else None

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return "islands"

    @property
    def niches(self) -> int:
        """Occupied niches; without niches the islands that have members."""
        if self._niches is not None:
            return len(self._niches)
        return len(self._islands) if len(self._islands.island(0)) > 0 else 0

    def ask(self, number: int) -> Ask:
        """Choose parent, operator and, for a crossover, the donor.

        Raises:
            RuntimeError: no program with a score was told yet.
        """
        home = self._islands.island(number).members
        if not home:
            raise RuntimeError("tell a trial with a score, the initial program's, before asking")
        rng = Random(derive_seed(self._seed, "ask", number))
        crosses = rng.random() < self._settings.crossover
        parent = self._parent(rng, home)
        donor = self._donor(rng, number, parent) if crosses else None
        if donor is None:
            return Ask(operator=REFINE, parent=parent.program)
        return Ask(operator=CROSSOVER, parent=parent.program, inspirations=(donor.program,))

    def tell(self, trial: Trial) -> None:
        """Take in a trial, failures and duplicates included."""
        member = member_of(trial, self._objective)
        self._failures.tell(trial, member)
        self._islands.tell(trial.number, member)
        if member is not None and self._niches is not None:
            self._niches.add(member)

    def _parent(self, rng: Random, home: Sequence[Member]) -> Member:
        if self._niches is not None and rng.random() < self._settings.niche_share:
            return pick(rng, self._niches.elites, self._weight)
        return tournament(rng, home, self._weight, size=self._settings.tournament)

    def _donor(self, rng: Random, number: int, parent: Member) -> Member | None:
        """A program from elsewhere that behaves unlike the parent; None when none was drawn."""
        pools = [island.members for island in self._islands.others(number)]
        if self._niches is not None:
            pools.append(self._niches.elites)
        pools = pools or [self._islands.island(number).members]
        pool = pools[pick_index(rng, len(pools))]
        donor = tournament(rng, pool, even_weight, size=self._settings.tournament)
        return None if donor.behaviour == parent.behaviour else donor
