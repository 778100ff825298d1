from collections.abc import Callable

import pytest

from adrs.search.adaptive.kin import Birth
from adrs.search.adaptive.scratchpad import EVERY, MOST_WORDS, Scratchpad
from adrs.search.member import Member


def _text(births: list[Birth], make_birth: Callable[..., Birth]) -> str:
    """Tell the births after as many silent ones as make a rewriting due."""
    scratchpad = Scratchpad()
    for _ in range(-len(births) % EVERY):
        scratchpad.tell(make_birth(9.0))
    for birth in births:
        scratchpad.tell(birth)
    return scratchpad.text


def test_it_tells_what_helped_what_did_not_and_what_was_tried(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    parent = scored(5.0, fingerprint="same")
    births = [
        make_birth(4.0, parent=parent, idea="wait less", record=True),
        make_birth(4.5, parent=parent, idea="wait later"),
        make_birth(6.0, parent=parent, idea="wait more"),
        make_birth(None, parent=parent, idea="wait for ever"),
        make_birth(5.0, parent=parent, idea="wait the same", fingerprint="same"),
        make_birth(5.0, parent=parent, idea="wait again", repeats=True),
        make_birth(7.0, parent=parent, idea="forecast", operator="paradigm"),
        make_birth(6.5, parent=parent, idea="bring it back", cycles=True),
    ]
    number = births[0].trial.number
    assert _text(births, make_birth).splitlines() == [
        f"Best so far: 4, trial {number}: wait less",
        "Approaches tried, the best first:",
        "- 7: forecast",
        "What helped, the largest gains first:",
        "- 5 to 4: wait less",
        "- 5 to 4.5: wait later",
        "What did not help, the latest first:",
        "- no better, 6.5: bring it back",
        "- tried before: wait again",
        "- decides the same: wait the same",
        "- exception: wait for ever",
        "- no better, 6: wait more",
        "1 of the changes brought back lines that had been deleted before.",
    ]


def test_it_is_rewritten_every_few_trials(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    scratchpad, parent, texts = Scratchpad(), scored(5.0), []
    for number in range(3 * EVERY):
        scratchpad.tell(make_birth(4.0 - number / 100, parent=parent, idea=f"idea {number}"))
        texts.append(scratchpad.text)
    assert texts[: EVERY - 1] == [""] * (EVERY - 1)
    assert len(set(texts)) == 4


@pytest.mark.parametrize("idea", ["word " * 500, "a\nline\n" * 40, "x" * 5_000])
def test_it_never_has_more_than_600_words(
    make_birth: Callable[..., Birth], scored: Callable[..., Member], idea: str
) -> None:
    parent = scored(5.0)
    births = [
        make_birth(score, parent=parent, operator=operator, idea=idea, record=True)
        for score in (1.0, 9.0, None)
        for operator in ("refine", "paradigm")
        for _ in range(20)
    ]
    text = _text(births, make_birth)
    assert 0 < len(text.split()) <= MOST_WORDS
    assert len(text) < 10 * MOST_WORDS


def test_the_initial_program_is_not_told_of(make_birth: Callable[..., Birth]) -> None:
    assert _text([make_birth(5.0, record=True)], make_birth) == ""


def test_a_tuning_that_failed_is_not_told_of(
    make_birth: Callable[..., Birth], scored: Callable[..., Member]
) -> None:
    tuned = make_birth(None, parent=scored(5.0), operator="tune", idea="tuned 3 constants")
    assert _text([tuned], make_birth) == ""
