"""The tuner as a run knows it."""

from adrs.proposers.tuner.cma import Tuning


class CmaTuner:
    """Starts a tuning by CMA-ES for every program that it is given."""

    @property
    def name(self) -> str:
        """Its name and version as recorded."""
        return "tuner/cma@1"

    def warm_up(self) -> None:
        """Load the library."""
        import cmaes  # type: ignore[import-untyped]  # noqa: F401  only runs that tune pay for it

    def start(self, source: str, *, seed: int, evaluations: int) -> Tuning:
        """Begin to tune a program; see `Tuning`."""
        return Tuning(source, seed, evaluations)
