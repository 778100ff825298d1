"""Float literals: which ones are settings, and that writing them changes nothing else."""

import ast
import tokenize
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adrs.errors import ProblemError
from adrs.proposers.tuner.literals import MOST, FloatLiteral, Literals, find_literals

ROOT = Path(__file__).parents[3]
PROGRAMS = sorted(
    [*ROOT.glob("problems/*/initial.py"), *ROOT.glob("tests/benchmarks/tuner/*/*.py")]
)
HEAD = "def f(x, y, n):\n    # EVOLVE-BLOCK-START\n"
TAIL = "    # EVOLVE-BLOCK-END\n    return 0.75 * x\n"


def program(*lines: str) -> str:
    return HEAD + "".join(f"    {line}\n" for line in lines) + TAIL


def found(*lines: str) -> list[float]:
    return list(find_literals(program(*lines)).values)


def rewritten(line: str, *values: float) -> str:
    changed = find_literals(program(line)).with_values(values)
    ast.parse(changed)
    assert changed.startswith(HEAD)
    assert changed.endswith(TAIL)
    return changed[len(HEAD) : -len(TAIL)].strip()


def only(*lines: str) -> FloatLiteral:
    (literal,) = find_literals(program(*lines)).chosen
    return literal


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("y = 0.5 * x", [0.5]),
        ("y = 0.5 * x if x > 2.5 else 3e2", [0.5, 2.5, 300.0]),
        ("y = 1.0 * x", [1.0]),
        ("y = .5 + 5. + 1_0.5", [0.5, 5.0, 10.5]),
        ("y = g(0.5, z=0.25)", [0.5, 0.25]),
        ("y = -0.5 * x", [-0.5]),
        ("y = x - 0.5", [0.5]),
        ("y = -(0.5)", [0.5]),
        ("y = - 0.5", [0.5]),
        ("y = --0.5", [-0.5]),
        ("y = 0.5 + 0.5", [0.5, 0.5]),
        ("y = 0.5 ** x", [0.5]),
    ],
)
def test_float_literals_are_settings(line: str, values: list[float]) -> None:
    assert found(line) == values


@pytest.mark.parametrize(
    "line",
    [
        "y = 3 * x",
        "y = True",
        "y = 2j",
        "y = '0.5'",
        'y = f"{0.5 * x:0.2f}"',
        "y = x  # 0.5",
        "y = 0.0",
        "y = -0.0",
        "y = 1e30",
        "y = 1e6",
        "y = -1e6",
        "y = max(x, 1e-6)",
        "y = max(x, 1e-9)",
        "y = 1e999",
        "y = x ** 0.5",
        "y = x ** -0.5",
        "y = x ** (0.5 * n)",
        "y **= 0.5",
        "y = pow(x, 0.5)",
        "y = np.power(x, 0.5)",
        "y = x == 0.5",
        "y = -0.5 != x",
        "y = 1.0 - x",
        "y = x - 1.0",
        "y = 1.0 + x",
        "y = 1.0 / x",
        "y += 1.0",
    ],
)
def test_what_has_another_role_is_left_alone(line: str) -> None:
    assert found(line) == []


def test_a_pattern_is_left_alone() -> None:
    assert found("match x:", "    case 0.5:", "        y = 0.25") == [0.25]


def test_only_the_region_is_read() -> None:
    text = f"RATE = 0.3\n{program('y = 0.5')}LATE = 0.7\n"
    assert find_literals(text).values == (0.5,)


def test_a_program_without_floats_has_nothing_to_tune() -> None:
    literals = find_literals(program("y = 3"))
    assert literals.chosen == ()
    assert literals.with_values([]) == literals.source


def test_a_program_without_markers_is_refused() -> None:
    with pytest.raises(ProblemError):
        find_literals("y = 0.5\n")


def test_an_undeclared_literal_keeps_its_sign_and_its_order_of_magnitude() -> None:
    literal = only("y = 0.5")
    assert (literal.low, literal.high, literal.unit, literal.declared) == (0.0, 2.0, 0.5, False)
    negative = only("y = -0.5")
    assert (negative.low, negative.high, negative.unit) == (-2.0, 0.0, 0.5)


@pytest.mark.parametrize(
    ("lines", "ends"),
    [
        (["y = 0.5  # tune: 0.1..2.0"], (0.1, 2.0)),
        (["y = 0.5  #tune:.1 .. 2"], (0.1, 2.0)),
        (["y = 0.5  # tune: -1e0..+1e0"], (-1.0, 1.0)),
        (["# tune: 0.1..2.0", "y = 0.5"], (0.1, 2.0)),
        (["y = 0.0  # tune: 0..1"], (0.0, 1.0)),
        (["y = 1e-8  # tune: 1e-9..1e-7"], (1e-9, 1e-7)),
        (["y = 5e6  # tune: 1e6..9e6"], (1e6, 9e6)),
        (["y = x ** 0.5  # tune: 0.2..3.0"], (0.2, 3.0)),
        (["y = 1.0 - x  # tune: 0.5..1.5"], (0.5, 1.5)),
        (["y = max(x, 1e-6) + 0.5  # tune: 0.1..2.0"], (0.1, 2.0)),
        (["y = 0.5  # tune: 5..6, 0.1..2.0, 0..9"], (0.1, 2.0)),
    ],
)
def test_a_declared_range_is_taken_and_permits(lines: list[str], ends: tuple[float, float]) -> None:
    literal = only(*lines)
    assert (literal.low, literal.high) == ends
    assert literal.declared
    assert literal.unit == ends[1] - ends[0]


@pytest.mark.parametrize(
    "comment",
    ["# tune: 3..4", "# tune: 2..0.1", "# tune: 0.5..0.5", "# tune: 0..1e999", "# tune", "# 0..1"],
)
def test_a_range_that_does_not_fit_declares_nothing(comment: str) -> None:
    assert not only(f"y = 0.5  {comment}").declared


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ranges_are_found_whatever_ends_a_line(end: str) -> None:
    text = program("y = x", "# tune: 0.1..2.0", "y = 0.5", "y = 0.25  # tune: 0..1")
    one, other = find_literals(text.replace("\n", end)).chosen
    assert (one.value, one.high, other.value, other.high) == (0.5, 2.0, 0.25, 1.0)


def test_a_declaration_inside_a_text_or_for_another_line_declares_nothing() -> None:
    assert not only("y = 0.5; z = '# tune: 0.1..2.0'").declared
    assert not only("z = x  # tune: 0.1..2.0", "y = 0.5").declared


def test_two_literals_of_a_line_may_have_two_ranges() -> None:
    one, other = find_literals(program("y = 0.5 * x + 30.0  # tune: 0.1..2.0, 5..50")).chosen
    assert (one.high, other.high) == (2.0, 50.0)


def test_of_many_the_declared_are_chosen_first_and_ones_last() -> None:
    lines = ["y = 1.0 * x", *(f"y = {i}.5" for i in range(MOST)), "y = 77.5  # tune: 1..99"]
    literals = find_literals(program(*lines))
    assert len(literals.chosen) == MOST
    assert literals.values == (*(i + 0.5 for i in range(MOST - 1)), 77.5)
    assert [one.value for one in literals.left_out] == [1.0, MOST - 0.5]


@pytest.mark.parametrize(
    ("line", "values", "text"),
    [
        ("y = 0.5 * x", [2.0], "y = 2.0 * x"),
        ("y = 0.5*x+0.25", [0.123456, 0.5], "y = 0.12346*x+0.5"),
        ("y = -0.5*x", [-0.25], "y = -0.25*x"),
        ("y = x -0.5", [0.25], "y = x -0.25"),
        ("y = 2.50  # two", [2.5], "y = 2.50  # two"),
        ("y = 0.1234567", [0.1234567], "y = 0.1234567"),
        ("y = 0.5", [7.0], "y = 2.0"),
        ("y = 0.5", [-7.0], "y = 0.0"),
        ("y = 2e-6", [1.00001e-6], "y = 1e-06"),
        ("y = 400000.0", [1234567.0], "y = 1234600.0"),
        ("é = 0.5 * 'ß' + 0.25; y = 0.75", [0.1, 0.2, 0.3], "é = 0.1 * 'ß' + 0.2; y = 0.3"),
        ("y = 0.5 ** x  # tune: -1..1", [-0.25], "y = (-0.25) ** x  # tune: -1..1"),
        ("return-0.5  # tune: -1..1", [0.25], "return(0.25)  # tune: -1..1"),
        ("y = 0.1  # tune: 0..0.123456", [9.0], "y = 0.123456  # tune: 0..0.123456"),
    ],
)
def test_values_are_written_so(line: str, values: list[float], text: str) -> None:
    assert rewritten(line, *values) == text


def test_a_changed_sign_can_be_changed_back() -> None:
    first = find_literals(program("y = x - 0.5  # tune: -1..1"))
    second = find_literals(first.with_values([-0.25]))
    assert second.values == (-0.25,)
    third = find_literals(second.with_values([0.25]))
    assert third.values == (0.25,)
    assert third.source == program("y = x - ((0.25))  # tune: -1..1")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_form_feeds_are_kept(end: str) -> None:
    text = program("y = '''", "'''; z = 0.5", "\x0c", "y = '\x1c'; z = 0.25").replace("\n", end)
    literals = find_literals(text)
    assert literals.values == (0.5, 0.25)
    assert literals.with_values([0.1, 0.2]) == text.replace("0.5", "0.1").replace("0.25", "0.2")


def test_too_few_values_are_refused() -> None:
    with pytest.raises(ValueError, match="argument"):
        find_literals(program("y = 0.5 + 0.25")).with_values([0.5])


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_own_values_give_the_same_text(path: Path) -> None:
    literals = find_literals(path.read_text(encoding="utf-8"))
    assert literals.with_values(literals.values) == literals.source


quick = settings(max_examples=100, deadline=None, derandomize=True)
NUMBERS = st.one_of(
    st.floats(min_value=1.1e-6, max_value=9e5).map(repr),
    st.sampled_from(["0.5", "1.0", "2.", ".25", "3e-2", "0.0", "1e30", "7", "1e-6", "0.50"]),
)
ATOMS = st.one_of(
    NUMBERS,
    NUMBERS.map("-{}".format),
    st.sampled_from(["x", "n", "'é 0.5'", 'f"{0.5}"', "(-2)", "g(0.5)"]),
)


def _combined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "/", "**", "<", "==", " and ", ", ", " -"])
    return st.one_of(
        st.tuples(parts, operators, parts).map("".join),
        parts.map("({})".format),
        parts.map("g({})".format),
        parts.map("-({})".format),
    )


EXPRESSIONS = st.recursive(ATOMS, _combined, max_leaves=12)
COMMENTS = st.sampled_from(["", "  # tune: -2..2", "  # tune: 0..1e31", "  # 0.5"])
SOURCES = st.lists(
    st.tuples(st.sampled_from(["y = ", "y = (x)-", "return "]), EXPRESSIONS, COMMENTS).map("".join),
    min_size=1,
    max_size=6,
).map(lambda lines: program(*lines))


def numbers_blanked(text: str) -> list[str]:
    """Return the tokens of a text, numbers, signs and parentheses left out."""
    tokens = tokenize.generate_tokens(StringIO(text).readline)
    return [
        token.string
        for token in tokens
        if token.type != tokenize.NUMBER and token.string not in ("-", "(", ")")
    ]


class _Masked(ast.NodeTransformer):
    """Puts one name for every float, signed or not, in the places given."""

    def __init__(self, places: set[tuple[int, int]]) -> None:
        self._places = places

    def generic_visit(self, node: ast.AST) -> ast.AST:
        place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        if place in self._places and isinstance(node, ast.Constant | ast.UnaryOp):
            return ast.Name(id="SETTING", ctx=ast.Load())
        return super().generic_visit(node)


def masked(source: str, starts: Sequence[int]) -> str:
    """Return the tree of a source with the literals that start at these offsets blanked."""
    places = set()
    for start in starts:
        line = source[:start].count("\n") + 1
        column = len(source[source.rfind("\n", 0, start) + 1 : start].encode())
        places.add((line, column))
    return ast.dump(_Masked(places).visit(ast.parse(source)))


def spans(literals: Literals, values: Sequence[float]) -> list[range]:
    """Return where the literals stand in the text with other values, parentheses included."""
    found, moved = [], 0
    for literal, value in zip(literals.chosen, values, strict=True):
        one = Literals(source=literals.source, chosen=(literal,), left_out=())
        longer = len(one.with_values([value])) - len(literals.source)
        found.append(range(literal.start + moved, literal.stop + moved + longer))
        moved += longer
    return found


def drawn(literals: Literals, data: st.DataObject) -> list[float]:
    """Draw a value for every chosen literal."""
    return [data.draw(st.floats(min_value=one.low, max_value=one.high)) for one in literals.chosen]


@quick
@given(SOURCES)
def test_substituting_the_own_values_changes_nothing(source: str) -> None:
    literals = find_literals(source)
    assert literals.with_values(literals.values) == source


@quick
@given(SOURCES, st.data())
def test_only_the_chosen_literals_change(source: str, data: st.DataObject) -> None:
    literals = find_literals(source)
    values = drawn(literals, data)
    changed = literals.with_values(values)
    assert numbers_blanked(changed) == numbers_blanked(source)
    moved = [
        span.start + (changed[span.start] == "(" and source[literal.start] != "(")
        for literal, span in zip(literals.chosen, spans(literals, values), strict=True)
    ]
    before = masked(source, [literal.start for literal in literals.chosen])
    assert before.count("'SETTING'") == len(literals.chosen)
    assert masked(changed, moved) == before


@quick
@given(SOURCES, st.data())
def test_what_is_written_is_read_back_as_floats(source: str, data: st.DataObject) -> None:
    literals = find_literals(source)
    values = drawn(literals, data)
    changed = literals.with_values(values)
    compile(changed, "<changed>", "exec")
    found = [ast.literal_eval(changed[span.start : span.stop]) for span in spans(literals, values)]
    assert found == [one.nearest(value) for one, value in zip(literals.chosen, values, strict=True)]
    assert all(isinstance(value, float) for value in found)
