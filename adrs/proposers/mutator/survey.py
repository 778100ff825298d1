"""Walks statements: places, blocks, and the names bound on every way (definite assignment)."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from adrs.proposers.mutator.expressions import Expressions
from adrs.proposers.mutator.kinds import LISTS, Kind, kind_of
from adrs.proposers.mutator.nodes import FUNCTIONS, LOOPS, Path, bound_names
from adrs.proposers.mutator.places import Block, Place, ends, slot
from adrs.proposers.mutator.scope import Facts, Scope, class_scope, function_scope, statement_names

_DEFINITIONS = (*FUNCTIONS, ast.ClassDef)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What was found in a region.

    Attributes:
        places: its expressions.
        blocks: its statement lists that lie in functions.
        loose: names read where not every way has bound them.
        after: scope behind the region.
    """

    places: Sequence[Place]
    blocks: Sequence[Block]
    loose: frozenset[str]
    after: Scope


def survey(region: ast.Module, scope: Scope, facts: Facts, rest: Sequence[ast.stmt]) -> Survey:
    """Walk a region.

    Args:
        region: the region's statements.
        scope: scope before the first of them.
        facts: of the whole program.
        rest: statements that follow the region in its function; only `loose` takes note of them.
    """
    walk = StatementWalk(facts)
    after = walk.block(region.body, (), "body", scope)
    places, blocks = tuple(walk.expressions.places), tuple(walk.blocks)
    walk.block(rest, (), "body", after)
    return Survey(
        places=places, blocks=blocks, loose=frozenset(walk.expressions.loose), after=after
    )


class StatementWalk:
    """Collects blocks and places.

    Attributes:
        expressions: the walk over expressions.
        blocks: every statement list met inside a function.
    """

    def __init__(self, facts: Facts) -> None:
        self.expressions = Expressions()
        self.blocks: list[Block] = []
        self._facts = facts

    def block(self, statements: Sequence[ast.stmt], path: Path, field: str, scope: Scope) -> Scope:
        """Collect a statement list; return the scope behind it."""
        scopes = [scope]
        for i, statement in enumerate(statements):
            scope = self.statement(statement, (*path, (field, i)), scope)
            scopes.append(scope)
        if scope.in_function:
            self.blocks.append(Block(path=path, field=field, statements=statements, scopes=scopes))
        return scope

    def statement(self, node: ast.stmt, path: Path, scope: Scope) -> Scope:
        """Collect a statement; return the scope behind it."""
        match node:
            case ast.If():
                return self._if(node, path, scope)
            case ast.For() | ast.AsyncFor() | ast.While():
                return self._loop(node, path, scope)
            case ast.With() | ast.AsyncWith():
                return self._with(node, path, scope)
            case ast.Try() | ast.TryStar():
                return self._try(node, path, scope)
            case ast.Match():
                return self._match(node, path, scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self.block(node.body, path, "body", self.enter(node, node.body, scope))
            case _:
                self._simple(node, path, scope)
        scope = self._bound(scope, statement_names(node))
        return scope._replace(ended=True) if ends(node) else scope

    def behind(self, node: ast.stmt, scope: Scope) -> Scope:
        """Return the scope behind a statement whose places and blocks are of no interest."""
        if isinstance(node, _DEFINITIONS) and not self._facts.walrus:
            return scope.knowing(frozenset((node.name,)))
        return self.statement(node, (), scope)

    def enter(self, node: ast.stmt, block: Sequence[ast.stmt], scope: Scope) -> Scope:
        """Return the scope before the first statement of one of the node's blocks."""
        if isinstance(node, FUNCTIONS):
            return function_scope(node, scope, self._facts)
        if isinstance(node, ast.ClassDef):
            return class_scope(node, scope)
        scope = scope.knowing(frozenset(_entering_names(node, block)))
        loops = isinstance(node, LOOPS) and block is node.body
        return scope._replace(in_loop=True) if loops else scope

    def _bound(self, scope: Scope, names: Iterable[str] = ()) -> Scope:
        """Return the scope with more names, and those of assignment expressions just visited."""
        walrus = self.expressions.taken_walrus()
        return scope.knowing(walrus.union(names))

    def _simple(self, node: ast.stmt, path: Path, scope: Scope) -> None:
        walk, env = self.expressions, scope.env
        match node:
            case ast.Assign():
                self._assign(node, path, scope)
            case ast.AugAssign():
                kind = kind_of(node.value, env)
                wants = slot(kind_of(node.target, env), kind)
                if isinstance(node.target, ast.Name):
                    walk.read(node.target.id, scope)
                walk.target(node.target, (*path, ("target", None)), scope)
                walk.visit(node.value, (*path, ("value", None)), wants, scope)
            case ast.AnnAssign() if node.value is not None:
                wants = slot(kind_of(node.target, env), kind_of(node.value, env))
                walk.visit(node.value, (*path, ("value", None)), wants, scope)
            case ast.Return() if node.value is not None:
                wants = slot(scope.results, kind_of(node.value, env))
                walk.visit(node.value, (*path, ("value", None)), wants, scope)
            case ast.Assert():
                walk.visit(node.test, (*path, ("test", None)), Kind.BOOLEAN, scope)
            case ast.Expr():
                walk.natural(node.value, (*path, ("value", None)), scope)

    def _assign(self, node: ast.Assign, path: Path, scope: Scope) -> None:
        walk, target, value = self.expressions, node.targets[0], node.value
        for i, one in enumerate(node.targets):
            walk.target(one, (*path, ("targets", i)), scope)
        here = (*path, ("value", None))
        if not isinstance(target, ast.Tuple) or not isinstance(value, ast.Tuple):
            walk.visit(value, here, self._stored(target, value, scope), scope)
            return
        walk.places.append(Place(value, here, Kind.OTHER, scope, False))
        for i, item in enumerate(value.elts):
            wants = Kind.OTHER
            if len(target.elts) == len(value.elts):
                wants = self._stored(target.elts[i], item, scope)
            walk.visit(item, (*here, ("elts", i)), wants, scope)

    @staticmethod
    def _stored(target: ast.expr, value: ast.expr, scope: Scope) -> Kind:
        kind = kind_of(value, scope.env)
        if kind in LISTS:
            return Kind.OTHER
        return slot(kind_of(target, scope.env), kind)

    def _if(self, node: ast.If, path: Path, scope: Scope) -> Scope:
        self.expressions.visit(node.test, (*path, ("test", None)), Kind.BOOLEAN, scope)
        scope = self._bound(scope)
        body = self.block(node.body, path, "body", scope)
        orelse = self.block(node.orelse, path, "orelse", scope) if node.orelse else scope
        return _merged([body, orelse], scope)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, path: Path, scope: Scope) -> Scope:
        if isinstance(node, ast.While):
            self.expressions.visit(node.test, (*path, ("test", None)), Kind.BOOLEAN, scope)
            scope = self._bound(scope)
        else:
            self.expressions.target(node.target, (*path, ("target", None)), scope)
            self.expressions.natural(node.iter, (*path, ("iter", None)), scope)
        self.block(node.body, path, "body", self.enter(node, node.body, scope))
        if node.orelse:
            self.block(node.orelse, path, "orelse", scope)
        return scope

    def _with(self, node: ast.With | ast.AsyncWith, path: Path, scope: Scope) -> Scope:
        for i, item in enumerate(node.items):
            where = (*path, ("items", i), ("context_expr", None))
            self.expressions.visit(item.context_expr, where, Kind.OTHER, scope)
        return self.block(node.body, path, "body", self.enter(node, node.body, scope))

    def _try(self, node: ast.Try | ast.TryStar, path: Path, scope: Scope) -> Scope:
        body = self.block(node.body, path, "body", scope)
        if node.orelse:
            body = self.block(node.orelse, path, "orelse", body)
        ways = [body]
        for i, handler in enumerate(node.handlers):
            inner = self.enter(node, handler.body, scope)
            ways.append(self.block(handler.body, (*path, ("handlers", i)), "body", inner))
        scope = _merged(ways, scope)
        return self.block(node.finalbody, path, "finalbody", scope) if node.finalbody else scope

    def _match(self, node: ast.Match, path: Path, scope: Scope) -> Scope:
        self.expressions.visit(node.subject, (*path, ("subject", None)), Kind.OTHER, scope)
        for i, case in enumerate(node.cases):
            here = (*path, ("cases", i))
            inner = self.enter(node, case.body, scope)
            if case.guard is not None:
                self.expressions.visit(case.guard, (*here, ("guard", None)), Kind.BOOLEAN, inner)
            self.block(case.body, here, "body", inner)
        return scope


def _entering_names(node: ast.stmt, block: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the names that a compound statement binds before it runs one of its blocks."""
    match node:
        case ast.For() | ast.AsyncFor() if block is node.body:
            yield from statement_names(node)
        case ast.With() | ast.AsyncWith():
            yield from statement_names(node)
        case ast.Try() | ast.TryStar():
            yield from (one.name for one in node.handlers if one.body is block and one.name)
        case ast.Match():
            for case in node.cases:
                if case.body is block:
                    yield from bound_names(case.pattern)


def _merged(ways: Sequence[Scope], before: Scope) -> Scope:
    """Return the scope where several ways meet."""
    open_ways = [way for way in ways if not way.ended]
    if not open_ways:
        return before._replace(ended=True)
    local = open_ways[0].local
    for way in open_ways[1:]:
        local &= way.local
    return before._replace(local=local)
