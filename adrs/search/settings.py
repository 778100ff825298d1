"""The settings of the islands strategy, and the schedule that a budget makes of them."""

from dataclasses import dataclass

USUAL_EVALS = 2_000
ONE_ISLAND_BELOW = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandsSettings:
    """What can be chosen about `IslandsStrategy`; None leaves it to the budget.

    Attributes:
        islands: populations that evolve apart; 1 switches islands off. None: 1 below 300
            evaluations, where they only split the data, else 4.
        population: members an island keeps.
        tournament: contenders for the place of a parent; more is greedier.
        crossover: share of asks for a crossover with a donor from another island or niche;
            0 switches it off.
        niche_share: share of parents drawn from the niches' elites instead of the island; 0
            switches niches off.
        bins: bins per axis of behaviour. None: about the fourth root of the evaluations.
        failure_weight: whether a parent's chance falls with its consecutive failed children.
        migration_every: told trials between two migrations; 0 switches them off. None: a 20th of
            the evaluations.
        reset_every: told trials between two resets of the weaker islands; 0 switches them off.
            None: a quarter of the evaluations.
    """

    islands: int | None = None
    population: int = 20
    tournament: int = 3
    crossover: float = 0.2
    niche_share: float = 0.2
    bins: int | None = None
    failure_weight: bool = True
    migration_every: int | None = None
    reset_every: int | None = None

    def __post_init__(self) -> None:
        """Check every setting's range.

        Raises:
            ValueError: one is out of range; the text names it.
        """
        for name, count in {
            "population": self.population,
            "tournament": self.tournament,
            "islands": self.islands,
            "bins": self.bins,
        }.items():
            if count is not None and count < 1:
                raise ValueError(f"{name} must be at least 1, got {count}")
        for name, share in {"crossover": self.crossover, "niche_share": self.niche_share}.items():
            if not 0 <= share <= 1:
                raise ValueError(f"{name} must be between 0 and 1, got {share}")
        for name, every in {
            "migration_every": self.migration_every,
            "reset_every": self.reset_every,
        }.items():
            if every is not None and every < 0:
                raise ValueError(f"{name} must be at least 0, got {every}")

    def plan(self, evals: int | None) -> "IslandsPlan":
        """Return the settings with everything decided, for a budget of `evals` evaluations."""
        budget = USUAL_EVALS if evals is None else max(1, evals)
        islands, bins = self.islands, self.bins
        if islands is None:
            islands = 1 if budget < ONE_ISLAND_BELOW else 4
        if bins is None:
            bins = max(2, min(20, round(budget**0.25)))
        return IslandsPlan(
            islands=islands,
            bins=bins,
            migration_every=_interval(self.migration_every, budget // 20),
            reset_every=_interval(self.reset_every, budget // 4),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandsPlan:
    """The settings that depend on the budget, decided.

    Attributes:
        islands: how many.
        bins: per axis of behaviour.
        migration_every: in told trials; 0 for never.
        reset_every: in told trials; 0 for never.
    """

    islands: int
    bins: int
    migration_every: int
    reset_every: int


def _interval(asked: int | None, usual: int) -> int:
    return max(1, usual) if asked is None else asked
