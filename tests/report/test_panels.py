"""Where gains come from, per-scenario bars, convergence and ablation: figures and pictures."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from adrs.core.evaluation import Verdict
from adrs.core.objective import Direction, Objective
from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.report.layout import CHAMPION as CHAMPION_STYLE
from adrs.report.layout import WORSE, emit
from adrs.report.run.model import Estimate
from adrs.report.run.panels import ablation_lines, panel_lines

MakeBook = Callable[..., Any]
CHAMPION = "def decide(obs):\n    return 'champion'\n"
COMPARED = (Split.TRAIN, Split.VALIDATION, Split.HELDOUT)


def shown(summary: Any, width: int = 120) -> list[str]:
    return [line.plain for line in panel_lines(summary, width)]


def proposed_by(trial: Any, proposer: str, operator: str) -> Any:
    proposal = replace(trial.proposal, proposer=proposer, operators=())
    return replace(trial, proposal=proposal, operator=operator)


@pytest.fixture
def mixed(make_book: MakeBook) -> Any:
    """A search in which a model gains 6, the tuner 3 and another model 1 of 10 parts."""
    book = make_book(noise=0.0, proposer="openai/small, openai/large")
    book.humans((Split.TRAIN,))
    asked = (
        ("llm/openai/small", "refine", 1.12),
        ("tuner/cma@1", "tune", 1.09),
        ("llm/openai/large", "rewrite", 1.08),
    )
    for number, (proposer, operator, factor) in enumerate(asked, start=1):
        trial = proposed_by(book.trial(number, factor=factor), proposer, operator)
        book.archive.add_trial("amber-fox", trial)
    return book


def test_the_gain_is_shared_by_proposer_and_by_operator(mixed: Any) -> None:
    summary = mixed.summary()
    assert [(g.name, g.share) for g in summary.proposers] == [
        ("openai/small", pytest.approx(0.6)),
        ("tuner/cma@1", pytest.approx(0.3)),
        ("openai/large", pytest.approx(0.1)),
    ]
    assert [g.name for g in summary.operators] == ["refine", "tune", "rewrite"]


def test_the_control_stands_beside_model_and_tuner(mixed: Any) -> None:
    trial = mixed.trial(1, arm=Arm.CONTROL, factor=1.13)
    mixed.archive.add_trial("amber-fox", trial)
    summary = mixed.summary()
    assert summary.curve(Arm.SEARCH).gain_share == pytest.approx(1.0)
    assert summary.curve(Arm.CONTROL).gain_share == pytest.approx(0.5)
    text = "\n".join(shown(summary))
    for line in ("███▋   openai/small 60 %", "█▊     tuner/cma@1 30 %", "by kind of change"):
        assert line in text
    assert "███    blind edits alone 50 %" in text


def test_a_search_that_gained_nothing_has_no_shares(make_book: MakeBook) -> None:
    book = make_book()
    book.humans((Split.TRAIN,))
    book.archive.add_trial("amber-fox", book.trial(1, arm=Arm.CONTROL, factor=0.9))
    summary = book.summary()
    assert summary.proposers == ()
    assert summary.curve(Arm.CONTROL).gain_share is None
    assert not any("sources" in line for line in shown(summary))


def test_scenarios_are_sorted_from_the_largest_gain_to_the_largest_loss(
    make_book: MakeBook,
) -> None:
    book = make_book()
    tally = book.finished(champion=0.97).scenarios
    changes = [each.change for each in tally.changes]
    assert changes == sorted(changes)  # of a cost, less is better
    assert (changes[0], changes[-1]) == (tally.best, tally.worst)
    assert len({each.scenario for each in tally.changes}) == 100
    own = book.values("champion", Split.HELDOUT, 0.97)
    assert all(each.value == own[int(each.scenario[-4:])] for each in tally.changes)
    assert tally.changes[0].scenario.startswith("heldout/")


def test_more_is_better_turns_the_order_round(make_book: MakeBook) -> None:
    objective = Objective(metric="goodput", unit="/s", direction=Direction.MAXIMIZE)
    book = make_book(objective=objective, bound=None)
    changes = [each.change for each in book.finished(champion=1.03, control=1.0).scenarios.changes]
    assert changes == sorted(changes, reverse=True)


def test_where_a_scenario_is_0_raw_differences_are_drawn(make_book: MakeBook) -> None:
    book = make_book(bound=None, noise=0.0)
    for name, role, values in (
        ("uniform", Role.BASELINE, (0.0, 4.0, 4.0)),
        ("champion", Role.CHAMPION, (2.0, 1.0, 4.0)),
    ):
        for split in COMPARED:
            whole = book.evaluation(name, split, 1.0)
            made = replace(whole, values=values, score=sum(values) / 3)
            book.add(role, name, made, label="uniform" if role is Role.BASELINE else "")
    book.conclude("champion", improved=True, control=None)
    summary = book.summary()
    assert [each.value - each.against for each in summary.scenarios.changes] == [-3.0, 0.0, 2.0]
    lines = shown(summary)
    assert lines[1].startswith("−$3.00 ███")
    assert lines[6].startswith(" $2.00       ███")
    assert not any("%" in line for line in lines)


def test_the_plot_goes_from_the_start_to_the_best_and_names_both(make_book: MakeBook) -> None:
    lines = shown(make_book().finished(), 80)
    assert lines[0].startswith("best so far, on train")
    assert lines[1].startswith(" $86.4 ")
    assert lines[6].startswith("$116.9 ━")
    assert lines[7].split("   ")[-1] != lines[7]
    assert "55 evaluations" in lines[7]
    assert lines[8].startswith("━━ search $86.4 58 %")
    assert lines[9].startswith("── control $90.4 40 %")
    assert sum("┏" in line for line in lines[1:7]) >= 3


@pytest.mark.parametrize("width", [60, 80, 96, 100, 120, 136, 160, 176, 200])
def test_pictures_stand_beside_each_other_and_never_overlap(
    kinds: dict[str, Any], width: int
) -> None:
    for name, summary in kinds.items():
        lines = panel_lines(summary, width)
        assert max((line.cell_len for line in lines), default=0) <= width, name
        headings = [
            heading
            for heading in ("best so far, on train", "sources of the train", "held-out, against")
            if any(heading in line.plain for line in lines)
        ]
        rows = {n for n, line in enumerate(lines) for h in headings if h in line.plain}
        if width >= 120:
            assert len(rows) <= 1, name
        if width == 60 and len(headings) == 3:
            assert len(rows) > 1, name


def test_what_the_terminal_cannot_show_is_drawn_in_plain_characters(make_book: MakeBook) -> None:
    raw = io.BytesIO()
    console = Console(file=io.TextIOWrapper(raw, encoding="ascii"), width=100)
    emit(console, panel_lines(make_book().finished(champion=0.97), 100))
    console.file.flush()
    text = raw.getvalue().decode("ascii")
    assert "?" not in text
    assert "+====" in text


def test_every_change_of_the_champion_tells_what_it_is_worth(kinds: dict[str, Any]) -> None:
    first, second, third = kinds["improved"].ablation
    assert (first.number, first.where, first.removed) == (1, "decide", ("    return 'greedy'",))
    assert first.added == ("    return 'champion'",)
    assert first.change.mean == pytest.approx(1.18 / 0.87 - 1)
    assert first.change.low <= first.change.mean <= first.change.high
    assert first.difference.mean == pytest.approx(first.mean * (1 - 0.87 / 1.18))
    assert (second.verdict, second.mean, second.change) == (Verdict.EXCEPTION, None, None)
    assert third.difference.mean == 0


def test_the_dearest_changes_come_first(kinds: dict[str, Any]) -> None:
    lines = [line.plain for line in ablation_lines(kinds["improved"], 100)]
    assert lines[0].split() == ["change", "taken", "back", "lines", "validation", "change"]
    assert [line.split()[0] for line in lines[2:]] == ["#2", "#1", "#3"]
    assert lines[2].endswith("exception  needed by the rest")
    assert "#1 decide: return 'champion'" in lines[3]
    assert "+1 −1" in lines[3]
    assert "$120.2  +35.63 % [35.63, 35.63]" in lines[3]
    assert lines[4].endswith("$88.6  no difference")


def test_a_change_within_noise_is_called_so(make_book: MakeBook) -> None:
    book = make_book()
    book.ablate("other", (("x = 1\n", 0.871),))
    text = "\n".join(line.plain for line in ablation_lines(book.finished(), 100))
    assert ", within noise" in text


@pytest.mark.parametrize("direction", list(Direction))
def test_a_change_worth_having_is_green_and_one_that_harms_red(
    kinds: dict[str, Any], direction: Direction
) -> None:
    summary = kinds["improved"]
    objective = replace(summary.setup.objective, direction=direction)
    first = summary.ablation[0]  # without it the value is larger
    alone = replace(summary, setup=replace(summary.setup, objective=objective), ablation=(first,))
    line = ablation_lines(alone, 100)[-1]
    styles = {str(span.style) for span in line.spans} | {str(line.style)}
    wanted = CHAMPION_STYLE if direction is Direction.MINIMIZE else WORSE
    assert wanted in styles
    assert (CHAMPION_STYLE in styles) != (WORSE in styles)


def test_noise_around_zero_is_not_called_no_difference(kinds: dict[str, Any]) -> None:
    around = Estimate(mean=0.0, low=-0.01, high=0.02)
    summary = kinds["improved"]
    even = replace(summary.ablation[2], difference=around, change=around)
    (line,) = ablation_lines(replace(summary, ablation=(even,)), 100)[2:]
    assert line.plain.endswith("0.0 % [−1.0, 2.0], within noise")


def test_a_run_without_a_champion_has_no_ablation(kinds: dict[str, Any]) -> None:
    for name in ("interrupted", "empty", "failed", "not significant"):
        assert kinds[name].ablation == ()
        assert ablation_lines(kinds[name], 100) == []
