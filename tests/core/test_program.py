"""Programs: identity without layout, and the evolve region."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.core.program import Program, evolve_region, node_count, normalised, program_id
from adrs.errors import ProblemError

PROBLEMS = Path(__file__).parents[2] / "problems"
SOURCE = """import math
# EVOLVE-BLOCK-START
def f(x):
    return x + 1
# EVOLVE-BLOCK-END
print(f(1))
"""


def test_comments_docstrings_and_layout_do_not_change_the_id() -> None:
    plain = "def f(x):\n    return x+1\n"
    dressed = 'def f( x ):  # adds\n    """Add one."""\n\n    return (x + 1)\n'
    assert program_id(plain) == program_id(dressed)
    assert program_id(plain) != program_id("def f(x):\n    return x+2\n")


@pytest.mark.parametrize("path", sorted(PROBLEMS.glob("*/**/*.py")), ids=str)
def test_programs_have_one_id_exactly_if_they_have_one_normal_text(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    plain = normalised(source)
    assert program_id(plain) == program_id(source)
    for old, new in ((" + ", " - "), ("0", "1"), ("self", "other"), (" < ", " <= "), ("[", "[*")):
        edited = source.replace(old, new, 1)
        assert (program_id(edited) == program_id(source)) == (normalised(edited) == plain)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = 'a'", "x = b'a'"),
        ("f(a, *b)", "f(*b, a)"),
        ("f(a=1)", "f(b=1)"),
        ("{**a, b: c}", "{b: c, **a}"),
        ("def f(a, /, b): pass", "def f(a, b, /): pass"),
        ("def f(a, *, b=1): pass", "def f(a, *, b): pass"),
        ("if a:\n    b\nc", "if a:\n    b\n    c"),
        ("for a in b:\n    c\nelse:\n    d", "for a in b:\n    c\n    d"),
        ("f'{a!r}'", "f'{a}'"),
        ("f'{a:>3}'", "f'{a:>4}'"),
        ("from . import a", "from .. import a"),
        ("import a as b", "import b as a"),
        ("global a", "nonlocal a"),
        ("x = ['a', 'b']", "x = ['a, b']"),
        ("def f():\n    'doc'", "def f():\n    1"),
        ("x: int", "x: int = 1"),
        ("(x): int", "x: int"),
    ],
)
def test_whatever_means_something_else_has_another_id(one: str, other: str) -> None:
    assert program_id(one) != program_id(other)


def test_a_docstring_alone_is_an_empty_body() -> None:
    assert program_id("def f():\n    'doc'") == program_id("def f():\n    pass")


@pytest.mark.parametrize("text", ["def f(:", "x = '\0'", "(" * 5000])
def test_text_that_does_not_parse_has_an_id_of_its_own(text: str) -> None:
    assert Program.of(text).id == Program.of(text).id
    assert Program.of(text).id != Program.of(text + " ").id


@given(st.text(alphabet="ab \n=1#", max_size=60))
def test_the_region_cuts_and_joins_without_loss(body: str) -> None:
    text = f"# EVOLVE-BLOCK-START\n{body}\n# EVOLVE-BLOCK-END\n"
    region = evolve_region(text, where="test")
    assert region.head + region.body + region.tail == text


def test_a_new_body_leaves_the_frozen_text_alone() -> None:
    region = evolve_region(SOURCE, where="test")
    changed = region.with_body("def f(x):\n    return x * 2")
    assert changed.startswith("import math\n# EVOLVE-BLOCK-START\ndef f(x):\n    return x * 2\n")
    assert changed.endswith("# EVOLVE-BLOCK-END\nprint(f(1))\n")


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\n",
        SOURCE + SOURCE,
        SOURCE.replace("START", "TEMP").replace("END", "START").replace("TEMP", "END"),
        SOURCE.replace("# EVOLVE-BLOCK-END\n", ""),
    ],
)
def test_a_broken_region_is_named_with_its_file(source: str) -> None:
    with pytest.raises(ProblemError, match=r"initial\.py: broken evolve region: found \d start"):
        evolve_region(source, where="initial.py")


def test_nodes_are_counted_without_docstrings() -> None:
    assert node_count("def f():\n    'doc'\n    return 1\n") == node_count(
        "def f():\n    return 1\n"
    )


def test_many_threads_parse_at_once() -> None:
    source = "\n".join(f"def f{n}(x):\n    return [x + {n}, (x * {n},)]" for n in range(60))
    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(program_id, [f"{source}\n# {n}" for n in range(400)]))
    assert len(ids) == 1
