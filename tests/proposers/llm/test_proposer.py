"""What a proposal is when models give no answer."""

from collections.abc import Sequence
from typing import Any

import pytest

from adrs.core.call import CallOutcome, Message
from adrs.core.program import Program
from adrs.core.trial import Arm, Ask, Assignment, Proposal
from adrs.proposers.llm.failures import UselessReply
from adrs.proposers.llm.proposer import LlmProposer

PARENT = Program.of("# EVOLVE-BLOCK-START\nx = 1\n# EVOLVE-BLOCK-END\n")
ASSIGNMENT = Assignment(
    ask=Ask(operator="refine", parent=PARENT), arm=Arm.SEARCH, number=7, asked_after=0, seed=1
)


class OnePrompt:
    def __init__(self, tools: Any) -> None:
        self._tools = tools

    def messages(self, ask: Ask, *, number: int) -> tuple[Message, ...]:
        said: tuple[Message, ...] = self._tools.messages(f"{ask.operator} {number}")
        return said

    def repair(self, messages: Sequence[Message], reply_text: str, error: str) -> Any:
        return (*messages, *self._tools.messages(f"{error}: {reply_text}"))


def test_a_budget_that_ends_under_way_rejects_the_trial_only(bench: Any, tools: Any) -> None:
    empty = UselessReply(CallOutcome.UNKNOWN, "no choices", tools.reply("", raw="{}"))
    bench.budget.calls = 2
    proposer = LlmProposer(bench.client({"test/a": [empty]}), OnePrompt(tools))
    proposal = proposer.prepare(ASSIGNMENT)()
    assert proposal.source is None
    assert "budget" in proposal.rejection
    assert bench.budget.open == 0


@pytest.mark.parametrize("calls", [1, 9])
def test_why_there_was_no_second_answer_is_told_as_it_is_on_record(
    bench: Any, tools: Any, calls: int
) -> None:
    """Be it that the budget has no room for it, or that it is refused."""
    recorded = Proposal(proposer="llm/test/a", source=None, rejection="as it was")
    bench.budget.calls = calls
    client = bench.client({"test/a": [tools.reply("prose"), tools.failure(CallOutcome.REFUSED)]})
    proposer = LlmProposer(client, OnePrompt(tools), {7: recorded})
    assert proposer.prepare(ASSIGNMENT)() == recorded
