"""Answers from a recorded run, as if its models answered again; nothing is sent or paid."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from adrs.core.trial import Assignment, Proposal
from adrs.proposers.llm.edits import ReplyError
from adrs.proposers.llm.replies import read_reply
from adrs.proposers.protocol import BudgetSpent


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model answered: the text, and why it stopped there, as the provider said."""

    text: str
    finish: str


class RecordedAnswers:
    """Answers trial k with what the models of a recorded run answered to its trial k.

    The asks may differ from the recorded ones: an answer that does not fit the parent is rejected.

    Args:
        run: the recorded run's name.
        answers: the answers, oldest first, by trial.
    """

    def __init__(self, run: str, answers: Mapping[int, Sequence[Answer]]) -> None:
        self._run = run
        self._answers = answers
        self._last = max(answers, default=0)

    def prepare(self, assignment: Assignment) -> Callable[[], Proposal]:
        """Return what makes the proposal.

        Raises:
            BudgetSpent: the recorded run has no such trial, nor any after it.
        """
        if assignment.number > self._last:
            raise BudgetSpent(f"the recorded answers of {self._run} are used up")
        return partial(self._propose, assignment)

    def _propose(self, assignment: Assignment) -> Proposal:
        name = f"replay:{self._run}"
        rejection = f"{self._run} has no answer to its trial {assignment.number}"
        for answer in self._answers.get(assignment.number, ()):
            try:
                reply = read_reply(answer.text, assignment.ask.parent, finish=answer.finish)
            except ReplyError as exc:
                rejection = str(exc)
                continue
            return Proposal(proposer=name, source=reply.source, idea=reply.idea)
        return Proposal(proposer=name, source=None, rejection=rejection)
