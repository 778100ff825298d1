"""The size that is told from a tree is in proportion to the code that it compiles to."""

import ast
from types import CodeType

import pytest

from adrs.proposers.llm.codesize import code_size


def indented(text: str) -> str:
    return "".join(f"    {line}" for line in text.splitlines(keepends=True))


def nested(depth: int) -> str:
    text = "leave()\n"
    for _ in range(depth):
        text = f"try:\n    work()\nfinally:\n{indented(text)}"
    return f"def run():\n{indented(text)}"


def left(exits: int, final: int) -> str:
    body = "if work():\n    return 1\n" * exits
    text = f"try:\n{indented(body)}finally:\n{indented(chr(10).join(['leave()'] * final))}\n"
    return f"def run():\n{indented(text)}"


def functions(count: int) -> str:
    body = "def inner():\n    return 1\n" * count
    return f"def run():\n    try:\n{indented(indented(body))}    finally:\n        leave()\n"


def instructions(code: CodeType) -> int:
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return len(code.co_code) // 2 + sum(map(instructions, inner))


@pytest.mark.parametrize(
    "source",
    [
        *(nested(depth) for depth in (1, 2, 4, 8, 11)),
        *(left(exits, final) for exits in (1, 40) for final in (1, 40)),
        functions(40),
    ],
)
def test_size_is_in_proportion_to_the_code(source: str) -> None:
    compiled = instructions(compile(source, "test", "exec"))
    assert 0.1 < code_size(ast.parse(source)) / compiled < 1.5


def test_without_finally_it_is_the_number_of_nodes() -> None:
    source = "for y in x:\n    try:\n        work(y)\n    except E:\n        break\n"
    tree = ast.parse(source)
    assert code_size(tree) == sum(1 for _ in ast.walk(tree))


def test_what_leaves_a_function_within_copies_nothing_around_it() -> None:
    functions = [f"def f():\n    {body}\n" for body in ("return work()", "work()")]
    added = [
        code_size(ast.parse(f"try:\n{indented(text)}finally:\n    leave()\n"))
        - code_size(ast.parse(text))
        for text in functions
    ]
    assert added[0] == added[1]


def test_depth_that_no_memory_would_hold_is_told_at_once() -> None:
    assert code_size(ast.parse(nested(80))) > 2**80
