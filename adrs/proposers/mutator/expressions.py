"""Walks expressions: what may stand where, and which names are not in scope."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from adrs.proposers.mutator.kinds import LISTS, SCALARS, Kind, kind_of
from adrs.proposers.mutator.nodes import Path, Step, bound_names, walked
from adrs.proposers.mutator.places import Place, natural
from adrs.proposers.mutator.scope import Scope

_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_DIVISIONS = (ast.Div, ast.FloorDiv, ast.Mod)
_PASSING = frozenset({"min", "max", "abs"})
_ROUNDING = frozenset({"int", "float", "round", "floor", "ceil", "tanh", "fabs", "isfinite"})


class Expressions:
    """Collects the places of expressions.

    Attributes:
        places: every expression met, in order.
        loose: names read where not every way has bound them.
    """

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.loose: set[str] = set()
        self._walrus: set[str] = set()

    def visit(
        self, node: ast.expr, path: Path, wants: Kind, scope: Scope, *, indexing: bool = False
    ) -> None:
        """Collect an expression and all that is in it."""
        place = Place(node, path, wants, scope, indexing)
        self.places.append(place)
        visitor = _VISITORS.get(type(node))
        if visitor is None:
            self._visit_parts(place)
        else:
            visitor(self, place)

    def natural(self, node: ast.expr, path: Path, scope: Scope, *, indexing: bool = False) -> None:
        """Collect an expression whose context does not say what may stand there."""
        self.visit(node, path, natural(kind_of(node, scope.env)), scope, indexing=indexing)

    def read(self, name: str, scope: Scope) -> None:
        """Note that a name is read."""
        if not scope.sees(name):
            self.loose.add(name)

    def taken_walrus(self) -> frozenset[str]:
        """Return the names that assignment expressions have bound since the last call."""
        names = frozenset(self._walrus)
        self._walrus.clear()
        return names

    def target(self, node: ast.expr, path: Path, scope: Scope) -> None:
        """Collect what an assignment's target reads: the base and the index of `x[i]`."""
        if isinstance(node, ast.Subscript):
            self.visit(node.value, (*path, ("value", None)), Kind.OTHER, scope)
            self._index(node.slice, (*path, ("slice", None)), scope)
        elif isinstance(node, ast.Attribute):
            self.visit(node.value, (*path, ("value", None)), Kind.OTHER, scope)
        elif isinstance(node, ast.Tuple | ast.List):
            for i, item in enumerate(node.elts):
                self.target(item, (*path, ("elts", i)), scope)
        elif isinstance(node, ast.Starred):
            self.target(node.value, (*path, ("value", None)), scope)

    def _name(self, place: Place) -> None:
        node = place.node
        assert isinstance(node, ast.Name)
        self.read(node.id, place.scope)

    def _leaf(self, place: Place) -> None:
        """Leave a literal: there is nothing in it."""

    def _attribute(self, place: Place) -> None:
        node = place.node
        assert isinstance(node, ast.Attribute)
        self.visit(node.value, (*place.path, ("value", None)), Kind.OTHER, place.scope)

    def _binary(self, place: Place) -> None:
        node, scope = place.node, place.scope
        assert isinstance(node, ast.BinOp)
        for name, operand in (("left", node.left), ("right", node.right)):
            kind = kind_of(operand, scope.env)
            wants = place.wants if place.wants in SCALARS and kind in SCALARS else natural(kind)
            if name == "right" and _fixed_right(node):
                wants = Kind.OTHER
            self.visit(operand, (*place.path, (name, None)), wants, scope, indexing=place.indexing)

    def _unary(self, place: Place) -> None:
        node = place.node
        assert isinstance(node, ast.UnaryOp)
        path = (*place.path, ("operand", None))
        if isinstance(node.op, ast.Not):
            self.visit(node.operand, path, Kind.BOOLEAN, place.scope)
        elif place.wants in SCALARS:
            self.visit(node.operand, path, place.wants, place.scope, indexing=place.indexing)
        else:
            self.natural(node.operand, path, place.scope, indexing=place.indexing)

    def _logical(self, place: Place) -> None:
        node = place.node
        assert isinstance(node, ast.BoolOp)
        for i, value in enumerate(node.values):
            path = (*place.path, ("values", i))
            if place.wants is Kind.BOOLEAN:
                self.visit(value, path, Kind.BOOLEAN, place.scope)
            else:
                self.natural(value, path, place.scope)

    def _compare(self, place: Place) -> None:
        node, scope = place.node, place.scope
        assert isinstance(node, ast.Compare)
        ordered = all(isinstance(op, _ORDER) for op in node.ops)
        member = any(isinstance(op, ast.In | ast.NotIn | ast.Is | ast.IsNot) for op in node.ops)
        parts: list[tuple[Step, ast.expr]] = [(("left", None), node.left)]
        parts += [(("comparators", i), other) for i, other in enumerate(node.comparators)]
        for step, operand in parts:
            wants = natural(kind_of(operand, scope.env))
            if ordered and wants is Kind.INTEGER:
                wants = Kind.NUMBER
            elif member:
                wants = Kind.OTHER
            self.visit(operand, (*place.path, step), wants, scope)

    def _choice(self, place: Place) -> None:
        node = place.node
        assert isinstance(node, ast.IfExp)
        path, scope = place.path, place.scope
        self.visit(node.test, (*path, ("test", None)), Kind.BOOLEAN, scope)
        for name, branch in (("body", node.body), ("orelse", node.orelse)):
            if place.wants is Kind.OTHER:
                self.natural(branch, (*path, (name, None)), scope)
            else:
                self.visit(
                    branch, (*path, (name, None)), place.wants, scope, indexing=place.indexing
                )

    def _call(self, place: Place) -> None:
        node = place.node
        assert isinstance(node, ast.Call)
        name = _called(node)
        self.visit(node.func, (*place.path, ("func", None)), Kind.OTHER, place.scope)
        for i, argument in enumerate(node.args):
            wants, indexing = _argument(name, argument, place)
            self.visit(argument, (*place.path, ("args", i)), wants, place.scope, indexing=indexing)
        for i, keyword in enumerate(node.keywords):
            path = (*place.path, ("keywords", i), ("value", None))
            self._keyword(keyword, path, place.scope)

    def _keyword(self, keyword: ast.keyword, path: Path, scope: Scope) -> None:
        if keyword.arg == "key" and isinstance(keyword.value, ast.Lambda):
            function = keyword.value
            inner = _lambda_scope(function, scope)
            self._sort_key(function.body, (*path, ("body", None)), inner)
        else:
            self.natural(keyword.value, path, scope)

    def _sort_key(self, node: ast.expr, path: Path, scope: Scope) -> None:
        """Collect a sort key: any number will do, also inside a tuple."""
        if isinstance(node, ast.Tuple):
            self.places.append(Place(node, path, Kind.OTHER, scope, False))
            for i, item in enumerate(node.elts):
                self._sort_key(item, (*path, ("elts", i)), scope)
            return
        kind = natural(kind_of(node, scope.env))
        self.visit(node, path, Kind.NUMBER if kind is Kind.INTEGER else kind, scope)

    def _lambda(self, place: Place) -> None:
        node = place.node
        assert isinstance(node, ast.Lambda)
        self.natural(node.body, (*place.path, ("body", None)), _lambda_scope(node, place.scope))

    def _item(self, place: Place) -> None:
        node = place.node
        assert isinstance(node, ast.Subscript)
        self.visit(node.value, (*place.path, ("value", None)), Kind.OTHER, place.scope)
        self._index(node.slice, (*place.path, ("slice", None)), place.scope)

    def _index(self, node: ast.expr, path: Path, scope: Scope) -> None:
        if isinstance(node, ast.Slice):
            for name, bound in (("lower", node.lower), ("upper", node.upper)):
                if bound is not None:
                    self._index(bound, (*path, (name, None)), scope)
        elif isinstance(node, ast.Tuple):
            for i, item in enumerate(node.elts):
                self._index(item, (*path, ("elts", i)), scope)
        else:
            kind = kind_of(node, scope.env)
            wants = Kind.INTEGER if kind is Kind.INTEGER else Kind.OTHER
            self.visit(node, path, wants, scope, indexing=True)

    def _comprehension(self, place: Place) -> None:
        node, path, scope = place.node, place.path, place.scope
        assert isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp)
        for i, generator in enumerate(node.generators):
            here = (*path, ("generators", i))
            self.natural(generator.iter, (*here, ("iter", None)), scope)
            scope = scope.knowing(frozenset(bound_names(generator.target)))
            for j, condition in enumerate(generator.ifs):
                self.visit(condition, (*here, ("ifs", j)), Kind.BOOLEAN, scope)
        if isinstance(node, ast.DictComp):
            self.visit(node.key, (*path, ("key", None)), Kind.OTHER, scope)
            self.natural(node.value, (*path, ("value", None)), scope)
        else:
            self.natural(node.elt, (*path, ("elt", None)), scope)

    def _walrus_value(self, place: Place) -> None:
        node = place.node
        assert isinstance(node, ast.NamedExpr)
        self.natural(node.value, (*place.path, ("value", None)), place.scope)
        self._walrus.add(node.target.id)

    def _visit_parts(self, place: Place) -> None:
        for field, value in ast.iter_fields(place.node):
            parts = value if isinstance(value, list) else [value]
            for i, part in enumerate(parts):
                if isinstance(part, ast.expr):
                    step = (field, i if isinstance(value, list) else None)
                    self.natural(part, (*place.path, step), place.scope)


def _fixed_right(node: ast.BinOp) -> bool:
    """Tell whether the right operand must keep its form: an exponent, or a denominator.

    A literal denominator may be tuned; anything else is edited inside only, so that a guard such as
    `max(x, 1e-6)` stays.
    """
    if isinstance(node.op, ast.Pow):
        return True
    return isinstance(node.op, _DIVISIONS) and not isinstance(node.right, ast.Constant)


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _argument(name: str, argument: ast.expr, place: Place) -> tuple[Kind, bool]:
    """Return what may stand as an argument, and whether it bounds a range."""
    kind = kind_of(argument, place.scope.env)
    if name == "range":
        return (Kind.INTEGER if kind is Kind.INTEGER else Kind.OTHER), True
    if name in ("log", "sqrt", "log2", "log10"):
        return Kind.OTHER, False
    if name in _ROUNDING and kind in SCALARS:
        return Kind.NUMBER, False
    if name in _PASSING and kind in SCALARS and place.wants in SCALARS:
        return place.wants, place.indexing
    return (Kind.OTHER if kind in LISTS else natural(kind)), False


def _lambda_scope(node: ast.Lambda, scope: Scope) -> Scope:
    names = (child.arg for child in walked(node.args) if isinstance(child, ast.arg))
    return scope.knowing(frozenset(names))


_VISITORS: Mapping[type[ast.expr], Callable[[Any, Place], None]] = {
    ast.Name: Expressions._name,
    ast.Constant: Expressions._leaf,
    ast.Attribute: Expressions._attribute,
    ast.BinOp: Expressions._binary,
    ast.UnaryOp: Expressions._unary,
    ast.BoolOp: Expressions._logical,
    ast.Compare: Expressions._compare,
    ast.IfExp: Expressions._choice,
    ast.Call: Expressions._call,
    ast.Lambda: Expressions._lambda,
    ast.NamedExpr: Expressions._walrus_value,
    ast.Subscript: Expressions._item,
    ast.ListComp: Expressions._comprehension,
    ast.SetComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.DictComp: Expressions._comprehension,
}
