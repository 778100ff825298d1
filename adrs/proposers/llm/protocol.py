"""The seams of the language-model proposer: who sends, and who keeps what came back."""

from dataclasses import dataclass
from typing import Protocol

from adrs.core.call import Call, CallOutcome, CallRequest, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class RawReply:
    """A provider's answer, before anybody looked at its meaning.

    Attributes:
        text: the answer's text.
        raw: the whole reply as JSON text.
        finish: why the model stopped ("stop", "length", ...).
        usage: tokens as the provider counted them.
        cost_usd: what the provider says it cost; None where it does not say.
    """

    text: str
    raw: str
    finish: str
    usage: Usage
    cost_usd: float | None = None


class CallFailed(Exception):
    """One attempt at a call failed.

    Attributes:
        outcome: the class of the failure; never OK.
        retry_after_s: how long the provider asks to wait; None where it does not.
        refused_parameter: name of a setting that the model does not take; empty where that was not
            the fault.
        instead: the name under which the model asks for that setting; empty where it asks for none.
    """

    def __init__(
        self,
        outcome: CallOutcome,
        text: str,
        *,
        retry_after_s: float | None = None,
        refused_parameter: str = "",
        instead: str = "",
    ) -> None:
        super().__init__(text)
        self.outcome = outcome
        self.retry_after_s = retry_after_s
        self.refused_parameter = refused_parameter
        self.instead = instead


class Transport(Protocol):
    """Sends one request once; no retries, no cache, no accounting. Thread-safe."""

    def send(self, request: CallRequest, *, timeout_s: float) -> RawReply:
        """Send the request and wait for the whole answer.

        Raises:
            CallFailed: no usable answer came.
        """


class CallLog(Protocol):
    """Where every attempt is kept before anybody reads its answer. Thread-safe, one run's own.

    Raises (every method):
        ArchiveError: it cannot be read or written.
    """

    def add(self, call: Call) -> None:
        """Commit one attempt; durable when this returns."""

    def answer(self, request: CallRequest) -> Call | None:
        """Return the stored answer (outcome OK) to an equal request, if there is one to use.

        Answers of the run itself are used always (they are an earlier sitting's), those of other
        runs only where the log shares them.
        """
