"""The seam to the ledger: model spend is reserved before a call and settled after it."""

from dataclasses import dataclass
from typing import Protocol

from adrs.core.call import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What one call may take, at most as far as can be told before it is made.

    Attributes:
        tokens: tokens sent and received together.
        usd: US dollars; None where the model's price is not known.
    """

    tokens: int
    usd: float | None


class CallBudget(Protocol):
    """Grants calls, and keeps what they took. Thread-safe.

    A ticket is the reservation that was granted; it is given back once, by `settle` or `release`.
    """

    def reserve(self, estimate: Reservation) -> Reservation:
        """Set aside one call of that size.

        Raises:
            BudgetSpent: the budget has no room for it; the text says which, and what is lacking.
        """

    def settle(self, ticket: Reservation, call: Call) -> None:
        """Replace a reservation by what the call took, if it was answered."""

    def release(self, ticket: Reservation) -> None:
        """Give a reservation back unused: no answer came."""
