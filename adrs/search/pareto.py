"""Fronts over scenarios: every change starts from a program that is the best somewhere."""

from random import Random

from adrs.core.objective import Objective
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask, Trial
from adrs.search.fronts import Fronts
from adrs.search.member import member_of
from adrs.search.operators import CROSSOVER, REFINE
from adrs.search.selection import pick

MERGE_SHARE = 0.1


class ParetoStrategy:
    """Draws parents in proportion to the number of scenarios on which they are the best.

    The selection of GEPA (Agrawal et al., arXiv 2507.19457, algorithm 2), and its merge as a
    crossover of two programs of the fronts. GEPA first tries a child on a small batch and drops it
    there unless it is better; that gate is left to racing, which belongs to the engine.

    Args:
        objective: what is optimised.
        seed: the run's seed.
        evals: the budget, which changes nothing.
    """

    def __init__(self, *, objective: Objective, seed: int, evals: int | None) -> None:  # noqa: ARG002  every strategy is built alike
        self._objective = objective
        self._seed = seed
        self._fronts = Fronts(objective)

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return "pareto"

    @property
    def niches(self) -> int:
        """How many programs the fronts are made of."""
        return len(self._fronts)

    def ask(self, number: int) -> Ask:
        """Ask for a change of a program of the fronts, or for a merge of two.

        Raises:
            RuntimeError: no program with a score was told yet.
        """
        if not len(self._fronts):
            raise RuntimeError("tell a trial with a score, the initial program's, before asking")
        rng = Random(derive_seed(self._seed, "ask", number))
        parent = pick(rng, self._fronts.members, self._fronts.count)
        others = [one for one in self._fronts.members if one is not parent]
        if not others or rng.random() >= MERGE_SHARE:
            return Ask(operator=REFINE, parent=parent.program)
        donor = pick(rng, others, self._fronts.count)
        return Ask(operator=CROSSOVER, parent=parent.program, inspirations=(donor.program,))

    def tell(self, trial: Trial) -> None:
        """Take the trial's program into the fronts on which it is among the best."""
        member = member_of(trial, self._objective)
        if member is not None:
            self._fronts.add(member)
