"""Programs: candidate source text with its evolve region."""

import ast
import hashlib
import threading
import warnings
from dataclasses import dataclass
from functools import lru_cache

from adrs.core.arguments import expect
from adrs.errors import ProblemError

REGION_START = "# EVOLVE-BLOCK-START"
REGION_END = "# EVOLVE-BLOCK-END"
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
# The fields of each kind of node that tell what it means.
_MEANT = {
    kind: tuple(field for field in kind._fields if field not in ("ctx", "kind", "type_comment"))
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
_HOLDS_STATEMENTS = (ast.stmt, ast.excepthandler, ast.match_case)
# CPython 3.11 counts the depth of the tree it builds in one place for all threads, and fails when
# another thread builds one meanwhile.
_PARSING = threading.Lock()
FILENAME = "<program>"  # what a program's text is called where it is parsed or compiled
# What Python finds odd about a program is its author's business: nothing is printed of it. A filter
# for a time, such as `catch_warnings`, would be one for all threads.
warnings.filterwarnings("ignore", category=SyntaxWarning, module=FILENAME)
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Source text and its identity.

    Attributes:
        id: hash of the normalised source; equal for texts that differ in comments or layout only.
        source: the whole text, frozen parts included.
    """

    id: str
    source: str

    @staticmethod
    def of(source: str) -> "Program":
        """Return the program of `source`; text that does not parse is hashed as it stands.

        Raises:
            UsageError: it is no text.
        """
        expect(isinstance(source, str), "source", source, "a program's text")
        return Program(id=program_id(source), source=source)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvolveRegion:
    """A program's text cut at its evolve region: `head + body + tail` is the whole text.

    `head` ends with the start marker's line and `tail` begins with the end marker's line, so only
    `body` may change.
    """

    head: str
    body: str
    tail: str

    def with_body(self, body: str) -> str:
        """Return the whole text with another body."""
        if body and not body.endswith("\n"):
            body += "\n"
        return self.head + body + self.tail


def program_id(source: str) -> str:
    """Return the 16-hex-digit hash of the source without comments, docstrings and layout."""
    try:
        return parsed_id(source)
    except UNPARSABLE:
        return _hashed(source)


@lru_cache(maxsize=64)
def parsed_id(source: str) -> str:
    """Return what `program_id` does, of a source that is known to parse or is to be checked.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it does not parse (`UNPARSABLE`).
    """
    words: list[str] = []
    _spell(parsed(source), words)
    return _hashed("\0".join(words))


def parsed(source: str) -> ast.Module:
    """Return the syntax tree of source; may be called by several threads at once.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it does not parse (`UNPARSABLE`).
    """
    with _PARSING:
        return ast.parse(source, FILENAME)


def normalised(source: str) -> str:
    """Return the source without comments, docstrings and layout, or as it is if it won't parse."""
    try:
        tree = parsed(source)
        _drop_docstrings(tree)
        return ast.unparse(tree)
    except UNPARSABLE:
        return source


def node_count(source: str) -> int:
    """Return the number of syntax nodes of source that parses, docstrings left out."""
    return sum(1 for _ in ast.walk(parsed(normalised(source))))


def _hashed(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).hexdigest()


def _spell(value: object, words: list[str]) -> None:
    """Add to `words` what tells a syntax tree, or a value in one, from others; no docstrings.

    What is empty is left out too: newer versions of Python have fields that older ones lack.
    """
    if not isinstance(value, ast.AST):
        words.append(repr(value))
        return
    kind = type(value)
    words.append(kind.__name__)
    for field in _MEANT[kind]:
        part = getattr(value, field)
        if isinstance(part, list):
            if part:
                words.append(field)
                documented = field == "body" and kind in _DOCUMENTED
                for item in _undocumented(part) if documented else part:
                    _spell(item, words)
                words.append("]")
        elif part is not None:
            words.append(field)
            _spell(part, words)
    words.append(")")


def _undocumented(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the body of a module, class or function without its docstring."""
    first = body[0]
    if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
        return body
    return (body[1:] or [ast.Pass()]) if isinstance(first.value.value, str) else body


def _drop_docstrings(node: ast.AST) -> None:
    """Drop the docstrings of a module, class or function and of those in its statements."""
    if isinstance(node, _DOCUMENTED) and node.body:
        node.body = _undocumented(node.body)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _HOLDS_STATEMENTS):
            _drop_docstrings(child)


def evolve_region(source: str, *, where: str) -> EvolveRegion:
    """Cut `source` at its evolve region.

    Args:
        source: the whole text.
        where: what to call the text in an error, such as a file name.

    Raises:
        ProblemError: the markers are missing, doubled or in the wrong order.
    """
    lines = source.splitlines(keepends=True)
    starts = [i for i, line in enumerate(lines) if line.strip() == REGION_START]
    ends = [i for i, line in enumerate(lines) if line.strip() == REGION_END]
    if len(starts) != 1 or len(ends) != 1 or ends[0] <= starts[0]:
        raise ProblemError(
            f"{where}: broken evolve region: found {len(starts)} start and {len(ends)} end "
            f"markers. Put exactly one line '{REGION_START}' before one line '{REGION_END}'."
        )
    start, end = starts[0] + 1, ends[0]
    return EvolveRegion(
        head="".join(lines[:start]), body="".join(lines[start:end]), tail="".join(lines[end:])
    )
