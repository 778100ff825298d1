"""One request on its way through the models."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adrs.core.call import Call, CallRequest, CallSite
from adrs.proposers.llm.breaker import Trouble
from adrs.proposers.llm.budget import Reservation
from adrs.proposers.llm.models import ModelSpec
from adrs.proposers.llm.retry import Retries


@dataclass(slots=True, kw_only=True)
class Job:
    """A request, and how far it has come; used by one thread at a time.

    Attributes:
        site: the step of the run that asks.
        seed: draws the waits.
        order: the models in the order in which they are asked.
        requests: what each is asked, by its id.
        answers_before: how many calls each had answered when the request began.
        attempts: how many attempts each had so far.
        retries: the failures of each.
        not_before: when each may be asked again, on the client's clock.
        given_up: those that are not asked any more for this request, and why.
        ticket: the reservation that is held; None for none.
        ticket_model: the model that it was made for.
        stored: a stored answer that was found; None where there was none.
    """

    site: CallSite
    seed: int
    order: tuple[ModelSpec, ...]
    requests: Mapping[str, CallRequest]
    answers_before: Mapping[str, int]
    attempts: dict[str, int] = field(default_factory=dict)
    retries: dict[str, Retries] = field(default_factory=dict)
    not_before: dict[str, float] = field(default_factory=dict)
    given_up: dict[str, Trouble] = field(default_factory=dict)
    ticket: Reservation | None = None
    ticket_model: str = ""
    stored: Call | None = None
