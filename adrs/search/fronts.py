"""The best programs of every scenario, and as few of them as cover all scenarios."""

from collections.abc import Sequence

from adrs.core.objective import Objective
from adrs.search.member import Member


class Fronts:
    """For every scenario the members with the best value on it.

    A member whose every scenario is also covered by another is dropped, the least fit first (the
    pruning of GEPA: Agrawal et al., arXiv 2507.19457, algorithm 2). A front only ever shrinks to
    others when a better value comes, so what was dropped once would not be needed later, and there
    are never more members than scenarios.

    Args:
        objective: which way values are better.
    """

    def __init__(self, objective: Objective) -> None:
        self._objective = objective
        self._best: list[float] = []
        self._holders: list[list[Member]] = []
        self._listed: list[Member] = []
        self._counts: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._listed)

    @property
    def members(self) -> Sequence[Member]:
        """All members that are kept, the best last; valid until the next change."""
        return self._listed

    def count(self, program_id: str) -> int:
        """Return on how many scenarios the program is among the best."""
        return self._counts.get(program_id, 0)

    def add(self, member: Member) -> bool:
        """Take in `member` where it is the best; return whether it stayed.

        Of two members that behave the same the one with more merit stays.
        """
        if self._is_worse_twin(member):
            return False
        fitness = [self._objective.fitness(value) for value in member.evaluation.values]
        if not self._best:
            self._best = [float("-inf")] * len(fitness)
            self._holders = [[] for _ in fitness]
        if not any(new >= best for new, best in zip(fitness, self._best, strict=True)):
            return False
        self._place(member, fitness)
        self._prune()
        return any(member is kept for kept in self._listed)

    def _is_worse_twin(self, member: Member) -> bool:
        return any(
            kept.behaviour == member.behaviour and kept.merit >= member.merit
            for kept in self._listed
        )

    def _place(self, member: Member, fitness: Sequence[float]) -> None:
        for scenario, new in enumerate(fitness):
            if new > self._best[scenario]:
                self._best[scenario] = new
                self._holders[scenario] = [member]
            elif new == self._best[scenario]:
                others = self._holders[scenario]
                self._holders[scenario] = [
                    *(one for one in others if one.behaviour != member.behaviour),
                    member,
                ]

    def _prune(self) -> None:
        held = {one.program.id: one for holders in self._holders for one in holders}
        ranked = sorted(held.values(), key=lambda one: one.merit)
        self._counts = dict.fromkeys(held, 0)
        for holders in self._holders:
            for one in holders:
                self._counts[one.program.id] += 1
        self._listed = []
        for one in ranked:
            own = [holders for holders in self._holders if one in holders]
            if all(len(holders) > 1 for holders in own):
                for holders in own:
                    holders.remove(one)
                del self._counts[one.program.id]
            else:
                self._listed.append(one)
