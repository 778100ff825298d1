"""How a test server behaves."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from adrs.core.vocabulary import Vocabulary
from adrs.errors import UsageError
from adrs.testing.model_server.faults import resolved


class RetryAfterForm(StrEnum):
    """How a 429 says when to come back."""

    SECONDS = "seconds"  # Retry-After: 0.2
    DATE = "date"  # Retry-After: an HTTP date, rounded up to a whole second
    MILLISECONDS = "milliseconds"  # Retry-After-Ms: 200
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """How a test server behaves.

    Attributes:
        seed: what all answers, latencies and faults are drawn from.
        port: TCP port on 127.0.0.1; 0 for any free one.
        latency_s: median of the time from the request to its answer, in seconds. Refusals at the
            door (4xx and 503) come at once.
        sigma: standard deviation of the latency's logarithm; 0 for a fixed latency.
        faults: share of the requests that each fault hits, by the name of a `Fault` or `Group`; a
            request is hit by one fault at most.
        faulty_repairs: whether answers that cannot be used come to repair requests as well. A
            repair request is one with an earlier answer in its messages.
        retry_after_s: how long a 429 asks to wait.
        retry_after_form: how it says so.
        refused_parameter: which parameter `Fault.UNSUPPORTED_PARAMETER` refuses.
        key: the key that clients must show; None lets everybody in.
        revoke_after: after how many chat requests let in nobody is let in any more; None for never.
        vocabulary: what the mutator that writes the answers may use.
        size_cap_nodes: how many syntax nodes a program may have; None for no cap.
    """

    seed: int = 1
    port: int = 0
    latency_s: float = 0.0
    sigma: float = 0.0
    faults: Mapping[str, float] = field(default_factory=dict)
    faulty_repairs: bool = False
    retry_after_s: float = 0.2
    retry_after_form: RetryAfterForm = RetryAfterForm.SECONDS
    refused_parameter: str = "temperature"
    key: str | None = field(default=None, repr=False)
    revoke_after: int | None = None
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    size_cap_nodes: int | None = None

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            UsageError: one of them makes no sense; the text says which.
        """
        for name in ("latency_s", "sigma", "retry_after_s"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0.0):
                raise UsageError(f"{name}: expected a number of 0 or more, got {value}.")
        if not 0 <= self.port <= 65_535:
            raise UsageError(f"port: expected a number from 0 to 65535, got {self.port}.")
        if self.revoke_after is not None and self.revoke_after < 0:
            raise UsageError(f"revoke_after: expected 0 or more, got {self.revoke_after}.")
        resolved(self.faults)
