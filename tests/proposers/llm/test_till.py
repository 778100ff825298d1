"""The reservation that a request holds while it is on its way through the models."""

from typing import Any

from adrs.core.call import Call, CallRequest
from adrs.proposers.llm.budget import Reservation
from adrs.proposers.llm.job import Job
from adrs.proposers.llm.prices import Prices, PriceTable
from adrs.proposers.llm.settings import ModelSettings, Price
from adrs.proposers.llm.till import Till

CHEAP, DEAR = "a/cheap", "a/dear"
PRICES = Prices(
    {
        CHEAP: ModelSettings(price=Price(input_usd=1.0, output_usd=1.0)),
        DEAR: ModelSettings(price=Price(input_usd=9.0, output_usd=9.0)),
    },
    PriceTable(),
)


class Budget:
    """Grants everything, and knows what is held."""

    def __init__(self) -> None:
        self.held: list[Reservation] = []

    def reserve(self, estimate: Reservation) -> Reservation:
        self.held.append(estimate)
        return estimate

    def settle(self, ticket: Reservation, call: Call) -> None:
        self.held.remove(ticket)

    def release(self, ticket: Reservation) -> None:
        self.held.remove(ticket)


def test_a_request_holds_one_reservation_which_is_the_asked_models_own(tools: Any) -> None:
    budget = Budget()
    till = Till(budget, PRICES)
    site: Any = None  # whose request it is makes no difference here
    job = Job(site=site, seed=1, order=(), requests={}, answers_before={})
    asked = {m: CallRequest(model=m, messages=tools.messages("hi")) for m in (CHEAP, DEAR)}
    for model in (CHEAP, CHEAP, DEAR, DEAR, CHEAP):
        till.reserve(job, asked[model])
        assert budget.held == [PRICES.estimate(asked[model])]
    till.release(job)
    till.release(job)
    assert budget.held == []
