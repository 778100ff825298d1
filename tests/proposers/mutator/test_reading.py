"""What the mutator reads off a program: kinds, what may stand where, and what is in scope."""

import ast

import pytest

from adrs.core.vocabulary import Vocabulary
from adrs.proposers.mutator.inference import MODULE, infer
from adrs.proposers.mutator.kinds import Kind, kind_of
from adrs.proposers.mutator.outline import Outline, UnsuitableRegionError, outline_of
from adrs.proposers.mutator.places import Place


def region(
    body: str, *, head: str = "def f(a, b, xs):\n", tail: str = "", indent: int = 4
) -> Outline:
    pad = " " * indent
    lines = "".join(f"{pad}{line}\n" for line in body.split("\n"))
    source = f"{head}{pad}# EVOLVE-BLOCK-START\n{lines}{pad}# EVOLVE-BLOCK-END\n{tail}"
    return outline_of(source, Vocabulary(numeric=("a", "b"), numeric_lists=("xs",)))


def wants(outline: Outline, text: str) -> list[Kind]:
    return [place.wants for place in outline.survey.places if ast.unparse(place.node) == text]


@pytest.mark.parametrize(
    ("assignments", "name", "kind"),
    [
        ("x = 1", "x", Kind.INTEGER),
        ("x = 1.0", "x", Kind.NUMBER),
        ("x = 1\nx += 0.5", "x", Kind.NUMBER),
        ("x = 1\nx = x + 1", "x", Kind.INTEGER),
        ("x = 3 / 2", "x", Kind.NUMBER),
        ("x = 3 // 2", "x", Kind.INTEGER),
        ("x = a > b", "x", Kind.BOOLEAN),
        ("x = [0] * 3", "x", Kind.INTEGERS),
        ("x = [0.0] * 3", "x", Kind.NUMBERS),
        ("x = [0] * 3\nx[1] += a", "x", Kind.NUMBERS),
        ("x = []\nx.append(0.5)", "x", Kind.NUMBERS),
        ("x = [y * 2.0 for y in xs]", "x", Kind.NUMBERS),
        ("x = max(xs)", "x", Kind.NUMBER),
        ("x = sorted(range(3), key=lambda i: xs[i])[0]", "x", Kind.INTEGER),
        ("x = len(xs)", "x", Kind.INTEGER),
        ("x = int(a)", "x", Kind.INTEGER),
        ("x = 'word'", "x", Kind.OTHER),
        ("x = None\nx = 0.5", "x", Kind.OTHER),
        ("x = unknown(a)", "x", Kind.UNKNOWN),
        ("for x in range(3):\n    pass", "x", Kind.INTEGER),
        ("for i, x in enumerate(xs):\n    pass", "x", Kind.NUMBER),
        ("for i, x in enumerate(xs):\n    pass", "i", Kind.INTEGER),
        ("for x, y in zip(xs, range(3)):\n    pass", "y", Kind.INTEGER),
        ("x = a if b else 1", "x", Kind.NUMBER),
        ("x = np.argmin(xs)", "x", Kind.INTEGER),
        ("x = np.zeros(3)", "x", Kind.NUMBERS),
        ("x = np.zeros(3, dtype=int)", "x", Kind.INTEGERS),
        ("x = np.zeros((3, 2))", "x", Kind.UNKNOWN),
        ("x = math.sqrt(a)", "x", Kind.NUMBER),
        ("x = helper()", "x", Kind.NUMBER),
        ("x, y = 1, 2.0", "y", Kind.NUMBER),
        ("x: float = load()", "x", Kind.NUMBER),
        ("if guessed < 3:\n    pass", "guessed", Kind.NUMBER),
    ],
)
def test_kinds_follow_from_assignments_and_uses(assignments: str, name: str, kind: Kind) -> None:
    lines = "".join(f"    {line}\n" for line in assignments.split("\n"))
    tree = ast.parse(f"def helper():\n    return 0.5\n\ndef f(a, b, xs, guessed):\n{lines}")
    envs = infer(tree, Vocabulary(numeric=("a", "b"), numeric_lists=("xs",)))
    assert kind_of(ast.Name(id=name, ctx=ast.Load()), envs["f"]) is kind


def test_annotations_and_members_are_read() -> None:
    tree = ast.parse(
        "class P:\n    rate = 0.5\n    def __init__(self):\n        self.x = 1.5\n"
        "    def f(self, n: int, w: float, ok: bool, v: list[float]):\n        return self.x\n"
    )
    envs = infer(tree, Vocabulary())
    found = {name: envs["P.f"].kind(name) for name in ("n", "w", "ok", "v", "self.x", "self.rate")}
    assert found == {
        "n": Kind.INTEGER,
        "w": Kind.NUMBER,
        "ok": Kind.BOOLEAN,
        "v": Kind.NUMBERS,
        "self.x": Kind.NUMBER,
        "self.rate": Kind.NUMBER,
    }
    assert envs[MODULE].results["f"] is Kind.NUMBER


def test_a_declared_number_that_indexes_stays_whole() -> None:
    outline = region("y = a + 1\nreturn xs[a] * b")
    assert wants(outline, "a") == [Kind.INTEGER, Kind.INTEGER]
    assert wants(outline, "b") == [Kind.NUMBER]


@pytest.mark.parametrize(
    ("body", "text", "kind"),
    [
        ("return a * 2", "2", Kind.NUMBER),
        ("return xs[1]", "1", Kind.INTEGER),
        ("return a ** 2", "2", Kind.OTHER),
        ("return a / (b + 1.0)", "b + 1.0", Kind.OTHER),
        ("return a / (b + 1.0)", "b", Kind.NUMBER),
        ("return a / 2.0", "2.0", Kind.NUMBER),
        ("return math.log(a)", "a", Kind.OTHER),
        ("if len(xs) > 3:\n    return a", "3", Kind.NUMBER),
        ("if len(xs) == 3:\n    return a", "3", Kind.INTEGER),
        ("if a in xs:\n    return b", "a", Kind.OTHER),
        ("for i in range(3):\n    a += 0.5", "3", Kind.INTEGER),
        ("i = 0\ni += 1\nreturn i", "1", Kind.INTEGER),
        ("return sorted(xs, key=lambda x: (1, -x))", "1", Kind.NUMBER),
        ("if a:\n    return b", "a", Kind.BOOLEAN),
        ("while not (a > b):\n    a += 0.5", "a > b", Kind.BOOLEAN),
        ("return int(a)", "a", Kind.NUMBER),
        ("return [x for x in xs if x > a]", "x > a", Kind.BOOLEAN),
        ("return (a, b)", "(a, b)", Kind.OTHER),
        ("xs[0] = a", "a", Kind.NUMBER),
    ],
)
def test_the_context_says_what_may_stand_there(body: str, text: str, kind: Kind) -> None:
    assert wants(region(body), text)[-1] is kind


def at(outline: Outline, text: str) -> Place:
    return next(place for place in outline.survey.places if ast.unparse(place.node) == text)


@pytest.mark.parametrize(
    ("body", "sees", "sees_not"),
    [
        ("x = a\nreturn 7.5", {"x", "a", "len"}, {"y"}),
        ("if a:\n    x = a\nreturn 7.5", set(), {"x"}),
        ("if a:\n    x = a\nelse:\n    x = b\nreturn 7.5", {"x"}, set()),
        ("if a:\n    x = a\nelse:\n    return b\nreturn 7.5", {"x"}, set()),
        ("for i in xs:\n    x = i\nreturn 7.5", set(), {"x", "i"}),
        ("for i in xs:\n    x = 7.5", {"i"}, {"x"}),
        ("return [7.5 for y in xs]", {"y"}, set()),
        ("y = [x for x in xs]\nreturn 7.5", {"y"}, {"x"}),
        ("try:\n    x = a\nexcept ValueError:\n    y = b\nreturn 7.5", set(), {"x", "y"}),
        ("try:\n    x = a\nexcept ValueError:\n    return b\nreturn 7.5", {"x"}, set()),
        ("with a as x:\n    y = b\nreturn 7.5", {"x", "y"}, set()),
        ("if (x := a) > b:\n    pass\nreturn 7.5", {"x"}, set()),
        ("return (lambda y: 7.5)(a)", {"y"}, set()),
        ("def g(y):\n    return 7.5\nz = a\nreturn g", {"y", "a"}, {"z"}),
        ("import math as m, os.path\nreturn 7.5", {"m", "os"}, {"math"}),
        ("match a:\n    case [x, *y]:\n        return 7.5", {"x", "y"}, set()),
        ("outer = 7.5\nreturn outer", {"other"}, {"outer"}),
    ],
)
def test_a_name_is_in_scope_where_every_way_has_bound_it(
    body: str, sees: set[str], sees_not: set[str]
) -> None:
    head = "outer = other = 1\ndef f(a, b, xs):\n"
    scope = at(region(body, head=head), "7.5").scope
    assert {name for name in sees if scope.sees(name)} == sees
    assert not {name for name in sees_not if scope.sees(name)}


def test_the_scope_before_the_region_is_read_too() -> None:
    head = (
        "K = 1.0\nclass P:\n    C = 2.0\n    def f(self, n):\n        first = n\n"
        "        for i in n:\n            inner = i\n"
    )
    outline = region("x = 7.5", head=head, tail="            late = x\n", indent=12)
    scope = at(outline, "7.5").scope
    assert all(scope.sees(name) for name in ("K", "P", "self", "n", "first", "i", "inner"))
    assert not any(scope.sees(name) for name in ("C", "late", "x"))
    assert scope.in_loop
    assert scope.receiver == "self"
    assert "C" in scope.members


def test_a_name_that_is_needed_behind_the_region_stays_bound() -> None:
    outline = region("x = a\ny = b", tail="    return x\n")
    without = ast.Module(body=outline.region.body[1:], type_ignores=[])
    assert outline.survey.loose == frozenset()
    assert outline.look(without).loose == {"x"}


def test_a_marker_inside_an_except_block_is_understood() -> None:
    head = "def f(a):\n    try:\n        b = a\n    except ValueError as error:\n"
    outline = region("b = 7.5", head=head, tail="    return b\n", indent=8)
    assert at(outline, "7.5").scope.sees("error")


@pytest.mark.parametrize("body", ["", "# only a comment"])
def test_a_region_without_statements_is_refused(body: str) -> None:
    with pytest.raises(UnsuitableRegionError, match="no statement"):
        region(body, tail="    return a\n")
