"""The reservation that a request holds while it is being answered."""

from adrs.core.call import Call, CallRequest
from adrs.proposers.llm.budget import CallBudget
from adrs.proposers.llm.job import Job
from adrs.proposers.llm.prices import Prices


class Till:
    """Reserves, settles and gives back what requests may take. Thread-safe.

    Args:
        budget: what grants calls.
        prices: what calls cost.
    """

    def __init__(self, budget: CallBudget, prices: Prices) -> None:
        self._budget = budget
        self._prices = prices

    def reserve(self, job: Job, request: CallRequest) -> None:
        """Have a ticket for the model; it is held over retries, so that a retry is never late.

        Raises:
            BudgetSpent: there is none.
        """
        if job.ticket is not None and job.ticket_model == request.model:
            return
        self.release(job)
        job.ticket = self._budget.reserve(self._prices.estimate(request))
        job.ticket_model = request.model

    def settle(self, job: Job, call: Call) -> None:
        """Exchange the ticket, if there is one, for what a call took."""
        if job.ticket is not None:
            ticket, job.ticket = job.ticket, None
            self._budget.settle(ticket, call)

    def release(self, job: Job) -> None:
        """Give the ticket back, if there is one."""
        if job.ticket is not None:
            ticket, job.ticket = job.ticket, None
            self._budget.release(ticket)
