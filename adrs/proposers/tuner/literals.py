"""Finds the float literals of a program that may be tuned, and writes other values in their place.

Only floats are settings: whole numbers count and index, and a program whose `best = 0` becomes
`best = 0.03` is broken. Floats with a role of their own are left alone too: guards and sentinels
(`0.0`, `1e-6`, `1e30`), exponents (a base may turn out negative), what is compared for equality,
and the 1 of `1.0 - x`, `x + 1.0`, `x += 1.0` and `1.0 / x`.

A comment `# tune: 0.1..2.0` on a literal's line, or alone on the line above, declares the range of
the literals of that line whose values lie in it. A declared literal is tuned whatever its role.
Several ranges are parted by commas; the first that holds a literal's value is its own.
"""

import ast
import math
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from adrs.core.program import evolve_region, parsed
from adrs.proposers.mutator.nodes import rounded
from adrs.proposers.mutator.render import split_lines

MOST = 30  # literals tuned at once: some fifty evaluations tell nothing of more
FURTHEST = 4.0  # times its own magnitude: how far a literal without a declared range may go
_SMALLEST, _LARGEST = 1e-6, 1e6  # a setting lies strictly between
_POWERS = ("pow", "power", "float_power")
_FORMATTED = ("JoinedStr", "TemplateStr")

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})")
_TUNE = re.compile(r"#\s*tune:(.*)", re.DOTALL)

_Range = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatLiteral:
    """A float literal that may be tuned; a minus directly before it belongs to it.

    Attributes:
        start: offset of its first character in the program's text.
        stop: offset behind its last character.
        line: number of its line, from 1.
        value: what it says.
        low: smallest value it may take.
        high: largest value it may take, above `low`.
        declared: whether the program's text declares the range.
    """

    start: int
    stop: int
    line: int
    value: float
    low: float
    high: float
    declared: bool

    @property
    def unit(self) -> float:
        """What a step of 1 means: the whole of a declared range, else the value's magnitude."""
        return self.high - self.low if self.declared else abs(self.value)

    def nearest(self, value: float) -> float:
        """Return the value that would be written: five significant digits, within the range.

        The literal's own value is written as it stands.
        """
        if value == self.value:
            return value
        return min(max(rounded(value), self.low), self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Literals:
    """A program's text and its tunable literals.

    Attributes:
        source: the text.
        chosen: the literals to tune, at most `MOST`, in the order of the text. Where there are
            more, declared ones come before others, and `1.0` comes last.
        left_out: those beyond, in the order of the text.
    """

    source: str
    chosen: tuple[FloatLiteral, ...]
    left_out: tuple[FloatLiteral, ...]

    @property
    def values(self) -> tuple[float, ...]:
        """The values of the chosen literals."""
        return tuple(literal.value for literal in self.chosen)

    def with_values(self, values: Sequence[float]) -> str:
        """Return the text with other values, each as `FloatLiteral.nearest` writes it.

        A literal that keeps its value keeps its characters.

        Raises:
            ValueError: there are not as many values as chosen literals.
        """
        parts, at = [], 0
        for literal, value in zip(self.chosen, values, strict=True):
            old = self.source[literal.start : literal.stop]
            parts += [self.source[at : literal.start], _written(literal, value, old)]
            at = literal.stop
        return "".join([*parts, self.source[at:]])


def find_literals(source: str) -> Literals:
    """Find the literals of a program's evolve region that may be tuned.

    Raises:
        ProblemError: the region's markers are broken.
        SyntaxError, ValueError, RecursionError, MemoryError: the text does not parse.
    """
    cut = evolve_region(source, where="program")
    region = range(len(cut.head), len(cut.head) + len(cut.body))
    tree = parsed(source)
    lines = split_lines(source)
    offsets = [0, *accumulate(len(line) for line in lines)]
    ranges, fixed = _declared_ranges(lines), _in_a_role(tree)
    found = []
    for node in _floats(tree):
        line = lines[node.lineno - 1].encode()
        start = offsets[node.lineno - 1] + len(line[: node.col_offset].decode())
        stop = offsets[node.lineno - 1] + len(line[: node.end_col_offset].decode())
        if start not in region:
            continue
        value = float(source[start:stop])
        held = _range_of(value, ranges.get(node.lineno, ()), fixed=_bare(node) in fixed)
        if held is not None:
            found.append(_literal(start, stop, node.lineno, value, held))
    found.sort(key=lambda literal: literal.start)
    return _choice(source, found)


def _literal(start: int, stop: int, line: int, value: float, held: "_Held") -> FloatLiteral:
    low, high = held.range
    return FloatLiteral(
        start=start,
        stop=stop,
        line=line,
        value=value,
        low=low,
        high=high,
        declared=held.declared,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """The range that a value lies in."""

    range: _Range
    declared: bool


def _range_of(value: float, declared: Sequence[_Range], *, fixed: bool) -> _Held | None:
    """Return the range of a literal; None when it is no setting."""
    for low, high in declared:
        if low <= value <= high:
            return _Held(range=(low, high), declared=True)
    if fixed or not _SMALLEST < abs(value) < _LARGEST:
        return None
    ends = (0.0, FURTHEST * value)
    return _Held(range=(min(ends), max(ends)), declared=False)


def _choice(source: str, found: Sequence[FloatLiteral]) -> Literals:
    ranked = sorted(found, key=lambda one: (not one.declared, abs(one.value) == 1.0, one.start))
    chosen = sorted(ranked[:MOST], key=lambda one: one.start)
    left_out = sorted(ranked[MOST:], key=lambda one: one.start)
    return Literals(source=source, chosen=tuple(chosen), left_out=tuple(left_out))


def _written(literal: FloatLiteral, value: float, old: str) -> str:
    """Return the characters of another value in place of `old`.

    A changed sign is written in parentheses: `x - 0.5` and `return-0.5` read wrong without.
    """
    new = literal.nearest(value)
    if new == literal.value:
        return old
    text = f"-{-new!r}" if new < 0.0 else repr(abs(new))
    return text if (new < 0.0) == old.startswith("-") else f"({text})"


def _floats(tree: ast.AST) -> Iterator[ast.Constant | ast.UnaryOp]:
    """Yield the float literals, with their minus where nothing stands between the two."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if type(node).__name__ in _FORMATTED:
            continue  # positions inside are wrong before Python 3.12
        if isinstance(node, ast.Constant):
            if isinstance(node.value, float):
                yield node
        elif isinstance(node, ast.UnaryOp) and _is_negative_literal(node):
            yield node
        else:
            stack += ast.iter_child_nodes(node)


def _is_negative_literal(node: ast.UnaryOp) -> bool:
    return (
        isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
        and isinstance(node.operand.value, float)
        and (node.lineno, node.col_offset + 1) == (node.operand.lineno, node.operand.col_offset)
    )


def _in_a_role(tree: ast.AST) -> set[ast.AST]:
    """Return the nodes that are exponents or parts of such, compared for equality, or counts."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        for exponent in _exponents(node):
            found.update(ast.walk(exponent))
        if isinstance(node, ast.Compare) and any(
            isinstance(op, ast.Eq | ast.NotEq) for op in node.ops
        ):
            found.update(_bare(side) for side in (node.left, *node.comparators))
        elif isinstance(node, ast.MatchValue):
            found.add(_bare(node.value))
        found.update(side for side in _counted(node) if _is_one(side))
    return found


def _exponents(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return [node.right]
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Pow):
        return [node.value]
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return node.args[1:] if name in _POWERS else []
    return []


def _bare(node: ast.expr) -> ast.expr:
    return node.operand if isinstance(node, ast.UnaryOp) else node


def _counted(node: ast.AST) -> list[ast.expr]:
    """Return the operands that, when they are 1, count or complement rather than weigh."""
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Add | ast.Sub):
            return [node.left, node.right]
        return [node.left] if isinstance(node.op, ast.Div) else []
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
        return [node.value]
    return []


def _is_one(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1.0


def _declared_ranges(lines: Sequence[str]) -> Mapping[int, Sequence[_Range]]:
    """Return the ranges that comments declare, by the number of the line they are for."""
    if not any(_TUNE.search(line) for line in lines):
        return {}
    found: dict[int, list[_Range]] = {}
    texts = (line.rstrip("\r\n") + "\n" for line in lines)
    for token in tokenize.generate_tokens(lambda: next(texts, "")):
        match = _TUNE.match(token.string) if token.type == tokenize.COMMENT else None
        if match is None:
            continue
        row, column = token.start
        alone = not token.line[:column].strip()
        found.setdefault(row + 1 if alone else row, []).extend(_ranges(match[1]))
    return found


def _ranges(text: str) -> Iterator[_Range]:
    for match in _RANGE.finditer(text):
        low, high = float(match[1]), float(match[2])
        if low < high and math.isfinite(high - low):
            yield low, high
