"""The seam of a strategy: ask for a change, be told what became of it."""

from typing import Protocol

from adrs.core.trial import Ask, Trial


class Strategy(Protocol):
    """Chooses parents and operators, and keeps the population.

    The caller tells trial 0 (the initial program's) before it asks anything. `ask` is a pure
    function of the trials told so far and of `number`: it changes nothing that a later ask or tell
    could see, and draws from a generator keyed by the run's seed and `number`. So a strategy's
    state is rebuilt by telling it the archive's trials again, and nothing is ever pickled.
    Trials are told in order, duplicates and rejected proposals included, as failures to learn
    from. A strategy holds references to the trials told; it never writes them. Not thread-safe.
    """

    @property
    def name(self) -> str:
        """Its name on the command line."""

    @property
    def niches(self) -> int:
        """How many groups of programs it keeps apart at present."""

    def ask(self, number: int) -> Ask:
        """Choose what to change for trial `number`.

        Raises:
            RuntimeError: nothing was told yet.
        """

    def tell(self, trial: Trial) -> None:
        """Take in a committed trial."""
