"""An edited region is written back faithfully, and the lines of what is untouched stay."""

import ast
from collections.abc import Callable

import pytest

from adrs.core.program import Program
from adrs.core.vocabulary import Vocabulary
from adrs.proposers.mutator.dice import Dice
from adrs.proposers.mutator.draft import Draft, advanced
from adrs.proposers.mutator.mix import OPERATORS
from adrs.proposers.mutator.nodes import replaced, same
from adrs.proposers.mutator.outline import Outline, outline_of
from adrs.proposers.mutator.words import Words

CHAIN = """def f(a, b):
    # EVOLVE-BLOCK-START
    # above the chain
    if a > 1.0:  # first
        # inside first
        x = 1.0  # one
    # before second
    elif a > 2.0:  # second
        x = 2.0  # two
    else:  # otherwise
        x = 3.0  # three
        y = (4.0,
             5.0)  # four and five
    # behind the chain

    return x  # result
    # the end
    # EVOLVE-BLOCK-END
"""


def body(source: str) -> str:
    return source.split("# EVOLVE-BLOCK-START\n")[1].split("    # EVOLVE-BLOCK-END", maxsplit=1)[0]


def written(source: str, change: Callable[[ast.Module], ast.AST]) -> str:
    """Return the region's text after a change of its tree; check that it means the same."""
    outline = outline_of(source, Vocabulary())
    region = change(outline.region)
    assert isinstance(region, ast.Module)
    text = outline.text(region)
    assert same(outline_of(text, Vocabulary()).region, region)
    return body(text)


def chain_with(change: Callable[[ast.Module], ast.AST]) -> str:
    return written(CHAIN, change)


def test_an_unchanged_region_keeps_its_text() -> None:
    assert chain_with(lambda region: region) == body(CHAIN)


def test_a_changed_statement_costs_only_its_own_line() -> None:
    new = ast.parse("x = 9.5").body[0]
    text = chain_with(lambda region: replaced(region, (("body", 0), ("body", 0)), new))
    assert text == body(CHAIN).replace("x = 1.0  # one", "x = 9.5")


def test_a_changed_condition_costs_only_the_header() -> None:
    new = ast.parse("b < 0.5", mode="eval").body
    text = chain_with(lambda region: replaced(region, (("body", 0), ("test", None)), new))
    assert text == body(CHAIN).replace(
        "if a > 1.0:  # first\n        # inside first\n", "if b < 0.5:\n"
    )


def test_a_changed_elif_stays_an_elif() -> None:
    new = ast.parse("b < 0.5", mode="eval").body
    path = (("body", 0), ("orelse", 0), ("test", None))
    text = chain_with(lambda region: replaced(region, path, new))
    assert text == body(CHAIN).replace("elif a > 2.0:  # second", "elif b < 0.5:")


def test_a_change_below_an_elif_keeps_everything_else() -> None:
    new = ast.parse("x = 9.5").body[0]
    path = (("body", 0), ("orelse", 0), ("orelse", 0))
    text = chain_with(lambda region: replaced(region, path, new))
    assert text == body(CHAIN).replace("x = 3.0  # three", "x = 9.5")


@pytest.mark.parametrize("code", ["pass", "if b:\n    x = 0.5", "for x in a:\n    pass\nb = 1"])
def test_the_rest_of_a_chain_can_be_replaced(code: str) -> None:
    new = ast.parse(code).body
    text = chain_with(lambda region: replaced(region, (("body", 0), ("orelse", None)), new))
    assert "if a > 1.0:  # first" in text
    assert "return x  # result\n    # the end\n" in text


def test_the_rest_of_a_chain_can_be_dropped() -> None:
    text = chain_with(lambda region: replaced(region, (("body", 0), ("orelse", None)), []))
    assert "else" not in text
    assert "x = 1.0  # one" in text


def test_an_insertion_keeps_all_lines() -> None:
    new = ast.parse("if b:\n    x = 0.5").body
    text = chain_with(
        lambda region: replaced(region, (("body", None),), [region.body[0], *new, region.body[1]])
    )
    kept = text.replace("    if b:\n        x = 0.5\n", "")
    assert kept == body(CHAIN)


def test_a_deletion_takes_the_comment_above_with_it() -> None:
    text = chain_with(lambda region: replaced(region, (("body", None),), [region.body[1]]))
    assert text == "    # behind the chain\n\n    return x  # result\n    # the end\n"


ODD = [
    "    x = a; y = b\n    return x + 1.5 * y\n",
    "    if a: return 1.5\n    else: return b\n",
    "    if a > 0.5: x = 1.5; y = 2.5\n    else:\n        x = y = b\n    return x + y\n",
    "    for i in range(3): a += 0.5\n    return a\n",
    "    x = (a +  # one\n         0.5)  # two\n    return x\n",
    "    x = a + \\\n        0.5\n    return x\n",
    "\tif a > 0.5:\n\t\tb = 1.5\n\treturn b\n",
    "    text = '''\n  # not a comment\n'''\n    return len(text) * 1.5\n",
    "    with open(a) as f:  # why\n        b = 0.5\n    return b\n",
    "    try:\n        a /= b\n    except ValueError:  # why\n        a = 0.5\n    return a\n",
    "    while a > 0.5:\n        a -= 1.5\n    else:\n        b = 2.5\n    return b\n",
    "    def g(x, *, y=2.5):\n        # inside\n        return x * y\n    return g(a)\n",
    "    @staticmethod\n    def g(x):\n        return x * 1.5\n    return g(a)\n",
    "    match a:\n        case 1.5:\n            b = a\n        case _:\n            a = 0.5\n",
    "    if a > 0.5:\n        if b > 1.5:\n            a = 1\n    elif b:\n        pass\n",
    "    größe = a * 2.5  # Größe\n    return größe\n",
    "    x = a + 0.5\r\n    return x * 1.5\r\n",
    "    return a * 0.5;\n",
    "    if a > 0.5:\n        return -a ** 2\n    return not (a > 1.5 and not b)\n",
    "    return f'{a:.3f}' if a > 0.5 else f\"{b!r}\"\n",
]


def mutants(outline: Outline, vocabulary: Vocabulary, seeds: range) -> list[tuple[ast.Module, str]]:
    found = []
    for one in OPERATORS:
        for seed in seeds:
            draft = Draft(
                outline=outline,
                region=outline.region,
                survey=outline.survey,
                words=Words.of(vocabulary),
                donors=[outline],
                dice=Dice(seed),
                room=None,
            )
            edit = one.apply(draft)
            after = None if edit is None else advanced(draft, edit)
            if after is not None:
                found.append((after.region, outline.text(after.region)))
    return found


@pytest.mark.parametrize("lines", ODD)
def test_odd_layouts_are_written_faithfully(lines: str) -> None:
    source = f"def f(a, b):\n    # EVOLVE-BLOCK-START\n{lines}    # EVOLVE-BLOCK-END\n"
    vocabulary = Vocabulary(numeric=("a", "b"))
    for region, text in mutants(outline_of(source, vocabulary), vocabulary, range(6)):
        assert same(outline_of(text, vocabulary).region, region)


def test_real_programs_are_written_faithfully(
    name: str, read: Callable[[str], Program], vocabularies: dict[str, Vocabulary]
) -> None:
    vocabulary = vocabularies[name]
    outline = outline_of(read(name).source, vocabulary)
    for region, text in mutants(outline, vocabulary, range(8)):
        assert same(outline_of(text, vocabulary).region, region)


def test_the_parent_tree_is_never_changed(
    name: str, read: Callable[[str], Program], vocabularies: dict[str, Vocabulary]
) -> None:
    vocabulary = vocabularies[name]
    outline = outline_of(read(name).source, vocabulary)
    before = ast.dump(outline.region, include_attributes=True)
    mutants(outline, vocabulary, range(4))
    assert ast.dump(outline.region, include_attributes=True) == before
