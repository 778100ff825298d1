"""What model calls took and what came of them, counted and printed."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from adrs.core.call import CallOutcome, Purpose, Usage
from adrs.core.evaluation import Verdict
from adrs.core.run import ModelUse, RunStatus
from adrs.core.scenario import Split
from adrs.report.run.callpanel import improvement_parts
from adrs.report.run.console import render_report
from adrs.report.run.jsonreport import to_json
from adrs.report.run.spend import CallCount, OutcomeCount, Saving, Spend
from adrs.report.run.summary import summarise
from adrs.report.runs.table import render_runs, run_facts

MakeBook = Callable[..., Any]
Paper = Callable[[int], Console]
USE = ModelUse(models=("openai/small:0.7", "openai/large@strong"), calls=40)
PROPOSER = "openai/small, openai/large"


@pytest.fixture
def asked(make_book: MakeBook) -> Any:
    """Four trials: better by the small model, mended by the large one, rejected, and no better."""
    book = make_book(models=USE, proposer=PROPOSER, evals=None)
    book.humans((Split.TRAIN,))
    for number, factor in ((1, 1.1), (2, 1.0), (4, 1.3)):
        made = book.trial(number, factor=factor, idea=f"idea {number}")
        by = replace(made.proposal, proposer=f"llm/openai/{'large' if number == 2 else 'small'}")
        book.archive.add_trial("amber-fox", replace(made, proposal=by))
    book.archive.add_trial(
        "amber-fox", book.trial(3, verdict=Verdict.REJECTED, detail="no block (asked twice)")
    )
    book.call(1, CallOutcome.RATE_LIMITED)
    book.call(1, CallOutcome.RATE_LIMITED)
    book.call(1)
    book.call(2, CallOutcome.TIMEOUT, model="openai/large")
    book.call(2)
    book.call(2, model="openai/large", purpose=Purpose.REPAIR, usd=0.1)
    book.call(3, model="openai/large", usd=0.1)
    book.call(3, model="openai/large", usd=0.1, purpose=Purpose.REPAIR)
    book.call(4)
    return book


def printed(summary: Any, console: Console) -> str:
    render_report(summary, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_calls_are_counted_by_model(asked: Any) -> None:
    large, small = sorted(asked.summary().spend.models, key=lambda share: share.name)
    assert (large.name, small.name) == ("openai/large", "openai/small")
    assert (large.calls, small.calls) == (3, 3)
    assert (large.usd, small.usd) == pytest.approx((0.3, 0.03))
    assert small.usage == Usage(
        prompt_tokens=3000, completion_tokens=300, cached_tokens=1200, reasoning_tokens=90
    )
    assert small.failed == (OutcomeCount(outcome=CallOutcome.RATE_LIMITED, count=2),)
    assert large.failed == (OutcomeCount(outcome=CallOutcome.TIMEOUT, count=1),)
    assert (large.repairs, small.repairs) == (2, 0)
    assert (large.rejected, small.rejected) == (1, 0)


def test_an_improvement_belongs_to_the_model_whose_answer_became_the_program(asked: Any) -> None:
    summary = asked.summary()
    by_model = {share.name: share.improvements for share in summary.spend.models}
    assert by_model == {"openai/small": 1, "openai/large": 1}
    assert [share.improvements for share in summary.spend.operators] == [2]
    assert [(step.trial, step.idea) for step in summary.steps] == [(1, "idea 1"), (2, "idea 2")]


def test_totals_are_those_of_the_calls_that_were_answered(asked: Any) -> None:
    spend = asked.summary().spend
    assert (spend.calls, spend.failed, spend.unpriced) == (6, 3, 0)
    assert spend.usd == spend.known_usd == pytest.approx(0.33)
    assert spend.usage.prompt_tokens == 6000
    assert spend.usd_per_improvement == pytest.approx(0.165)
    assert spend.calls_per_improvement == 3.0
    assert [(share.name, share.calls) for share in spend.operators] == [("refine", 6)]
    assert spend.overruns == spend.savings == ()


def test_a_refusal_in_words_is_paid_for_and_has_failed(asked: Any) -> None:
    before = asked.summary().spend
    said = Usage(prompt_tokens=9, completion_tokens=1)
    asked.call(5, CallOutcome.REFUSED, usage=said, usd=0.02)
    spend = asked.summary().spend
    assert (spend.calls, spend.failed) == (before.calls + 1, before.failed + 1)
    assert spend.usd == pytest.approx(before.usd + 0.02)
    assert spend.usage.completion_tokens == before.usage.completion_tokens + 1


def test_an_unknown_price_is_said_and_never_taken_for_nothing(asked: Any, paper: Paper) -> None:
    asked.call(6, model="vendor/unheard-of", usd=None)
    summary = asked.summary()
    assert summary.spend.usd is None
    assert summary.spend.usd_per_improvement is None
    assert (summary.spend.unpriced, summary.spend.known_usd) == (1, pytest.approx(0.33))
    assert json.loads(to_json(summary))["spend"]["usd"] is None
    text = squeezed(printed(summary, paper(100)))
    assert "$0.33 and 1 call of unknown price" in text
    assert re.search(r"vendor/unheard-of +1 +1,000 +100 +unknown", text)


def test_only_unknown_prices_give_no_sum(make_book: MakeBook, paper: Paper) -> None:
    book = make_book(models=USE, proposer=PROPOSER)
    book.call(1, usd=None)
    text = squeezed(printed(book.summary(), paper(100)))
    assert "cost unknown, no price is known" in text
    assert "$0.00" not in text


def test_answers_of_another_run_are_savings_and_no_calls(asked: Any, paper: Paper) -> None:
    before = asked.summary().spend
    for trial in (7, 8):
        asked.call(trial, cached_from="calm-lynx", usd=0.25)
    spend = asked.summary().spend
    assert (spend.calls, spend.usd) == (before.calls, before.usd)
    usage = Usage(prompt_tokens=2000, completion_tokens=200, cached_tokens=800, reasoning_tokens=60)
    assert spend.savings == (Saving(run="calm-lynx", answers=2, usage=usage, usd=0.5),)
    assert {share.name: share.reused for share in spend.models}["openai/small"] == 2
    text = squeezed(printed(asked.summary(), paper(100)))
    assert (
        "reused 2 answers of calm-lynx · 2,000 tokens sent · 200 received · $0.50 not paid again"
    ) in text


@pytest.mark.parametrize(
    ("caps", "overrun", "words"),
    [
        ({"calls": 5}, ("calls", 5, 6), "calls by 1 (6 of 5)"),
        ({"tokens": 6000}, ("tokens", 6000, 6600), "tokens by 600 (6,600 of 6,000)"),
        ({"usd": 0.3}, ("usd", 0.3, 0.33), "US dollars by $0.03 ($0.33 of $0.30)"),
    ],
)
def test_a_budget_that_was_exceeded_has_a_line(
    asked: Any, paper: Paper, caps: dict[str, Any], overrun: tuple[str, float, float], words: str
) -> None:
    config = replace(asked.record().config, models=replace(USE, **caps))
    record = replace(asked.archive.run("amber-fox"), name="capped", config=config)
    asked.archive.create_run(record)
    for call in asked.archive.calls("amber-fox"):
        asked.archive.add_call("capped", call)
    summary = summarise(asked.archive, record, asked.facts)
    (found,) = summary.spend.overruns
    assert (found.budget, found.cap) == overrun[:2]
    assert found.spent == pytest.approx(overrun[2])
    assert f"exceeded the budget of {words}" in squeezed(printed(summary, paper(100)))


def test_a_budget_that_held_has_none(asked: Any, paper: Paper) -> None:
    assert "exceeded" not in printed(asked.summary(), paper(100))


def test_a_budget_that_is_used_up_to_the_last_was_not_exceeded(asked: Any) -> None:
    def overruns(**caps: Any) -> list[str]:
        counted = CallCount(asked.archive.calls("amber-fox"))
        use = replace(USE, **caps)
        found = counted.spend(use, evaluations=9, improved=(), rejected=()).overruns
        return [overrun.budget for overrun in found]

    assert overruns(calls=6, tokens=6_600, usd=0.33) == []
    assert overruns(calls=5, tokens=6_599, usd=0.32) == ["calls", "tokens", "usd"]
    asked.call(9, usd=None)
    assert overruns(calls=7, usd=0.32) == ["usd"]  # by the calls whose price is known


def test_stored_answers_cost_no_improvement_anything(asked: Any) -> None:
    stored = [replace(call, cached_from="z") for call in asked.archive.calls("amber-fox")]
    stored[0] = replace(stored[0], cached_from="b")
    for calls in (stored, stored[::-1]):
        spend = CallCount(calls).spend(USE, evaluations=9, improved=(1,), rejected=())
        per_improvement = (spend.usd_per_improvement, spend.calls_per_improvement)
        assert (spend.calls, *per_improvement) == (0, None, None)
        assert [saving.run for saving in spend.savings] == ["b", "z"]


def test_a_run_that_used_up_recorded_answers_is_not_said_to_have_more(make_book: MakeBook) -> None:
    replayed = make_book(proposer="replay:calm-lynx", evals=None).finished(improved=False)
    assert replayed.run.next == ("adrs report amber-fox --json",)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_a_run_with_models_fits_every_width(asked: Any, paper: Paper, width: int) -> None:
    asked.call(9, CallOutcome.UNKNOWN, model="vendor/" + "long-name-" * 9)
    asked.call(9, model="vendor/" + "long-name-" * 9)
    asked.call(9, cached_from="calm-lynx")
    text = printed(asked.summary(), paper(width))
    assert max(map(len, text.splitlines())) <= width
    assert "openai/small" in text
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", text)


def test_the_report_tells_calls_failures_and_ideas(asked: Any, paper: Paper) -> None:
    lines = printed(asked.summary(), paper(120)).splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in lines if "openai/" in line[:16]}
    assert rows["openai/large"] == ["3", "3,000", "300", "$0.30", "2", "1", "1"]
    assert rows["openai/small"] == ["3", "3,000", "300", "$0.03", "–", "–", "1"]
    assert any(line.split()[:2] == ["refine", "6"] for line in lines)
    text = squeezed(printed(asked.summary(), paper(200)))
    assert (
        "spend 6 calls · 6,000 tokens sent (2,400 cached) · 600 received (180 reasoning) · $0.33 · "
        "$0.165 and 3 calls per improvement"
    ) in text
    assert (
        "failed openai/large 1 attempt: 1 timeout · openai/small 2 attempts: 2 rate limited"
    ) in text
    ideas = [line.split() for line in lines if re.match(r" +#\d", line)]
    assert [(row[0], row[-2:]) for row in ideas] == [("#2", ["idea", "2"]), ("#1", ["idea", "1"])]
    assert ideas[0][-3] == "openai/large"


@pytest.mark.parametrize(
    ("calls", "words"), [(1.0, "1 call"), (1.02, "1 call"), (1.5, "1.5 calls"), (12.0, "12 calls")]
)
def test_what_an_improvement_took_is_told_in_words(calls: float, words: str) -> None:
    spend = Spend(calls=12, usd=None, evaluations=12, calls_per_improvement=calls)
    assert improvement_parts(spend) == [f"{words} per improvement"]


def test_a_run_without_calls_looks_as_it_did(make_book: MakeBook, paper: Paper) -> None:
    text = printed(make_book().finished(), paper(100))
    assert re.search(r"^spend      0 calls · \$0\.00 · \d+ evaluations", text, flags=re.MULTILINE)
    assert "model calls" not in text
    assert "failed" not in text


def test_an_unfinished_run_says_how_many_calls_it_made(asked: Any) -> None:
    asked.archive.set_status("amber-fox", RunStatus.INTERRUPTED, spent_s=3.0)
    summary = asked.summary()
    assert "interrupted after 3 evaluations from 6 of 40 model calls" in summary.verdict.sentence
    assert summary.run.next == ("adrs resume amber-fox",)


def test_a_replay_says_of_which_run(make_book: MakeBook, paper: Paper) -> None:
    book = make_book(models=USE, proposer=PROPOSER, replays="calm-lynx")
    book.call(1, cached_from="calm-lynx")
    summary = book.summary()
    assert "replay of calm-lynx" in printed(summary, paper(120)).splitlines()[0]
    assert summary.setup.replays == "calm-lynx"
    console = paper(160)
    record = book.archive.run("amber-fox")
    render_runs([record], console, facts=run_facts(book.archive, [record]))
    assert "replay of calm-lynx" in console.file.getvalue()  # type: ignore[attr-defined]


def test_runs_show_calls_and_their_cost(asked: Any, make_book: MakeBook, paper: Paper) -> None:
    record = asked.archive.run("amber-fox")
    blind = make_book()
    other = replace(blind.archive.run("amber-fox"), name="calm-lynx")
    asked.archive.create_run(other)
    facts = run_facts(asked.archive, [record, other])
    assert [(fact.calls, fact.usd) for fact in facts] == [(6, pytest.approx(0.33)), (None, None)]
    console = paper(80)
    render_runs([record, other], console, facts=facts)
    assert isinstance(console.file, io.StringIO)
    heading, _, first, second = console.file.getvalue().splitlines()
    assert [
        line[heading.index("calls") : heading.index("cost") + 4].split() for line in (first, second)
    ] == [
        ["6", "$0.33"],
        ["–", "–"],
    ]


@pytest.mark.parametrize(
    ("proposer", "blind", "model"),
    [
        ("mutator/ast@1", True, False),
        ("manual/desk", False, False),
        ("manual/desk, openai/small", False, True),
        ("replay:calm-lynx", False, True),
        ("openai/small", False, True),
    ],
)
def test_who_proposes_is_never_misnamed(
    make_book: MakeBook, paper: Paper, proposer: str, blind: bool, model: bool
) -> None:
    summary = make_book(proposer=proposer).finished()
    text = squeezed(printed(summary, paper(200)))
    assert ("no language model" in text.partition("Improved")[0]) is blind
    assert any("blind mutation" in note for note in summary.verdict.notes) is blind
    assert summary.setup.language_model is model


def test_more_of_the_same_names_the_models_and_their_budgets(
    make_book: MakeBook, paper: Paper
) -> None:
    address = "http://127.0.0.1:8000/v1"
    use = replace(USE, usd=0.5, settings={"*": {"base_url": address}})
    book = make_book(models=use, proposer=PROPOSER, evals=None)
    summary = book.finished(champion=1.0, improved=False)
    command = (
        "adrs run spot --model openai/small:0.7 --model openai/large@strong "
        f"--base-url {address} --calls 160 --usd 2 --param zones=3 --order ordered --window 8"
    )
    assert summary.run.next[0] == command
    for width in (60, 80, 120):
        text = printed(summary, paper(width))
        assert command in squeezed(text.replace(" \\\n", "\n"))
    own = replace(use, settings={"openai/large@strong": {"temperature": 0.5}})
    settings = make_book(models=own, proposer=PROPOSER).finished(champion=1.0, improved=False)
    assert "--config FILE" in settings.run.next[0]
