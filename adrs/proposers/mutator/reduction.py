"""Candidate simplifications of a champion, for delta debugging."""

import ast
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adrs.core.program import UNPARSABLE
from adrs.core.vocabulary import Vocabulary
from adrs.errors import ProblemError
from adrs.proposers.mutator.draft import Change, Edit, apply, growth
from adrs.proposers.mutator.nodes import (
    Path,
    Value,
    dotted,
    is_docstring,
    literal,
    number,
    same,
    with_field,
)
from adrs.proposers.mutator.outline import Outline, UnsuitableRegionError, outline_of
from adrs.proposers.mutator.places import Block
from adrs.proposers.mutator.simplifying import branches, folded
from adrs.proposers.mutator.terms import operands

_DIGITS = 2
_UNSUITABLE = (*UNPARSABLE, ProblemError, UnsuitableRegionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """One candidate and how many syntax nodes it saves."""

    edit: Edit
    saved: int


def reductions(source: str, *, start: str) -> Iterator[str]:
    """Yield programs that are a little simpler than `source`, biggest cuts first.

    The order is deterministic. Every candidate compiles, differs from `source` in its evolve region
    only, leaves no local name unbound that `source` had bound, and has no more syntax nodes. Taking
    any candidate and asking again comes to an end: each one has fewer nodes, or as many nodes and
    fewer statements that `start` lacks, or else fewer long constants.

    Args:
        source: the champion; text whose region cannot be edited yields nothing, and one that is
            too deep to be walked, or holds too long a number to be written, nothing more.
        start: the program that the search began with. What it holds is left as it is, except that
            it may be deleted.
    """
    try:
        yield from _candidates(source, start)
    except _UNSUITABLE:
        return


def _candidates(source: str, start: str) -> Iterator[str]:
    vocabulary = Vocabulary()
    outline = outline_of(source, vocabulary)
    try:
        origin = outline_of(start, vocabulary).region
    except _UNSUITABLE:
        origin = ast.Module(body=[], type_ignores=[])
    cuts = [*_deleted(outline), *_lifted(outline), *_reverted(outline, origin)]
    cuts.sort(key=lambda cut: -cut.saved)
    seen = {source}
    for cut in [*cuts, *_shortened(outline, origin)]:
        text = _text(outline, cut.edit)
        if text is not None and text not in seen:
            seen.add(text)
            yield text


def _text(outline: Outline, edit: Edit) -> str | None:
    region = apply(outline.region, edit)
    if not outline.look(region).loose <= outline.survey.loose:
        return None
    try:
        return outline.text(region)
    except UNPARSABLE:
        return None


def _cut(path: Path, old: Value, new: Value) -> _Cut:
    edit = Edit(changes=(Change(path=path, old=old, new=new),), note="reduced")
    return _Cut(edit=edit, saved=-growth(edit))


def _deleted(outline: Outline) -> Iterator[_Cut]:
    """Yield every statement's deletion, and every `if` replaced by one of its branches."""
    for block in [_whole(outline), *outline.survey.blocks]:
        for index, node in enumerate(block.statements):
            if is_docstring(node):
                continue
            rest = [*block.statements[:index], *block.statements[index + 1 :]]
            if not rest and block.field != "orelse":
                rest = [ast.Pass()]
            cut = _cut(block.list_path, list(block.statements), rest)
            if cut.saved > 0:
                yield cut
            for branch in branches(node):
                kept = [*block.statements[:index], *branch, *block.statements[index + 1 :]]
                yield _cut(block.list_path, list(block.statements), kept)


def _lifted(outline: Outline) -> Iterator[_Cut]:
    """Yield every operation replaced by one of its operands, or folded."""
    for place in outline.survey.places:
        options = [*operands(place.node), *_without_one(place.node)]
        simpler = folded(place.node)
        if simpler is not None:
            options.append(simpler)
        for new in options:
            cut = _cut(place.path, place.node, new)
            if cut.saved > 0:
                yield cut


def _without_one(node: ast.expr) -> list[ast.expr]:
    """Return a logical operation, `min` or `max` of three or more without each one of them."""
    if isinstance(node, ast.BoolOp):
        field, parts = "values", node.values
    elif isinstance(node, ast.Call) and dotted(node.func) in ("min", "max"):
        field, parts = "args", node.args
    else:
        return []
    count = len(parts) if len(parts) > 2 else 0
    return [with_field(node, field, [*parts[:i], *parts[i + 1 :]]) for i in range(count)]


def _reverted(outline: Outline, origin: ast.Module) -> Iterator[_Cut]:
    """Yield every changed statement replaced by the one that the start program has there."""
    known = _dumps(origin)
    for block in [_whole(outline), *outline.survey.blocks]:
        there = _block_at(origin, block.path, block.field)
        for index, old in _paired(block.statements, there):
            node = block.statements[index]
            if ast.dump(node) in known:
                continue
            statements = [*block.statements[:index], old, *block.statements[index + 1 :]]
            cut = _cut(block.list_path, list(block.statements), statements)
            if cut.saved >= 0:
                yield cut


def _whole(outline: Outline) -> Block:
    """Return the region as a block, also where it lies in no function."""
    body = outline.region.body
    return Block(path=(), field="body", statements=body, scopes=(outline.scope,) * (len(body) + 1))


def _block_at(origin: ast.Module, path: Path, field: str) -> list[ast.stmt]:
    """Return the start program's block at the same place, empty when it has none."""
    node: object = origin
    for step, index in (*path, (field, None)):
        node = getattr(node, step, [])
        if index is not None:
            if not isinstance(node, list) or index >= len(node):
                return []
            node = node[index]
    return node if isinstance(node, list) else []


def _paired(
    statements: Sequence[ast.stmt], others: Sequence[ast.stmt]
) -> Iterator[tuple[int, ast.stmt]]:
    """Yield positions of changed statements with the statement of `others` that was changed."""
    left = [ast.dump(node) for node in statements]
    right = [ast.dump(node) for node in others]
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for tag, low, high, start, end in matcher.get_opcodes():
        if tag == "replace":
            for index in range(low, high):
                yield index, others[min(start + index - low, end - 1)]


def _dumps(tree: ast.Module) -> frozenset[str]:
    return frozenset(ast.dump(node) for node in ast.walk(tree) if isinstance(node, ast.stmt))


def _shortened(outline: Outline, origin: ast.Module) -> Iterator[_Cut]:
    """Yield every long constant, in a statement that the start lacks, at two digits."""
    known = _dumps(origin)
    for place in outline.survey.places:
        value = literal(place.node)
        if not isinstance(value, float) or not isinstance(place.node, ast.Constant):
            continue
        new = number(float(f"{value:.{_DIGITS}g}"))
        if (
            not same(new, place.node)
            and ast.dump(_statement(outline.region, place.path)) not in known
        ):
            yield _cut(place.path, place.node, new)


def _statement(region: ast.Module, path: Path) -> ast.AST:
    """Return the innermost statement on a path."""
    node: object = region
    found: ast.AST = region
    for field, index in path:
        node = getattr(node, field)
        if index is not None:
            assert isinstance(node, list)
            node = node[index]
        if isinstance(node, ast.stmt):
            found = node
    return found
