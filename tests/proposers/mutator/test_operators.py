"""Every elementary operator does what its name says, and nothing where it does not apply."""

from collections.abc import Sequence

import pytest

from adrs.core.vocabulary import Vocabulary
from adrs.proposers.mutator.dice import Dice
from adrs.proposers.mutator.draft import Draft, advanced, apply, growth
from adrs.proposers.mutator.mix import BORROWING, OPERATORS, SINGLE
from adrs.proposers.mutator.nodes import size
from adrs.proposers.mutator.outline import outline_of
from adrs.proposers.mutator.words import Words

BY_NAME = {one.name: one for one in OPERATORS}
WORDS = Vocabulary(
    numeric=("a", "b"),
    numeric_lists=("xs",),
    booleans=("ready",),
    terms=("a / max(b, 1.0)",),
    guards=("a < {c} * b",),
    enums=("GO", "WAIT"),
    siblings=(("near", "far"),),
    snippets=("if ready:\n    return WAIT",),
    frozen=("fixed",),
    const_range=(0.5, 2.0),
)


def program(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return (
        "GO, WAIT = 1, 2\n\n\ndef near(x):\n    return x\n\n\ndef far(x):\n    return -x\n\n\n"
        "def f(a, b, xs, ready, fixed):\n    # EVOLVE-BLOCK-START\n"
        f"{lines}    # EVOLVE-BLOCK-END\n"
    )


def drafted(body: str, donors: Sequence[str], vocabulary: Vocabulary, seed: int) -> Draft:
    outline = outline_of(program(body), vocabulary)
    return Draft(
        outline=outline,
        region=outline.region,
        survey=outline.survey,
        words=Words.of(vocabulary),
        donors=[outline_of(program(donor), vocabulary) for donor in donors],
        dice=Dice(seed),
        room=None,
    )


def results(
    operator: str,
    body: str,
    *,
    donors: Sequence[str] = (),
    vocabulary: Vocabulary = WORDS,
    seeds: int = 60,
) -> set[str]:
    """Return the bodies that one operator makes of `body`, over some seeds."""
    found = set()
    for seed in range(seeds):
        draft = drafted(body, donors, vocabulary, seed)
        edit = BY_NAME[operator].apply(draft)
        after = None if edit is None else advanced(draft, edit)
        if edit is not None and after is not None:
            assert growth(edit) == size(after.region) - size(draft.region)
            text = draft.outline.text(after.region).split("# EVOLVE-BLOCK-START\n")[1]
            lines = text.split("    # EVOLVE-BLOCK-END")[0].splitlines()
            found.add("\n".join(line[4:] for line in lines))
    return found


@pytest.mark.parametrize(
    ("operator", "body", "expected"),
    [
        ("const", "return a + 3", {"return a + 2", "return a + 4"}),
        ("const", "return a * 0", {"return a * 1"}),
        ("del", "return a - b", {"return a", "return b"}),
        ("del", "return min(a, 3.0)", {"return a", "return 3.0"}),
        ("del", "return 3.0 if ready else a", {"return 3.0", "return a"}),
        ("del", "return -a", {"return a"}),
        ("cmp", "return a < b", {"return a <= b", "return a > b", "return a >= b"}),
        ("cmp", "return a == b", {"return a != b"}),
        ("binop", "return a * b", {"return a + b", "return a - b", "return a / max(b, 1e-06)"}),
        ("binop", "return a * 4", {"return a + 4", "return a - 4", "return a / 4"}),
        ("binop", "return min(a, b)", {"return max(a, b)"}),
        ("enum", "return GO", {"return WAIT"}),
        ("call", "return near(a)", {"return far(a)"}),
        ("sdel", "a = 1.0\nreturn b", {"return b"}),
        ("smove", "a = 1.0\nb = a\nreturn b", {"b = a\na = 1.0\nreturn b"}),
        ("simp", "return a * 1", {"return a"}),
        ("simp", "return 0 + a", {"return a"}),
        ("simp", "return a + 2.0 * 3.0", {"return a + 6.0"}),
        ("simp", "return max(a, a)", {"return a"}),
        ("simp", "if a < b:\n    return GO", {"return GO"}),
        ("snippet", "return GO", {"if ready:\n    return WAIT\nreturn GO"}),
        ("xover", "return a", {"return b * 7.5", "return b", "return 7.5"}),
        ("block", "return GO", {"a += 7.5\nreturn GO"}),
    ],
)
def test_operator_makes_exactly_these(operator: str, body: str, expected: set[str]) -> None:
    donors = {"xover": ["return b * 7.5"], "block": ["a += 7.5"]}.get(operator, [])
    assert results(operator, body, donors=donors) == expected


@pytest.mark.parametrize(
    ("operator", "body", "patterns"),
    [
        ("ins", "return a", ["a + ", "a - ", "a * (1.0 ", "a / max(", "min(a, ", "max(a, "]),
        ("const", "return a + 2.5", ["return a + "]),
        ("sub", "return 4.5", ["return a", "return b", "return sum(xs)", "max("]),
        ("tern", "return a", [" if a < ", " else a", "return a if "]),
        ("tern", "return GO", ["return GO if ", "else GO", "WAIT if "]),
        ("bool", "if ready and a < b:\n    return GO", ["or", "not (", "if ready:", "if a < b:"]),
        ("bool", "if ready:\n    return GO", ["not ready", "ready and ", "ready or "]),
        ("var", "return a", ["return b", "return a / max(b, 1.0)"]),
        ("guard", "return GO", ["    return WAIT", "    return GO", "if a < ", "ready:"]),
        ("guard", "t = 1.5 * a\nreturn t", ["    t += ", "    t -= "]),
        ("guard", "for x in xs:\n    near(x)", ["        break", "        continue"]),
        ("constall", "return 2.5 * a + 1.5 * b", [" * a + ", " * b"]),
    ],
)
def test_operator_makes_such_as(operator: str, body: str, patterns: list[str]) -> None:
    found = results(operator, body, seeds=150)
    assert body not in found
    for pattern in patterns:
        assert any(pattern in text for text in found), pattern


def test_every_operator_is_in_a_table_above() -> None:
    marks = [
        test_operator_makes_exactly_these.pytestmark,  # type: ignore[attr-defined]
        test_operator_makes_such_as.pytestmark,  # type: ignore[attr-defined]
    ]
    tested = {row[0] for mark in marks for row in mark[0].args[1]}
    assert tested == set(BY_NAME)


@pytest.mark.parametrize(
    ("operator", "body"),
    [
        ("const", "return a"),
        ("const", "return xs[0]"),
        ("const", "return max(a, 1e-6)"),
        ("const", "return a ** 2.0"),
        ("constall", "return 2.5 * a"),
        ("cmp", "return a in xs"),
        ("enum", "return a"),
        ("call", "return abs(a)"),
        ("sdel", "return a"),
        ("sdel", "fixed = a\nreturn fixed"),
        ("sdel", "fixed.append(a)\nreturn fixed"),
        ("smove", "fixed = a\nfixed = b\nreturn fixed"),
        ("simp", "return a * b"),
        ("xover", "return a"),
        ("block", "return a"),
        ("binop", "return a ** 2.0"),
        ("var", "return fixed < 1.0"),
    ],
)
def test_operator_leaves_alone(operator: str, body: str) -> None:
    assert results(operator, body) == set()


def test_constants_are_written_with_five_digits() -> None:
    for text in results("const", "return a + 2.5"):
        digits = text.rpartition(" ")[2].replace(".", "").split("e")[0].strip("0")
        assert len(digits) <= 5


def test_new_constants_are_of_the_declared_magnitude() -> None:
    for text in results(
        "guard",
        "return GO",
        vocabulary=Vocabulary(enums=("GO",), guards=("{c}",), const_range=(3.0, 4.0)),
    ):
        assert 3.0 <= float(text.split("if ")[1].split(":")[0]) <= 4.0


def test_an_index_and_the_bounds_of_a_range_stay_whole() -> None:
    body = "i = 0\nfor k in range(len(xs) - 1):\n    i = k + 1\n    b += xs[i]\nreturn b"
    for operator in ("ins", "sub", "var", "xover", "tern", "binop"):
        for text in results(operator, body, donors=["return a * 7.5"]):
            index = text.partition("xs[")[2].partition("]")[0]
            bound = text.partition("range(")[2].partition("):")[0]
            assert "." not in index
            assert "." not in bound
            assert "i = 0" in text or operator in ("var", "xover")
            assert not any(f"i = {x}" in text for x in ("a", "b", "7.5"))


def test_an_enum_is_never_used_as_a_number() -> None:
    for operator in ("ins", "sub", "var", "tern"):
        for text in results(operator, "t = a + 1.5\nreturn GO if t > 2.5 else WAIT", seeds=150):
            for word in ("GO", "WAIT"):
                for sign in "+-*/<":
                    assert f"{word} {sign}" not in text
                    assert f"{sign} {word}" not in text


def test_a_name_is_used_only_where_it_is_bound() -> None:
    body = "if ready:\n    late = 2.5 * a\nfirst = a + 0.5\nlate = first\nreturn late"
    for operator in ("ins", "var", "sub", "tern"):
        for text in results(operator, body, seeds=150):
            before = text.split("\nlate = ")[0].split("\nfirst = ")[1]
            assert "late" not in before
            assert "first" not in before


@pytest.mark.parametrize(
    "donor",
    [
        "hidden = 7.5\nreturn hidden + a",
        "return [y * 7.5 for y in xs][0]",
        "GO = 7.5\nreturn GO",
        "for y in xs:\n    if y > 7.5:\n        break\nreturn a",
    ],
)
def test_what_is_borrowed_runs(donor: str) -> None:
    for operator in ("xover", "block"):
        for text in results(operator, "t = a + 1.5\nreturn t", donors=[donor], seeds=100):
            scope: dict[str, object] = {}
            exec(program(text), scope)
            function = scope["f"]
            assert callable(function)
            function(1.0, 2.0, [3.0, 4.0], True, 5.0)


def test_members_of_the_instance_are_known_or_not_used() -> None:
    head = (
        "class P:\n    def __init__(self):\n        self.known = 1.0\n\n    def f(self, a):\n"
        "        # EVOLVE-BLOCK-START\n"
    )
    source = f"{head}        return a * 0.5\n        # EVOLVE-BLOCK-END\n"
    vocabulary = Vocabulary(numeric=("self.known", "self.unknown"))
    outline = outline_of(source, vocabulary)
    texts = set()
    for seed in range(60):
        draft = Draft(
            outline=outline,
            region=outline.region,
            survey=outline.survey,
            words=Words.of(vocabulary),
            donors=(),
            dice=Dice(seed),
            room=None,
        )
        edit = BY_NAME["ins"].apply(draft)
        assert edit is not None
        texts.add(outline.text(apply(outline.region, edit)))
    assert any("self.known" in text.split("START")[1] for text in texts)
    assert not any("self.unknown" in text for text in texts)


def test_the_mixes_are_what_their_names_say() -> None:
    assert {one.name for one in BORROWING} == {"xover", "block"}
    assert {one.name for one in SINGLE} == set(BY_NAME) - {"xover", "block", "constall"}
    assert len(BY_NAME) == len(OPERATORS)
