"""Replies: what is forgiven, what is refused, and that nothing else is ever applied."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adrs.core.program import REGION_END, REGION_START, Program, evolve_region
from adrs.errors import ProblemError
from adrs.proposers.llm.replies import LONGEST_REPLY, Reply, ReplyError, read_reply

PROBLEMS = Path(__file__).parents[3] / "problems"
FILES = sorted(
    path
    for name in ("spot", "eplb")
    for path in (PROBLEMS / name / "initial.py", *(PROBLEMS / name / "baselines").glob("*.py"))
)
PROGRAMS = [Program.of(path.read_text()) for path in FILES]
PARENT = Program.of(
    '''"""A policy."""

LIMIT = 3


class Policy:
    def decide(self, obs):
        now = obs.now
        # EVOLVE-BLOCK-START
        slack = now - 1
        if slack < 2:
            return 2
        if slack < 7:
            # patience
            return 2
        for _ in range(3):
            if slack < 2:
                return 1
        return 0
        # EVOLVE-BLOCK-END


def helper(x):
    return x
'''
)
EDIT = """<<<<<<< SEARCH
        if slack < 7:
=======
        if slack < 9:
>>>>>>> REPLACE"""
WHOLE = """        slack = now - 2
        if slack > 4:
            return 2

        return 1
"""
EDITED = PARENT.source.replace("slack < 7", "slack < 9")
REGION = evolve_region(PARENT.source, where="test")
REWRITTEN = REGION.with_body(WHOLE)


def dedented(text: str, by: int = 8) -> str:
    return "".join(line[by:] if line.strip() else line for line in text.splitlines(keepends=True))


def indented(text: str, by: int) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(" " * by + line if line.strip() else line for line in lines)


def edit(search: str, replace: str) -> str:
    return f"<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n"


def fence(code: str, info: str = "python") -> str:
    return f"```{info}\n{code}```\n"


def nested_finally(depth: int, indent: int) -> str:
    """Return a loop whose `finally` blocks are in one another."""
    text = "pass\n"
    for _ in range(depth):
        text = f"try:\n    now += 1\nfinally:\n{indented(text, 4)}"
    return indented(text, indent)


TWO = edit("        slack = now - 1\n", "        slack = now - 4\n") + EDIT
TWO_DONE = EDITED.replace("now - 1", "now - 4")
MARKED = f"        {REGION_START}\n{WHOLE}        {REGION_END}\n"

ACCEPTED = {
    "a block alone": (EDIT, EDITED),
    "an idea before": (f"IDEA: wait longer\n{EDIT}\n", EDITED),
    "prose around": (f"Sure!\n\nIDEA: wait\n\n{EDIT}\n\nThis helps because\n=====\nyes", EDITED),
    "carriage returns": (EDIT.replace("\n", "\r\n"), EDITED),
    "old Macintosh newlines": (EDIT.replace("\n", "\r"), EDITED),
    "a byte order mark": ("\ufeff" + EDIT, EDITED),
    "a fence around": (f"```\n{EDIT}\n```", EDITED),
    "a python fence around": (f"```python\n{EDIT}\n```", EDITED),
    "a diff fence around": (f"```diff\n{EDIT}\n```", EDITED),
    "a tilde fence around": (f"~~~\n{EDIT}\n~~~", EDITED),
    "a fence around, idea inside": (f"```\nIDEA: wait longer\n{EDIT}\n```", EDITED),
    "an outer Markdown fence": (f"````markdown\nIDEA: x\n```python\n{EDIT}\n```\n````", EDITED),
    "fences inside": (
        "<<<<<<< SEARCH\n```python\n        if slack < 7:\n```\n=======\n"
        "```python\n        if slack < 9:\n```\n>>>>>>> REPLACE",
        EDITED,
    ),
    "two blocks": (TWO, TWO_DONE),
    "two blocks in a fence each": (
        f"```\n{TWO.split(EDIT)[0]}```\nand\n```\n{EDIT}\n```\n",
        TWO_DONE,
    ),
    "a block on the result of the one before": (
        edit("        slack = now - 1\n", "        slack = now - 4\n")
        + edit("        slack = now - 4\n", "        slack = now - 5\n"),
        PARENT.source.replace("now - 1", "now - 5"),
    ),
    "bold markers": (
        EDIT.replace("<<<<<<< SEARCH", "**<<<<<<< SEARCH**")
        .replace("=======", "**=======**")
        .replace(">>>>>>> REPLACE", "**>>>>>>> REPLACE**"),
        EDITED,
    ),
    "markers as code": (
        EDIT.replace("<<<<<<< SEARCH", "`<<<<<<< SEARCH`").replace(
            ">>>>>>> REPLACE", "`>>>>>>> REPLACE`"
        ),
        EDITED,
    ),
    "a marker as heading": (EDIT.replace("<<<<<<< SEARCH", "### <<<<<<< SEARCH:"), EDITED),
    "six and eight signs": (
        EDIT.replace("<<<<<<<", "<<<<<<<<").replace(">>>>>>>", ">>>>>>"),
        EDITED,
    ),
    "spaces after markers": (EDIT.replace("SEARCH", "SEARCH  ").replace("=\n", "=  \n"), EDITED),
    "a doubled SEARCH": (EDIT.replace("<<<<<<< SEARCH", "<<<<<<< SEARCH\n<<<<<<< SEARCH"), EDITED),
    "a doubled divider": (EDIT.replace("=======", "=======\n======="), EDITED),
    "reasoning": (f"<think>\nif {EDIT}\n```\nhm\n</think>\n\n{EDIT}", EDITED),
    "reasoning on one line": (f"<thinking>hm</thinking>{EDIT}", EDITED),
    "reasoning twice": (
        f"<reasoning>a</reasoning>\nIDEA: b\n<REFLECTION>\n{EDIT}\n</Reflection>\n{EDIT}",
        EDITED,
    ),
    "reasoning in brackets": (f"[THINK]{EDIT}\nno\n[/THINK]\n{EDIT}", EDITED),
    "reasoning that is not opened": (f"Let me see.\n{EDIT}\n```\n</think>\n\n{EDIT}", EDITED),
    "reasoning not opened, closed at a line's end": (f"So be it.</think>\n{EDIT}", EDITED),
    "reasoning that is never closed, at the start": (f"<think>\nIDEA: wait\n{EDIT}", EDITED),
    "tags in the program's text": (
        edit("            # patience\n", "            x = '''\n<think>\n</think>\n'''\n"),
        PARENT.source.replace(
            "            # patience\n", "            x = '''\n<think>\n</think>\n'''\n"
        ),
    ),
    "spaces at line ends": (EDIT.replace("7:\n", "7:   \n"), EDITED),
    "the whole block indented": (indented(EDIT, 4), EDITED),
    "only the text indented": (
        edit(indented("        if slack < 7:\n", 3), indented("        if slack < 9:\n", 3)),
        EDITED,
    ),
    "the text not indented": (
        edit("if slack < 7:\n    # patience\n", "if slack < 9:\n    # patience\n"),
        EDITED,
    ),
    "frozen lines given back": (
        edit(
            f"        now = obs.now\n        {REGION_START}\n        slack = now - 1\n",
            f"        now = obs.now\n        {REGION_START}\n        slack = now - 4\n",
        ),
        PARENT.source.replace("now - 1", "now - 4"),
    ),
    "the end marker given back": (
        edit(
            f"        return 0\n        {REGION_END}\n", f"        return 9\n        {REGION_END}\n"
        ),
        PARENT.source.replace("return 0", "return 9"),
    ),
    "the start marker alone, to insert behind it": (
        edit(f"        {REGION_START}\n", f"        {REGION_START}\n        now += 1\n"),
        PARENT.source.replace(
            "        slack = now - 1\n", "        now += 1\n        slack = now - 1\n"
        ),
    ),
    "lines deleted": (
        edit("        if slack < 7:\n            # patience\n            return 2\n", ""),
        PARENT.source.replace(
            "        if slack < 7:\n            # patience\n            return 2\n", ""
        ),
    ),
    "a line that is frozen text too": (
        edit("        return 0\n", "        return x\n").replace("return x", "return 5"),
        PARENT.source.replace("return 0", "return 5"),
    ),
    "an illustration beside a block": (
        f"Now:\n{fence('if slack < 7: ...' + chr(10))}{EDIT}",
        EDITED,
    ),
    "the region in a fence": (f"IDEA: anew\n{fence(WHOLE)}", REWRITTEN),
    "the region in a plain fence": (fence(WHOLE, ""), REWRITTEN),
    "the region in a fence with a title": (fence(WHOLE, "Python title=policy.py"), REWRITTEN),
    "the region, carriage returns": (fence(WHOLE).replace("\n", "\r\n"), REWRITTEN),
    "the region with marker lines": (fence(MARKED), REWRITTEN),
    "the region with bold marker lines": (
        fence(MARKED.replace(REGION_START, f"**{REGION_START}**")),
        REWRITTEN,
    ),
    "the region with marker lines, no fence": (f"IDEA: anew\n{MARKED}\nDone.", REWRITTEN),
    "marker lines around the fence": (f"{REGION_START}\n{fence(WHOLE)}{REGION_END}", REWRITTEN),
    "the whole program": (fence(REWRITTEN), REWRITTEN),
    "the whole program without marker lines": (
        fence(
            REWRITTEN.replace(f"        {REGION_START}\n", "").replace(
                f"        {REGION_END}\n", ""
            )
        ),
        REWRITTEN,
    ),
    "an excerpt with marker lines": (
        fence(f"        now = obs.now\n{MARKED}\n\ndef helper(x):\n"),
        REWRITTEN,
    ),
    "the region not indented": (fence(dedented(WHOLE)), REWRITTEN),
    "the region not indented enough": (fence(dedented(WHOLE, 4)), REWRITTEN),
    "the region indented too far": (fence(indented(WHOLE, 2)), REWRITTEN),
    "the fence in a list": (indented(f"- so:\n{fence(WHOLE)}", 4), REWRITTEN),
    "the same region twice": (fence(WHOLE) + "again:\n" + fence(WHOLE), REWRITTEN),
    "snippets and the region with marker lines": (fence("x = 1\n") + fence(MARKED), REWRITTEN),
    "shell beside the region": (fence("adrs run\n", "bash") + fence(WHOLE), REWRITTEN),
    "an idea in the fence": (fence(f"IDEA: anew\n{WHOLE}"), REWRITTEN),
    "a longer fence": (f"`````python\n{WHOLE}`````", REWRITTEN),
}


@pytest.mark.parametrize(("text", "expected"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_dress_is_forgiven_and_the_result_is_exact(text: str, expected: str) -> None:
    assert read_reply(text, PARENT, finish="stop").source == expected


REFUSED = {
    "nothing": ("", "is empty"),
    "whitespace": (" \n\t\n", "is empty"),
    "prose": ("I am sorry, I cannot do that.", "no program text"),
    "prose that is Python": ("pass", "no program text"),
    "only reasoning": (f"<think>{EDIT}</think>", "no program text"),
    "an idea only": ("IDEA: do better", "no program text"),
    "an empty fence": ("```python\n```", "no program text"),
    "a fence of comments": (fence("        # nothing\n"), "no statement"),
    "a diff": (fence("-a\n+b\n", "diff"), "marked 'diff'"),
    "a missing line": (
        edit("        if slack < 8:\n", "x\n"),
        "nearest line to its first is 'if slack < 7:'",
    ),
    "a wrong second line": (
        edit("        if slack < 7:\n            return 2\n", "x\n"),
        "line stands at line 13 of the program, but then the region has '# patience'",
    ),
    "wrong indentation within": (
        edit("        if slack < 7:\n        # patience\n", "x\n"),
        "same words stand at line 13, but indented otherwise",
    ),
    "nothing like it": (edit("zebra\n", "x\n"), "Copy the lines"),
    "the second block missing": (EDIT + "\n" + edit("zebra\n", "x\n"), "Block 2"),
    "two places": (
        edit("            return 2\n", "            return 3\n"),
        "begins 'return 2', stands at 2 places of the evolve region (lines 12, 15 of",
    ),
    "two places when shifted": (edit("if slack < 2:\n", "if slack < 3:\n"), "2 places"),
    "a shifted block with an exact place and another": (
        indented(edit("        if slack < 2:\n", "        if slack < 3:\n"), 4),
        "2 places",
    ),
    "an empty SEARCH": (edit("", "        x = 1\n"), "empty SEARCH"),
    "a blank SEARCH": (edit("\n  \n", "        x = 1\n"), "empty SEARCH"),
    "frozen text": (edit("        now = obs.now\n", "        now = 2\n"), "frozen text outside"),
    "frozen text below": (edit("def helper(x):\n", "def helper(y):\n"), "frozen text outside"),
    "the marker line": (edit(f"        {REGION_START}\n", ""), "changes a marker line"),
    "frozen text with the marker": (
        edit(
            f"        now = obs.now\n        {REGION_START}\n",
            f"        now = 2\n        {REGION_START}\n",
        ),
        "changes a marker line or frozen text",
    ),
    "text put behind the end marker": (
        edit(f"        {REGION_END}\n", f"        {REGION_END}\n        x = 1\n"),
        "changes a marker line or frozen text",
    ),
    "an end marker added": (
        edit("        return 0\n", f"        return 0\n        {REGION_END}\n"),
        "adds a marker line",
    ),
    "a marker hidden behind another line break": (
        edit("            # patience\n", f"            x = '\u2028{REGION_END}\u2028'\n"),
        "adds a marker line",
    ),
    "lines that an earlier block changed": (
        EDIT + "\n" + EDIT,
        "an earlier block of the same reply changed those lines",
    ),
    "no divider": (EDIT.replace("=======\n", ""), "no line '======='"),
    "two dividers": (EDIT.replace(">>>>>>>", "=======\n>>>>>>>"), "more than one line '======='"),
    "no end": (EDIT.replace(">>>>>>> REPLACE", ""), "the reply stops before"),
    "cut in the SEARCH text": (EDIT.partition("=======")[0], "the reply stops before"),
    "a block in a block": (EDIT.replace(">>>>>>> REPLACE", EDIT), "Block 1 has no end"),
    "an end without a begin": ("=======\nx\n>>>>>>> REPLACE", "no line '<<<<<<< SEARCH' has begun"),
    "other markers": (EDIT.replace("SEARCH", "ORIGINAL"), "is no marker of an edit"),
    "conflict markers within": (
        edit("            # patience\n", "            x = '''\n<<<<<<< HEAD\n'''\n"),
        "a marker of an edit",
    ),
    "conflict markers in the region": (
        fence(WHOLE + "'''\n>>>>>>> REPLACE\n'''\n"),
        "a marker of an edit",
    ),
    "a region in no fence beside foreign code": (
        f"{MARKED}\n{fence('adrs run' + chr(10), 'bash')}",
        "marked 'bash'",
    ),
    "an open fence": (f"```python\n{WHOLE}", "inside a code block"),
    "an open fence around blocks": (f"```\n{EDIT}\n", "inside a code block"),
    "an open Markdown fence": (f"````markdown\n{EDIT}", "inside a code block"),
    "reasoning never closed after the idea": (f"IDEA: x\n<think>\n{EDIT}", "never closed"),
    "several code blocks": (
        fence(WHOLE) + fence(WHOLE + "        x = 1\n"),
        "2 different code blocks",
    ),
    "two whole regions": (
        fence(MARKED) + fence(MARKED.replace("4", "5")),
        "2 different code blocks",
    ),
    "blocks and a whole region": (EDIT + "\n" + fence(MARKED), "two answers"),
    "other frozen text": (
        fence(REWRITTEN.replace("LIMIT = 3", "LIMIT = 4")),
        "other text before the evolve region than the program has, such as 'LIMIT = 4'",
    ),
    "other frozen text below": (
        fence(REWRITTEN.replace("return x", "return -x")),
        "other text after",
    ),
    "one marker line of two": (
        fence(f"        {REGION_START}\n{WHOLE}"),
        "1 lines '# EVOLVE-BLOCK-START' and 0",
    ),
    "marker lines the wrong way round": (
        fence(f"        {REGION_END}\n{WHOLE}        {REGION_START}\n"),
        "Give each once and in this order",
    ),
    "half of the frozen text without marker lines": (
        fence(REWRITTEN.split(f"        {REGION_START}")[0] + WHOLE),
        "but not that after it",
    ),
    "a program that repeats frozen definitions": (
        fence(f"class Policy:\n    def decide(self, obs):\n        now = 1\n{WHOLE}"),
        "repeats 'class Policy:', which is frozen",
    ),
    "a region that fits at two indentations": (
        fence("x = 1\n"),
        "cannot be told whether that is meant",
    ),
    "a syntax error": (
        edit("        if slack < 7:\n", "        if slack <:\n"),
        "SyntaxError: 'invalid syntax' at line 13 of the program: 'if slack <:'",
    ),
    "wrong indentation": (
        edit("        slack = now - 1\n", "       slack = now - 1\n"),
        "IndentationError",
    ),
    "too deep for the compiler": (
        edit("            # patience\n", "            x = " + "(" * 300 + ")" * 300 + "\n"),
        "does not compile",
    ),
    "finally blocks in one another": (
        edit("            # patience\n", nested_finally(24, indent=12)),
        "Do not put `finally` blocks into one another",
    ),
    "the parent again": (
        edit("        if slack < 7:\n", "        if slack < 7:\n"),
        "text for text",
    ),
    "the parent's region again": (fence(REGION.body), "text for text"),
    "another comment": (
        edit("            # patience\n", "            # hope\n"),
        "nothing but comments",
    ),
    "a NUL": (EDIT.replace("9:", "9:\0"), "U+0000"),
    "an escape character": (EDIT.replace("9:", "9:  # \x1b[31m"), "U+001B"),
    "a lone surrogate": (
        EDIT.replace("9:", "9:  # \ud800"),
        "Line 13 of the changed program holds the character U+D800",
    ),
    "a bidirectional override": (EDIT.replace("9:", "9:  # \u202e"), "U+202E"),
    "a shifted block whose new text is not": (
        edit("            if slack < 7:\n", "if slack < 9:\n"),
        "a line of its REPLACE text is not",
    ),
}


@pytest.mark.parametrize(("text", "fault"), REFUSED.values(), ids=REFUSED.keys())
def test_each_fault_is_named(text: str, fault: str) -> None:
    with pytest.raises(ReplyError) as caught:
        read_reply(text, PARENT, finish="stop")
    assert fault in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize("finish", ["length", "LENGTH", "max_tokens", "content_filter"])
def test_a_reply_that_was_cut_off_is_refused_whole(finish: str) -> None:
    with pytest.raises(ReplyError, match=f"cut off before its end.*{finish}"):
        read_reply(EDIT, PARENT, finish=finish)


@pytest.mark.parametrize("finish", ["", "stop", "end_turn"])
def test_other_reasons_to_stop_are_fine(finish: str) -> None:
    assert read_reply(EDIT, PARENT, finish=finish).source == EDITED


def test_a_huge_reply_is_refused_before_it_is_read() -> None:
    with pytest.raises(ReplyError, match="500,001 characters long; at most 500,000"):
        read_reply("x" * (LONGEST_REPLY + 1), PARENT)


@pytest.mark.parametrize(
    ("line", "idea"),
    [
        ("IDEA: wait longer", "wait longer"),
        ("**IDEA:** wait longer", "wait longer"),
        ("**IDEA: wait longer**", "wait longer"),
        ("## Idea : wait longer", "wait longer"),
        ("> IDEA: wait longer", "wait longer"),
        ("IDEA:\n\nwait longer", "wait longer"),
        ("IDEA: wait\tlonger\x1b \u202e\ud800", "wait longer"),
        ("IDEA: first\nIDEA: second", "first"),
        ("My idea: none", ""),
        ("", ""),
        ("IDEA: " + "x" * 500, "x" * 199 + "…"),
    ],
)
def test_the_idea_is_one_clean_line(line: str, idea: str) -> None:
    assert read_reply(f"{line}\n{EDIT}", PARENT) == Reply(source=EDITED, idea=idea)


def test_a_comment_or_variable_called_idea_stays_code() -> None:
    region = "        # IDEA: wait\n" + WHOLE.replace("slack", "idea")
    reply = read_reply(fence(region), PARENT)
    assert reply == Reply(source=REGION.with_body(region), idea="")
    bare = f"{REGION_START}\n        idea: int = 3\n        return idea\n{REGION_END}\n"
    assert "        idea: int = 3\n" in read_reply(bare, PARENT).source


def test_lines_of_a_program_with_carriage_returns_end_alike() -> None:
    parent = Program.of(PARENT.source.replace("\n", "\r\n"))
    assert read_reply(EDIT, parent).source == EDITED.replace("\n", "\r\n")
    for whole in (WHOLE, dedented(WHOLE)):
        assert read_reply(fence(whole), parent).source == REWRITTEN.replace("\n", "\r\n")


def test_a_region_without_code_is_filled_where_its_marker_stands() -> None:
    parent = Program.of(REGION.with_body("        # nothing yet\n"))
    assert read_reply(fence(dedented(WHOLE)), parent).source == REWRITTEN


def test_a_region_with_no_text_behind_it_may_come_as_the_whole_program() -> None:
    head = f"LIMIT = 3\n{REGION_START}\n"
    parent = Program.of(f"{head}x = 1\n{REGION_END}\n")
    reply = read_reply(fence("LIMIT = 3\nx = 2\n"), parent)
    assert reply.source == f"{head}x = 2\n{REGION_END}\n"


def test_a_definition_may_bear_the_name_of_a_frozen_one_where_it_did_before() -> None:
    own = "        def helper(x):\n            return {}\n        return helper(now)\n"
    parent = Program.of(REGION.with_body(own.format("x")))
    changed = REGION.with_body(own.format("2 * x"))
    assert read_reply(fence(own.format("2 * x")), parent).source == changed


def test_a_program_keeps_the_control_characters_that_it_has() -> None:
    odd = "            # patience\x1c\n"
    parent = Program.of(PARENT.source.replace("            # patience\n", odd))
    assert odd in read_reply(EDIT, parent).source


def test_a_reply_of_the_greatest_length_is_read() -> None:
    assert read_reply(EDIT.ljust(LONGEST_REPLY, "\n"), PARENT).source == EDITED


def test_a_program_may_keep_lines_that_look_like_markers() -> None:
    heading = "'''\nTitle\n=======\n'''\n"
    parent = Program.of(f"# EVOLVE-BLOCK-START\n{heading}x = 1\n# EVOLVE-BLOCK-END\n")
    assert "x = 2" in read_reply(edit("x = 1\n", "x = 2\n"), parent).source


def test_a_parent_without_a_region_is_the_callers_fault() -> None:
    with pytest.raises(ProblemError, match="broken evolve region"):
        read_reply(EDIT, Program.of("x = 1\n"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<think>" * 60_000, "no program text"),
        ("<think>\n" * 60_000, "no program text"),
        ("</think>" * 60_000, "no program text"),
        ("</think>\n" * 50_000, "no program text"),
        ("<think></think>" * 30_000, "no program text"),
        (">" * 490_000, "no program text"),
        ("`" * 490_000, "inside a code block"),
        (" " * 490_000 + "x", "no program text"),
        ("*" * 490_000 + "<<<<<<< SEARCH", "no program text"),
        ("<<<<<<< SEARCH\n" * 30_000, "Block 1 has no end"),
        (edit("x\n" * 200_000, "y\n"), "is not in the evolve region"),
        (edit("        return 0\n", "        x = 1\n" * 30_000 + "  x\n"), "IndentationError"),
        (fence("        x = 1\n" * 30_000 + "  x\n"), "IndentationError"),
        (fence("x = 1\n```\n```python\n" * 20_000), "cannot be told whether"),
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_long_hostile_reply_is_read_in_linear_time(text: str, fault: str) -> None:
    """A quadratic reading of any of these takes minutes."""
    with pytest.raises(ReplyError, match=fault):
        read_reply(text, PARENT)


# Random edits of real programs, in random dress.


def compiles(source: str) -> bool:
    try:
        compile(source, "test", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def changed_lines(dice: random.Random, old: list[str], body: list[str]) -> list[str]:
    """Other lines for a stretch of a region: numbers changed, lines gone, copied or put in."""
    new: list[str] = []
    for line in old:
        indent = line[: len(line) - len(line.lstrip())]
        match dice.randrange(6):
            case 0 if any(c.isdigit() for c in line):
                new.append("".join(str(dice.randrange(10)) if c.isdigit() else c for c in line))
            case 1:
                new += [line, f"{indent}extra_{dice.randrange(9)} = {dice.random():.3f}"]
            case 2:
                new += [f"{indent}# looked at {dice.randrange(99)} times", line]
            case 3 if dice.random() < 0.3:
                pass
            case 4 if dice.random() < 0.3:
                new.append(dice.choice(body))
            case _:
                new.append(line)
    return new


def random_block(dice: random.Random, body: list[str]) -> tuple[list[str], list[str], list[str]]:
    """A stretch that stands once in the region, what is put there, and the region after it."""
    keys = [line.rstrip() for line in body]
    start = dice.randrange(len(body))
    stop = start + 1
    while stop < len(body):
        places = [i for i in range(len(body)) if keys[i : i + stop - start] == keys[start:stop]]
        if len(places) == 1 and any(keys[start:stop]) and dice.random() < 0.5:
            break
        stop += 1
    else:
        start = 0  # the whole region stands once
    new = changed_lines(dice, body[start:stop], body)
    return body[start:stop], new, body[:start] + new + body[stop:]


def dressed(dice: random.Random, idea: str, blocks: list[str]) -> str:
    """Blocks in one of the dresses that models give them."""
    bold = dice.choice(["", "**", "`"])
    marked = [
        b.replace("<<<<<<< SEARCH", f"{bold}<<<<<<< SEARCH{bold}").replace(
            ">>>>>>> REPLACE", f"{bold}>>>>>>> REPLACE{bold}"
        )
        for b in blocks
    ]
    between = dice.choice(["", "\n", "\nand then\n", "\n---\n"])
    match dice.randrange(4):
        case 0:
            text = between.join(marked)
        case 1:
            text = "```" + dice.choice(["", "python", "diff"]) + f"\n{''.join(marked)}```\n"
        case 2:
            text = between.join(f"~~~\n{block}~~~\n" for block in marked)
        case _:
            text = between.join(f"````python\n{block}````\n" for block in marked)
    before = dice.choice(
        ["", "Here it is.\n", "<think>\nx < y\n```\n</think>\n", "hm\n</think>\n", "```\n```\n"]
    )
    after = dice.choice(["", "\nThis is better, since 2 > 1.\n", "\n```text\nnote\n```\n"])
    whole = f"{before}IDEA: {idea}\n\n{text}{after}"
    return whole.replace("\n", dice.choice(["\n", "\r\n"]))


def oracle(parent: Program, body: list[str]) -> str | None:
    """The program that exact edits make, None where it is no new program."""
    text = "".join(f"{line}\n" for line in body)
    source = evolve_region(parent.source, where="test").with_body(text)
    same = Program.of(source).id == parent.id
    return None if same or not compiles(source) else source


@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 2**32), parent=st.sampled_from(PROGRAMS))
def test_edits_in_any_dress_are_applied_exactly(seed: int, parent: Program) -> None:
    dice = random.Random(seed)
    body = evolve_region(parent.source, where="test").body.splitlines()
    blocks = []
    for _ in range(dice.randrange(1, 4)):
        old, new, body = random_block(dice, body)
        blocks.append("\n".join(["<<<<<<< SEARCH", *old, "=======", *new, ">>>>>>> REPLACE\n"]))
        if not body:
            break
    expected = oracle(parent, body)
    text = dressed(dice, "make it better", blocks)
    if expected is None:
        with pytest.raises(ReplyError):
            read_reply(text, parent)
    else:
        assert read_reply(text, parent) == Reply(source=expected, idea="make it better")


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), parent=st.sampled_from(PROGRAMS))
def test_a_whole_region_in_any_dress_is_put_in_exactly(seed: int, parent: Program) -> None:
    dice = random.Random(seed)
    region = evolve_region(parent.source, where="test")
    old = region.body.splitlines()
    body = changed_lines(dice, old, old)
    expected = oracle(parent, body)
    inner = "\n".join(body) + "\n"
    first = next((line for line in body if line.strip() and not line.strip().startswith("#")), "")
    if not first or len(first) - len(first.lstrip()) != len(old[0]) - len(old[0].lstrip()):
        return  # a first statement elsewhere is read by a rule of its own
    code = dice.choice(
        [inner, f"{REGION_START}\n{inner}{REGION_END}\n", region.head + inner + region.tail]
    )
    text = dice.choice(["", "Well.\n", "<think>```\n</think>\n"]) + "IDEA: anew\n" + fence(code)
    if expected is None:
        with pytest.raises(ReplyError):
            read_reply(text, parent)
    else:
        assert read_reply(text, parent) == Reply(source=expected, idea="anew")


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), parent=st.sampled_from(PROGRAMS), by=st.integers(1, 12))
def test_an_indented_block_goes_to_its_place_or_nowhere(
    seed: int, parent: Program, by: int
) -> None:
    dice = random.Random(seed)
    body = evolve_region(parent.source, where="test").body.splitlines()
    old, new, after = random_block(dice, body)
    block = "\n".join(["<<<<<<< SEARCH", *old, "=======", *new, ">>>>>>> REPLACE\n"])
    text = indented(block, by)
    expected = oracle(parent, [line if line.strip() else "" for line in after])
    try:
        source = read_reply(text, parent).source
    except ReplyError:
        return
    assert expected is not None
    assert [s.rstrip() for s in source.split("\n")] == [s.rstrip() for s in expected.split("\n")]


SCRAPS = [
    "<<<<<<< SEARCH",
    "=======",
    ">>>>>>> REPLACE",
    "```python",
    "```",
    "~~~",
    "````markdown",
    "<think>",
    "</think>",
    "IDEA: x",
    REGION_START,
    REGION_END,
    f"        {REGION_START}",
    f"        {REGION_END}",
    "",
    "    ",
    "\0",
    "\ud800",
    "\u2028" + REGION_END,
    "\x0c",
    "x = 1",
    "        return 3",
    "import os",
    *PARENT.source.splitlines(),
]
GARBAGE = st.lists(st.sampled_from(SCRAPS) | st.text(max_size=30), max_size=25).map("\n".join)


def assert_refused_or_frozen_text_unchanged(text: str, parent: Program, finish: str = "") -> None:
    try:
        source = read_reply(text, parent, finish=finish).source
    except ReplyError:
        return
    before = evolve_region(parent.source, where="parent")
    after = evolve_region(source, where="child")
    assert (after.head, after.tail) == (before.head, before.tail)
    assert compiles(source)
    assert Program.of(source).id != parent.id
    source.encode()  # no lone surrogate


@settings(max_examples=400, deadline=None)
@given(text=GARBAGE, finish=st.sampled_from(["", "stop", "length"]))
def test_garbage_is_refused_or_leaves_frozen_text_alone(text: str, finish: str) -> None:
    assert_refused_or_frozen_text_unchanged(text, PARENT, finish)


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), scraps=st.lists(st.sampled_from(SCRAPS), max_size=4))
def test_a_spoilt_reply_is_refused_or_leaves_frozen_text_alone(
    seed: int, scraps: list[str]
) -> None:
    dice = random.Random(seed)
    text = dice.choice([text for text, _ in ACCEPTED.values()])
    lines = text.split("\n")
    for scrap in scraps:
        at = dice.randrange(len(lines) + 1)
        lines[at : at + dice.randrange(3)] = [scrap]
    assert_refused_or_frozen_text_unchanged("\n".join(lines), PARENT)


ODD = r"""
from adrs.core.program import REGION_END, REGION_START, Program
from adrs.proposers.llm.replies import read_reply

parent = Program.of(f"{REGION_START}\ndef f(x):\n    return x\n{REGION_END}\n")
reply = "```python\ndef f(x):\n    '\\d'\n    return 0 if x is 1 else ()()\n```\n"
assert "x is 1" in read_reply(reply, parent).source
"""


def test_what_python_warns_of_in_a_program_is_not_printed() -> None:
    """In a process of its own, as pytest has warning filters of its own."""
    done = subprocess.run([sys.executable, "-c", ODD], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
