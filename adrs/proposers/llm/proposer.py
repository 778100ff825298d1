"""The language-model proposer: a prompt out, a reply in, one chance to mend it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from adrs.core.call import Call, CallSite, Message, Purpose
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask, Assignment, Proposal
from adrs.proposers.llm.client import Client, Request
from adrs.proposers.llm.edits import ReplyError
from adrs.proposers.llm.errors import NoAnswer
from adrs.proposers.llm.replies import read_reply
from adrs.proposers.protocol import BudgetSpent

NAMESPACE = "llm/"  # before a model's id it makes the name that its proposals bear


class Prompts(Protocol):
    """Writes the prompts; see `adrs.proposers.llm.prompt`."""

    def messages(self, ask: Ask, *, number: int) -> tuple[Message, ...]:
        """Return the conversation that asks for the change."""

    def repair(
        self, messages: Sequence[Message], reply_text: str, error: str
    ) -> tuple[Message, ...]:
        """Return the conversation that asks to mend a reply, with its precise error."""


class LlmProposer:
    """Answers assignments with a language model's programs.

    `prepare` belongs to the engine's thread, what it returns to any thread.

    Args:
        client: asks the models.
        prompts: writes the prompts.
        rejected: proposals without a program that are on record, by trial, for a replay: why there
            was no answer then is not why there is none now.
    """

    def __init__(
        self,
        client: Client,
        prompts: Prompts,
        rejected: Mapping[int, Proposal] | None = None,
    ) -> None:
        self._client = client
        self._prompts = prompts
        self._rejected = rejected or {}

    def prepare(self, assignment: Assignment) -> Callable[[], Proposal]:
        """Write the prompt and reserve the call; return what makes the proposal.

        Raises:
            BudgetSpent: the budget has no room for the call.
        """
        messages = self._prompts.messages(assignment.ask, number=assignment.number)
        site = CallSite(
            arm=assignment.arm,
            trial=assignment.number,
            operator=assignment.ask.operator,
            purpose=Purpose.PROPOSE,
            asked_after=assignment.asked_after,
        )
        ask = assignment.ask
        leaning = {name.removeprefix(NAMESPACE): factor for name, factor in ask.leaning.items()}
        request = self._client.begin(
            site, messages, tier=ask.tier, seed=assignment.seed, leaning=leaning
        )
        return partial(self._propose, assignment, messages, request)

    def _propose(
        self, assignment: Assignment, messages: Sequence[Message], request: Request
    ) -> Proposal:
        try:
            call = self._client.finish(request)
        except (NoAnswer, BudgetSpent) as exc:  # spent, when another model would cost more
            nothing = Proposal(proposer="llm", source=None, rejection=str(exc))
            return self._rejected.get(assignment.number, nothing)
        try:
            return _proposal(call, assignment)
        except ReplyError as exc:
            return self._mended(assignment, messages, request, call, str(exc))

    def _mended(
        self,
        assignment: Assignment,
        messages: Sequence[Message],
        request: Request,
        call: Call,
        error: str,
    ) -> Proposal:
        """Ask once more, quoting the error; the same model, unless it is down."""
        rejected = Proposal(proposer=_named(call), source=None, rejection=error)
        site = replace(request.site, purpose=Purpose.REPAIR)
        seed = derive_seed("repair", assignment.seed)
        try:
            again = self._client.begin(
                site,
                self._prompts.repair(messages, call.text, error),
                seed=seed,
                first=call.request.model,
            )
            mended = self._client.finish(again)
        except (NoAnswer, BudgetSpent) as exc:
            nothing = replace(rejected, rejection=f"{error} (no second answer: {exc})")
            return self._rejected.get(assignment.number, nothing)
        try:
            return _proposal(mended, assignment)
        except ReplyError as exc:
            return replace(rejected, rejection=f"{exc} (asked twice)")


def _proposal(call: Call, assignment: Assignment) -> Proposal:
    reply = read_reply(call.text, assignment.ask.parent, finish=call.finish)
    return Proposal(proposer=_named(call), source=reply.source, idea=reply.idea)


def _named(call: Call) -> str:
    return NAMESPACE + call.request.model
