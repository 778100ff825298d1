"""Why a request to the models ends without an answer.

Beside these, `adrs.proposers.protocol.BudgetSpent`: the budget has no room for another call.

AdrsError
├── NoAnswer             this request cannot be answered; others may be
├── CallsStopped         the run was asked to stop; nothing was sent
└── ProposerError
    └── ModelsDown       no model answers; the run must stop asking and can be resumed
"""

from adrs.core.call import CallOutcome
from adrs.errors import AdrsError, ProposerError


class NoAnswer(AdrsError):
    """This request cannot be answered by any model; others may be.

    Attributes:
        outcome: how the last attempt ended.
    """

    def __init__(self, outcome: CallOutcome, text: str) -> None:
        super().__init__(text)
        self.outcome = outcome


class CallsStopped(AdrsError):
    """The run was asked to stop before an answer came; what was in flight has ended."""


class ModelsDown(ProposerError):
    """No model answers; the text says why, for each model, and what to do."""
