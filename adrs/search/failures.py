"""How often a parent has failed in a row."""

from adrs.core.trial import Trial
from adrs.search.member import Member


class FailureCounts:
    """Counts every parent's children since the last one that was better than it.

    A child fails when it has no score, repeats an earlier program, or is not fitter than its
    parent; one that is fitter sets the count back to 0. Children whose parent is unknown here
    count for nobody. Holds one number or two per scored program.
    """

    def __init__(self) -> None:
        self._fitness: dict[str, float] = {}
        self._failed: dict[str, int] = {}

    def tell(self, trial: Trial, member: Member | None) -> None:
        """Take in a trial and its scored program, if it has one."""
        if member is not None:
            self._fitness.setdefault(member.program.id, member.fitness)
        if not trial.parent_ids:
            return
        parent = trial.parent_ids[0]
        fitness = self._fitness.get(parent)
        if fitness is None:
            return
        if member is not None and member.fitness > fitness:
            self._failed.pop(parent, None)
        else:
            self._failed[parent] = self._failed.get(parent, 0) + 1

    def failed(self, program_id: str) -> int:
        """Return the length of the program's present row of failed children."""
        return self._failed.get(program_id, 0)

    def weight(self, program_id: str) -> float:
        """Return 1 / (1 + failed), the factor on the program's chance to be a parent."""
        return 1 / (1 + self.failed(program_id))
