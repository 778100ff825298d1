"""Niches alone: every change starts from the best program of some kind of behaviour."""

from random import Random

from adrs.core.objective import Objective
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask, Trial
from adrs.search.member import member_of
from adrs.search.niches import Niches
from adrs.search.operators import REFINE
from adrs.search.selection import even_weight, pick
from adrs.search.settings import IslandsSettings


class MapElitesStrategy:
    """Keeps the best program of every niche and changes one of them, all equally likely.

    MAP-Elites as Mouret and Clune describe it (arXiv 1504.04909): uniform choice among
    the elites, replacement by the fitter. The niches are those of `Niches`, about as many as the
    square root of the budget.

    Args:
        objective: what is optimised.
        seed: the run's seed.
        evals: the budget, by which the number of niches is chosen; None is planned like 2,000.
    """

    def __init__(self, *, objective: Objective, seed: int, evals: int | None) -> None:
        self._objective = objective
        self._seed = seed
        self._niches = Niches(seed=seed, bins=IslandsSettings().plan(evals).bins)

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return "map-elites"

    @property
    def niches(self) -> int:
        """How many niches are occupied."""
        return len(self._niches)

    def ask(self, number: int) -> Ask:
        """Ask for a change of the elite of a niche.

        Raises:
            RuntimeError: no program with a score was told yet.
        """
        if not self._niches.elites:
            raise RuntimeError("tell a trial with a score, the initial program's, before asking")
        rng = Random(derive_seed(self._seed, "ask", number))
        return Ask(operator=REFINE, parent=pick(rng, self._niches.elites, even_weight).program)

    def tell(self, trial: Trial) -> None:
        """File the trial's program in its niche if it has a score."""
        member = member_of(trial, self._objective)
        if member is not None:
            self._niches.add(member)
