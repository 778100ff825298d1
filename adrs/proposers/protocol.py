"""The seam of a proposer: a parent goes in, a changed program comes out."""

from typing import Protocol

from adrs.core.trial import Ask, Proposal
from adrs.errors import AdrsError


class BudgetSpent(AdrsError):
    """A budget does not allow one more proposal; the text says which."""


class Proposer(Protocol):
    """Makes a new program from parents.

    Never raises for a change that did not work out: that is a `Proposal` without a source.
    """

    @property
    def name(self) -> str:
        """Its name and version as recorded, such as "mutator/ast@1"."""

    @property
    def banner(self) -> str:
        """One line that tells the user what is proposing; empty when there is nothing to say."""

    def propose(self, ask: Ask, *, seed: int) -> Proposal:
        """Answer `ask`.

        Args:
            ask: parent, operator and inspirations; every program has one evolve region.
            seed: 64-bit seed of this one proposal; a deterministic proposer gives the same
                answer for the same ask and seed.
        """
