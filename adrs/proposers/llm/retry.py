"""When a failed call is tried again: one layer, capped by class, with full jitter."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from adrs.core.call import CallOutcome
from adrs.core.seeds import derive_seed
from adrs.proposers.llm.protocol import CallFailed

_ATTEMPTS = {
    CallOutcome.RATE_LIMITED: 8,
    CallOutcome.OVERLOADED: 6,
    CallOutcome.CONNECTION: 6,
    CallOutcome.TIMEOUT: 3,
    CallOutcome.UNKNOWN: 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how long a request is tried with one model.

    Attributes:
        attempts: most attempts that may end in each class of failure; a class that is not here is
            never tried again.
        first_s: upper end of the first wait, in seconds; it doubles with every failure.
        longest_s: upper end of every wait that the provider did not ask for.
        patience_s: most seconds that one request waits for one model, all its waits together.
    """

    attempts: Mapping[CallOutcome, int] = field(default_factory=lambda: dict(_ATTEMPTS))
    first_s: float = 1.0
    longest_s: float = 60.0
    patience_s: float = 600.0


class Retries:
    """The failures of one request with one model, and what follows from each.

    Args:
        policy: the limits.
        seed: the seed of the waits.
    """

    def __init__(self, policy: RetryPolicy, seed: int) -> None:
        self._policy = policy
        self._seed = seed
        self._failures: Counter[CallOutcome] = Counter()
        self._waited_s = 0.0

    def wait_s(self, failure: CallFailed) -> float | None:
        """Count a failure; return how long to wait before the next attempt, None to give up.

        The wait is uniform between 0 and a bound that doubles ("full jitter", Brooker 2015), and
        at least what the provider asked for.
        """
        self._failures[failure.outcome] += 1
        if self._failures[failure.outcome] >= self._policy.attempts.get(failure.outcome, 0):
            return None
        nth = self._failures.total()
        bound_s = min(self._policy.longest_s, self._policy.first_s * 2.0 ** min(nth - 1, 32))
        jitter = derive_seed("backoff", self._seed, nth) / 2**64
        wait_s = max(jitter * bound_s, failure.retry_after_s or 0.0)
        if self._waited_s + wait_s > self._policy.patience_s:
            return None
        self._waited_s += wait_s
        return wait_s
