"""A recorded run's answers are read as they were then, why the model stopped included."""

from dataclasses import replace

import pytest

from adrs.api.models import recorded_answers
from adrs.archive.memory import MemoryArchive
from adrs.core.program import Program
from adrs.core.trial import Arm, Ask, Assignment
from adrs.proposers.protocol import BudgetSpent
from adrs.proposers.replay import RecordedAnswers
from adrs.testing.archive_values import a_call, a_record

PARENT = Program.of("# EVOLVE-BLOCK-START\nx = 1\n# EVOLVE-BLOCK-END\n")
ANSWERED = a_call()


def edit(value: int) -> str:
    return f"<<<<<<< SEARCH\nx = 1\n=======\nx = {value}\n>>>>>>> REPLACE\n"


def recorded(*answers: tuple[str, str]) -> RecordedAnswers:
    """Return what proposes the answers, text and finish reason, to the trial of `ANSWERED`."""
    archive = MemoryArchive()
    archive.create_run(a_record("one"))
    for text, finish in answers:
        archive.add_call("one", replace(ANSWERED, text=text, finish=finish))
    return RecordedAnswers("one", recorded_answers(archive, "one"))


def asked(number: int = ANSWERED.site.trial) -> Assignment:
    ask = Ask(operator="refine", parent=PARENT)
    return Assignment(ask=ask, arm=Arm.SEARCH, number=number, asked_after=0, seed=1)


def test_an_answer_that_was_cut_off_is_not_used_but_the_one_that_mended_it() -> None:
    proposal = recorded((edit(2), "length"), (edit(3), "stop")).prepare(asked())()
    assert proposal.source == PARENT.source.replace("x = 1", "x = 3")
    assert proposal.proposer == "replay:one"


def test_an_answer_that_does_not_fit_is_rejected() -> None:
    proposal = recorded((edit(2), "length")).prepare(asked())()
    assert proposal.source is None
    assert "cut off" in proposal.rejection


def test_a_trial_without_an_answer_is_rejected_and_one_beyond_the_last_is_not_asked() -> None:
    answers = recorded((edit(2), "stop"))
    early = answers.prepare(asked(ANSWERED.site.trial - 1))()
    assert early.source is None
    assert "one has no answer to its trial" in early.rejection
    with pytest.raises(BudgetSpent, match="used up"):
        answers.prepare(asked(ANSWERED.site.trial + 1))
