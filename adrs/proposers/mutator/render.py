"""Writes an edited region back as text that keeps the lines of everything untouched.

Statements that *are* the parent's nodes keep their lines, comments included; so does the header of
a compound statement whose header is untouched. Only what was changed is written by `ast.unparse`.
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from adrs.proposers.mutator.nodes import FUNCTIONS, copied

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_Headed = (
    ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.ClassDef
    | ast.If
    | ast.For
    | ast.AsyncFor
    | ast.While
    | ast.With
)
_STEP = "    "


def split_lines(text: str) -> list[str]:
    """Split a text into lines, ends kept, where the Python parser does."""
    return _LINE.findall(text)


def first_line(node: ast.stmt) -> int:
    """Return the number of a statement's first line, decorators included."""
    decorators = node.decorator_list if isinstance(node, (*FUNCTIONS, ast.ClassDef)) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def last_line(node: ast.stmt) -> int:
    """Return the number of a statement's last line."""
    return node.lineno if node.end_lineno is None else node.end_lineno


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The text that a tree was parsed from.

    Attributes:
        lines: all its lines, ends kept.
        first: number of the region's first line, from 1.
        last: number of the region's last line.
    """

    lines: Sequence[str]
    first: int
    last: int

    def text(self, first: int, last: int) -> str:
        """Return lines `first` to `last`, both included."""
        return "".join(self.lines[first - 1 : last])

    def indent(self, node: ast.stmt) -> str:
        """Return the white space before a statement."""
        line = self.lines[first_line(node) - 1]
        return line[: len(line) - len(line.lstrip())]

    def owned(self, statements: Sequence[ast.stmt], after: int) -> bool:
        """Tell whether each statement stands alone on its lines, the first below line `after`."""
        for node in statements:
            line, column = first_line(node), node.col_offset
            prefix = self.lines[line - 1][:column]
            if line <= after or prefix.strip() or len(prefix) != column:
                return False
            after = last_line(node)
        return True


def write_region(old: Sequence[ast.stmt], new: Sequence[ast.stmt], sheet: Sheet) -> str:
    """Return the region's text with the statements `new` in place of `old`."""
    indent = sheet.indent(old[0])
    if not sheet.owned(old, sheet.first - 1):
        return fresh(new, indent)
    text = _block(old, new, sheet, after=sheet.first - 1)
    return text + sheet.text(last_line(old[-1]) + 1, sheet.last)


def fresh(statements: Sequence[ast.stmt], indent: str) -> str:
    """Return statements as new text."""
    text = "\n".join(ast.unparse(node) for node in statements)
    return "".join(f"{indent}{line}\n" if line else "\n" for line in text.split("\n"))


def _block(old: Sequence[ast.stmt], new: Sequence[ast.stmt], sheet: Sheet, *, after: int) -> str:
    """Return a block that begins below line `after`, with the comments above each statement."""
    above, line = {}, after
    for node in old:
        above[id(node)] = sheet.text(line + 1, first_line(node) - 1)
        line = last_line(node)
    partners = _partners(old, new)
    indent = sheet.indent(old[0])
    parts = []
    for node in new:
        partner = partners.get(id(node))
        if partner is not None:
            parts += [above[id(partner)], _statement(partner, node, sheet, indent)]
        else:
            parts.append(fresh([node], indent))
    return "".join(parts)


def _partners(old: Sequence[ast.stmt], new: Sequence[ast.stmt]) -> dict[int, ast.stmt]:
    """Return, by id of each statement of `new`, the statement of `old` that it comes from.

    A statement comes from itself; between two such, the rest are paired in order when there are as
    many of them on both sides.
    """
    kept = {id(node) for node in new}
    known = {id(node) for node in old}
    partners = {id(node): node for node in old if id(node) in kept}
    changed_old = [node for node in old if id(node) not in kept]
    changed_new = [node for node in new if id(node) not in known]
    if len(changed_old) == len(changed_new):
        for before, after in zip(changed_old, changed_new, strict=True):
            if type(before) is type(after):
                partners[id(after)] = before
    return partners


def _statement(old: ast.stmt, new: ast.stmt, sheet: Sheet, indent: str) -> str:
    if old is new:
        return _closed(sheet.text(first_line(old), last_line(old)))
    if isinstance(old, _Headed) and isinstance(new, _Headed) and _can_nest(old, sheet):
        return _compound(old, new, sheet, indent)
    return fresh([new], indent)


def _closed(text: str) -> str:
    return text if text.endswith(("\n", "\r")) else text + "\n"


def _can_nest(node: _Headed, sheet: Sheet) -> bool:
    tail = _orelse(node)
    return sheet.owned(node.body, _header_end(node)) and sheet.owned(tail, last_line(node.body[-1]))


def _header_end(node: ast.stmt) -> int:
    """Return the last line that an expression of the header is known to reach."""
    ends = [node.lineno]
    for field, value in ast.iter_fields(node):
        parts = value if isinstance(value, list) else [value]
        if field not in ("body", "orelse"):
            ends += [part.end_lineno or 0 for part in parts if isinstance(part, ast.expr)]
    return max(ends)


def _orelse(node: ast.stmt) -> list[ast.stmt]:
    return node.orelse if isinstance(node, ast.If | ast.For | ast.AsyncFor | ast.While) else []


def _compound(old: _Headed, new: _Headed, sheet: Sheet, indent: str) -> str:
    if old.body is new.body:
        body = sheet.text(first_line(old.body[0]), last_line(old.body[-1]))
    else:
        body = _block(old.body, new.body, sheet, after=first_line(old.body[0]) - 1)
    return _header(old, new, sheet, indent) + _closed(body) + _tail(old, new, sheet, indent)


def _header(old: _Headed, new: _Headed, sheet: Sheet, indent: str) -> str:
    verbatim = sheet.text(first_line(old), first_line(old.body[0]) - 1)
    if all(
        getattr(old, field) is getattr(new, field)
        for field in old._fields
        if field not in ("body", "orelse")
    ):
        return verbatim
    bare = copied(new)
    bare.body = [ast.Pass()]
    if isinstance(bare, ast.If | ast.For | ast.AsyncFor | ast.While):
        bare.orelse = []
    text = fresh([bare], indent)
    header = text[: text.rindex(f"{indent}{_STEP}pass")]
    if verbatim.lstrip().startswith("elif"):
        return f"{indent}el{header[len(indent) :]}"
    return header


def _tail(old: _Headed, new: _Headed, sheet: Sheet, indent: str) -> str:
    """Return the `else` or `elif` of a compound statement."""
    before, after = _orelse(old), _orelse(new)
    if not after:
        return ""
    if not before:
        return f"{indent}else:\n{fresh(after, indent + _STEP)}"
    start = last_line(old.body[-1]) + 1
    between = sheet.text(start, first_line(before[0]) - 1)
    if before is after:
        return _closed(between + sheet.text(first_line(before[0]), last_line(before[-1])))
    if _is_elif(before, sheet):
        if len(after) == 1 and isinstance(after[0], ast.If):
            text = _statement(before[0], after[0], sheet, indent)
            return between + (text if text.lstrip().startswith("elif") else _as_elif(text, indent))
        return f"{indent}else:\n{fresh(after, indent + _STEP)}"
    return between + _block(before, after, sheet, after=first_line(before[0]) - 1)


def _is_elif(statements: Sequence[ast.stmt], sheet: Sheet) -> bool:
    node = statements[0]
    return (
        len(statements) == 1
        and isinstance(node, ast.If)
        and sheet.lines[node.lineno - 1].lstrip().startswith("elif")
    )


def _as_elif(text: str, indent: str) -> str:
    return f"{indent}el{text[len(indent) :]}"
