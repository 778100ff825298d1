"""What was asked and answered for a trial, read and printed."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from adrs.core.call import CallOutcome, Message, Purpose, Speaker
from adrs.core.evaluation import Verdict
from adrs.core.run import ModelUse
from adrs.core.trial import Arm
from adrs.errors import UsageError
from adrs.report.program.dialogue import Dialogue, read_dialogue
from adrs.report.program.transcript import render_dialogue, visible

MakeBook = Callable[..., Any]
Paper = Callable[[int], Console]
USE = ModelUse(models=("openai/small",), calls=40)


@pytest.fixture
def asked(make_book: MakeBook) -> Any:
    return make_book(models=USE, proposer="openai/small")


def read(book: Any, number: int, arm: Arm = Arm.SEARCH) -> Dialogue:
    return read_dialogue(book.archive, book.archive.run("amber-fox"), arm, number)


def printed(dialogue: Dialogue, console: Console) -> str:
    render_dialogue(dialogue, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def mended(book: Any) -> None:
    """Trial 2: refused for a while, answered badly, and mended."""
    book.call(2, CallOutcome.RATE_LIMITED)
    first = book.call(2, text="no blocks", attempt=2)
    again = (
        *first.request.messages,
        Message(role=Speaker.ASSISTANT, content="no blocks"),
        Message(role=Speaker.USER, content="There was no block."),
    )
    book.call(1)
    book.call(
        2, purpose=Purpose.REPAIR, text="IDEA: x", request=replace(first.request, messages=again)
    )
    book.archive.add_trial("amber-fox", book.trial(2, factor=1.0))


def test_every_attempt_comes_in_order_with_all_of_it(asked: Any) -> None:
    mended(asked)
    dialogue = read(asked, 2)
    assert [(e.purpose, e.outcome, e.attempt) for e in dialogue.exchanges] == [
        (Purpose.PROPOSE, CallOutcome.RATE_LIMITED, 1),
        (Purpose.PROPOSE, CallOutcome.OK, 2),
        (Purpose.REPAIR, CallOutcome.OK, 1),
    ]
    last = dialogue.exchanges[-1]
    assert [m.role for m in last.messages] == [Speaker.USER, Speaker.ASSISTANT, Speaker.USER]
    assert (last.text, last.cost_usd, last.latency_s) == ("IDEA: x", 0.01, 0.25)
    assert dialogue.fate is not None
    assert (dialogue.fate.verdict, dialogue.fate.idea) == (
        Verdict.OK,
        "wait for spot while there is slack",
    )


def test_the_terminal_shows_all_of_it_once(asked: Any, paper: Paper) -> None:
    mended(asked)
    lines = printed(read(asked, 2), paper(80)).splitlines()
    text = "\n".join(lines)
    assert lines[0] == "spot  amber-fox   search trial 2 · refine · asked after 0 trials"
    assert lines[1].startswith("became     ok, train 99.294, program ")
    assert text.count("Change it. This is trial 2.") == 1
    assert text.count("There was no block.") == 1
    assert "rate limited: HTTP: rate_limited" in text
    assert "sent       the 1 message above, again" in text
    assert "sent       the 1 message above, and 2 more:" in text
    assert "settings   max_tokens 400" in text
    assert "1,000 tokens sent (400 cached) · 100 received (30 reasoning) · $0.01 · 0.25 s" in text
    titles = [line.split("━")[2] for line in lines if line.startswith("━")]
    assert titles == [
        " 1 of 3: proposal, openai/small ",
        " 2 of 3: proposal, openai/small, attempt 2 ",
        " 3 of 3: repair, openai/small ",
    ]


@pytest.mark.parametrize(
    ("trial", "words"),
    [
        ({"verdict": Verdict.REJECTED, "detail": "no block"}, "rejected, no program: no block"),
        ({"verdict": Verdict.TIMEOUT, "detail": "9 s"}, "timeout, program "),
        ({"duplicate": True}, "a duplicate of program "),
    ],
)
def test_what_became_of_it_is_told(
    asked: Any, paper: Paper, trial: dict[str, Any], words: str
) -> None:
    asked.call(3)
    asked.archive.add_trial("amber-fox", asked.trial(3, **trial))
    assert f"became     {words}" in printed(read(asked, 3), paper(80))


def test_a_trial_that_is_not_told_yet_is_shown(asked: Any, paper: Paper) -> None:
    asked.call(5)
    assert "became     nothing yet: its trial is not told." in printed(read(asked, 5), paper(80))


def test_a_trial_without_an_attempt_says_so(asked: Any, paper: Paper) -> None:
    asked.archive.add_trial("amber-fox", asked.trial(6, verdict=Verdict.REJECTED, detail="none"))
    assert "attempts   none on record" in printed(read(asked, 6), paper(80))


def test_a_stored_answer_of_another_run_says_so(asked: Any, paper: Paper) -> None:
    asked.call(5, cached_from="calm-lynx", usd=None)
    text = printed(read(asked, 5), paper(100))
    assert "a stored answer of calm-lynx: not sent" in text
    assert "price unknown" in text


def test_nothing_is_cut_and_nothing_obeyed(asked: Any, paper: Paper) -> None:
    long = "x" * 500
    asked.call(5, text=f"{long}\n\x1b[2J[bold]b[/bold]\u202e\tend\r\n")
    text = printed(read(asked, 5), paper(60))
    assert long in text
    assert "\\x1b[2J[bold]b[/bold]\\u202e" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_escapes_keep_lines_and_tabs() -> None:
    assert visible("a\tb\r\nc\rd\x00é漢") == "a\tb\nc\\rd\\x00é漢"


@pytest.mark.parametrize(
    ("changes", "number", "arm", "message"),
    [
        ({"models": USE}, 99, Arm.SEARCH, "run amber-fox has no trial 99; its trials are 1 to 4"),
        ({"models": USE}, 0, Arm.SEARCH, "trial 0 is the initial program"),
        ({"models": USE}, 4, Arm.CONTROL, "its edits are blind"),
        ({"models": None}, 4, Arm.SEARCH, "asked no model: mutator/ast@1 changes programs blindly"),
        ({"proposer": "replay:calm-lynx"}, 4, Arm.SEARCH, "`adrs prompt calm-lynx 4` shows"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_its_reason(
    make_book: MakeBook, changes: dict[str, Any], number: int, arm: Arm, message: str
) -> None:
    book = make_book(**changes)
    book.archive.add_trial("amber-fox", book.trial(4))
    with pytest.raises(UsageError, match=message):
        read(book, number, arm)


def test_an_empty_run_has_no_trials(asked: Any) -> None:
    with pytest.raises(UsageError, match="has no trial 1; it has none yet"):
        read(asked, 1)
