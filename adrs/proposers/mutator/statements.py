"""Operators on whole statements."""

import ast

from adrs.proposers.mutator.draft import Draft, Edit, inserted, put_block
from adrs.proposers.mutator.growing import constant
from adrs.proposers.mutator.kinds import Kind
from adrs.proposers.mutator.nodes import FUNCTIONS, assigned, own_control, same, shown
from adrs.proposers.mutator.places import Block, ends

_TRIES = 6


def delete_statement(draft: Draft) -> Edit | None:
    """Delete a statement; one that must not stay empty keeps a `pass`."""
    options = [
        (block, index)
        for block in draft.survey.blocks
        for index in range(len(block.statements))
        if block.movable(index)
    ]
    for _ in range(_TRIES if options else 0):
        block, index = draft.dice.pick(options)
        if deletable(draft, block, index):
            return _deleted(block, index)
    return None


def _deleted(block: Block, index: int) -> Edit:
    node = block.statements[index]
    rest = [*block.statements[:index], *block.statements[index + 1 :]]
    if not rest and block.field != "orelse":
        rest = [ast.Pass()]
    return put_block(block, rest, f"deleted {shown(node)}", rebinds=True)


def deletable(draft: Draft, block: Block, index: int) -> bool:
    """Tell whether a statement may go: it binds nothing frozen and no function loses its result."""
    node = block.statements[index]
    if not block.movable(index) or isinstance(node, ast.Pass) or _is_pinned(draft, block, node):
        return False
    last = index == len(block.statements) - 1
    return not (last and isinstance(node, ast.Return) and _owns_function(draft, block))


def _owns_function(draft: Draft, block: Block) -> bool:
    """Tell whether a block is the body of a function or the end of the region itself."""
    if not block.path:
        return True
    owner: object = draft.region
    for field, index in block.path:
        owner = getattr(owner, field)
        if index is not None:
            assert isinstance(owner, list)
            owner = owner[index]
    return isinstance(owner, FUNCTIONS)


def _is_pinned(draft: Draft, block: Block, node: ast.stmt) -> bool:
    """Tell whether a statement assigns something frozen, or an attribute in a constructor."""
    texts = list(assigned(node))
    if draft.frozen(texts):
        return True
    scope = block.scopes[0]
    constructs = scope.place.endswith("__init__.")
    return constructs and any("." in text for text in texts)


def move_statement(draft: Draft) -> Edit | None:
    """Swap two neighbouring statements."""
    options = [
        (block, index)
        for block in draft.survey.blocks
        for index in range(len(block.statements) - 1)
        if block.movable(index) and block.movable(index + 1)
    ]
    for _ in range(_TRIES if options else 0):
        block, index = draft.dice.pick(options)
        if _swappable(draft, block, index) and _swappable(draft, block, index + 1):
            return _swapped(block, index)
    return None


def _swapped(block: Block, index: int) -> Edit | None:
    if same(block.statements[index], block.statements[index + 1]):
        return None
    statements = list(block.statements)
    statements[index : index + 2] = [statements[index + 1], statements[index]]
    return put_block(block, statements, f"moved {shown(statements[index])} up", rebinds=True)


def _swappable(draft: Draft, block: Block, index: int) -> bool:
    node = block.statements[index]
    return not ends(node) and not _is_pinned(draft, block, node)


def insert_snippet(draft: Draft) -> Edit | None:
    """Insert statements that the vocabulary declares."""
    options = [
        (block, gap, snippet)
        for block in draft.survey.blocks
        for gap in block.gaps()
        for snippet in draft.words.snippets
        if block.scopes[gap].fits(snippet.needs) and legal(draft, list(snippet.body), block, gap)
    ]
    if not options:
        return None
    block, gap, snippet = draft.dice.pick(options)
    new = snippet.filled(lambda: ast.unparse(constant(draft)))
    note = f"inserted snippet {shown(ast.Module(body=new, type_ignores=[]))}"
    return put_block(block, inserted(block, gap, new), note, rebinds=True)


def legal(draft: Draft, statements: list[ast.stmt], block: Block, gap: int) -> bool:
    """Tell whether control flow and bindings of the statements are legal at a gap."""
    scope = block.scopes[gap]
    returns, leaves_loop = own_control(statements)
    if leaves_loop and not scope.in_loop:
        return False
    if returns and (not scope.in_function or scope.results is Kind.UNKNOWN):
        return False
    texts = [text for node in statements for text in assigned(node)]
    if draft.frozen(texts):
        return False
    names = {text.split(".")[0] for text in texts}
    # A new local name that hides an outer one would unbind its other uses.
    return not names & scope.outer
