"""Reductions: sound, ordered, finite."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from adrs.core.program import Program, evolve_region, node_count, normalised
from adrs.core.trial import Ask
from adrs.core.vocabulary import Vocabulary
from adrs.proposers.mutator import AstMutator, reductions

HEAD = "def f(a, b, c):\n    # EVOLVE-BLOCK-START\n"
TAIL = "    # EVOLVE-BLOCK-END\n"


def program(body: str) -> str:
    return HEAD + "".join(f"    {line}\n" for line in body.split("\n")) + TAIL


def bodies(source: str, start: str) -> list[str]:
    cut = [evolve_region(text, where="child").body for text in reductions(source, start=start)]
    return ["\n".join(line[4:] for line in body.splitlines()) for body in cut]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a += 2\nreturn b", "return b"),
        ("if a:\n    b = 1\nreturn b", "b = 1\nreturn b"),
        ("if a:\n    b = 1\nelse:\n    b = 2\nreturn b", "b = 2\nreturn b"),
        ("if a:\n    b = 1\nelse:\n    b = 2\nreturn b", "if a:\n    b = 1\nreturn b"),
        ("return a + b", "return a"),
        ("return a and b and c", "return a and c"),
        ("return a and b and c", "return b"),
        ("return min(a, b, c)", "return min(b, c)"),
        ("return a if b else c", "return c"),
        ("return not a", "return a"),
        ("return a * 1", "return a"),
        ("return a + 1.5 * 2.0", "return a + 3.0"),
        ("c = 1\nif a:\n    b = 1\nreturn b", "c = 1\nb = 1\nreturn b"),
        ("return a * 2.6183", "return a * 2.6"),
        ("return a * 0.012345", "return a * 0.012"),
        ("for i in a:\n    b += 1.5\nreturn b", "for i in a:\n    pass\nreturn b"),
    ],
)
def test_such_cuts_are_offered(body: str, expected: str) -> None:
    assert expected in bodies(program(body), program("return 0"))


@pytest.mark.parametrize(
    ("body", "other"),
    [
        ("for i in a:\n    break\nreturn b", "for i in a:\n    pass\nreturn b"),
        ("return min(a, b)", "return min(a)"),
        ("return pow(a, b, c)", "return pow(a, b)"),
        ("return a * 12345", "return a * 12000.0"),
    ],
)
def test_what_saves_nothing_or_means_something_else_is_not_offered(body: str, other: str) -> None:
    assert other not in bodies(program(body), program("return 0"))


def test_a_changed_statement_is_reverted() -> None:
    start, changed = program("x = a\nreturn x * b"), program("x = a\nreturn x * (b + c)")
    assert "x = a\nreturn x * b" in bodies(changed, start)


def test_a_changed_statement_is_reverted_inside_a_block() -> None:
    start = program("for i in a:\n    b += i\n    c -= 1\nreturn b")
    changed = program("for i in a:\n    b += i\n    c -= 2\nreturn b")
    assert "for i in a:\n    b += i\n    c -= 1\nreturn b" in bodies(changed, start)


def test_what_the_start_holds_elsewhere_is_not_reverted_but_what_follows_it_is() -> None:
    start = program("x = a\ny = b\nz = c - 1\nreturn x")
    offered = bodies(program("x = a\nx = a\nz = c * 2\nreturn x"), start)
    assert "x = a\nx = a\nz = c - 1\nreturn x" in offered
    assert "x = a\ny = b\nz = c * 2\nreturn x" not in offered


def test_what_would_grow_is_not_reverted() -> None:
    start, changed = program("return a * b + c"), program("return a")
    assert "return a * b + c" not in bodies(changed, start)


def test_a_block_that_the_start_has_not_is_not_reverted() -> None:
    changed = program("x = a\nif x:\n    b = 2\n    c = 3\nreturn b")
    assert "x = a\nif x:\n    c = 3\nreturn b" in bodies(changed, program("return b"))


def test_constants_of_the_start_keep_their_digits() -> None:
    source = program("return a * 2.6183")
    assert "return a * 2.6" not in bodies(source, source)


def test_nothing_that_is_read_loses_its_binding() -> None:
    assert "return x" not in bodies(program("x = a\nreturn x"), program("return 0"))


def test_a_program_that_cannot_be_read_has_no_reductions() -> None:
    assert list(reductions("def f(:\n", start=program("return a"))) == []
    assert list(reductions("x = 1\n", start=program("return a"))) == []


def test_a_start_that_cannot_be_read_only_means_that_nothing_is_reverted() -> None:
    assert "return a" in bodies(program("return a + b"), "def f(:\n")


def grown(name: str, parent: Program, vocabulary: Vocabulary, steps: int) -> str:
    mutator = AstMutator(vocabulary)
    for seed in range(steps):
        proposal = mutator.propose(Ask(operator="refine", parent=parent), seed=seed)
        if proposal.source is not None:
            parent = Program.of(proposal.source)
    return parent.source


def test_candidates_are_sound_and_the_biggest_cuts_come_first(
    name: str, read: Callable[[str], Program], vocabularies: dict[str, Vocabulary]
) -> None:
    start = read(name)
    champion = grown(name, start, vocabularies[name], 12)
    before = evolve_region(champion, where="champion")
    candidates = list(reductions(champion, start=start.source))
    assert candidates == list(reductions(champion, start=start.source))
    assert len(set(candidates)) == len(candidates)
    for text in candidates:
        compile(text, name, "exec")
        after = evolve_region(text, where="candidate")
        assert (after.head, after.tail) == (before.head, before.tail)
        assert normalised(text) != normalised(champion)
    sizes = [node_count(text) for text in candidates]
    assert sizes[-1] <= node_count(champion)
    assert all(left <= right for left, right in pairwise(sizes))


@pytest.mark.parametrize(
    ("name", "choice"),
    [("uniform_progress", 0), ("greedy_placement", 0), ("one_liner", -1), ("nested_loop", -1)],
)
def test_greedy_reduction_comes_to_an_end(
    name: str, choice: int, read: Callable[[str], Program], vocabularies: dict[str, Vocabulary]
) -> None:
    """Taking the first or the last candidate every time ends, whatever is still worth keeping."""
    start = read(name)
    text = grown(name, start, vocabularies[name], 6)
    limit = 3 * node_count(text)
    for _ in range(limit):
        candidates = list(reductions(text, start=start.source))
        if not candidates:
            break
        text = candidates[choice]
    else:
        pytest.fail(f"still reducing after {limit} steps")


ELSE_IFS = "".join(f"elif a < {i}:\n    b += {i}\n" for i in range(300))
UNWIELDY = {
    "a number too long to be written": f"c += 0x{'f' * 4000}\nreturn a + b",
    "a chain too deep to be walked": f"if a < 0:\n    b = 0\n{ELSE_IFS}return a + b",
}


@pytest.mark.parametrize("what", UNWIELDY)
def test_what_cannot_be_edited_is_left_as_it_is(what: str) -> None:
    """Language models may write it, and it runs; the search goes on, and ends, with it."""
    source, start = program(UNWIELDY[what]), program("return a + b")
    compile(source, what, "exec")
    for text in reductions(source, start=start):
        compile(text, what, "exec")
    mutator = AstMutator(Vocabulary())
    for seed in range(20):
        proposal = mutator.propose(Ask(operator="refine", parent=Program.of(source)), seed=seed)
        assert (proposal.source is None) == bool(proposal.rejection)
