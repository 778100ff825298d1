"""Which secrets are taken out of texts."""

import pytest

from adrs.proposers.llm.redaction import REDACTED, Redactor


@pytest.mark.parametrize("names", [("A_KEY", "B_KEY"), ("B_KEY", "A_KEY")])
def test_a_secret_that_begins_like_another_leaves_nothing_of_it(names: tuple[str, str]) -> None:
    short, long = "correct-horse", "correct-horse-battery"
    redactor = Redactor(dict(zip(names, (short, long), strict=True)))
    assert redactor.line(f"{long} {short}") == f"{REDACTED} {REDACTED}"
    assert redactor.storable(f"{long} {short}") == f"{REDACTED} {REDACTED}"


def test_whitespace_around_a_secret_is_none_of_it_and_an_empty_one_is_none() -> None:
    redactor = Redactor({"A_KEY": " correct-horse\n", "B_TOKEN": "", "C_SECRET": " "})
    assert redactor.line("it is correct-horse!") == f"it is {REDACTED}!"
