"""What an expression holds, as far as the text tells."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from adrs.core.vocabulary import Vocabulary
from adrs.proposers.mutator.nodes import dotted


class Kind(Enum):
    """What an expression holds."""

    UNKNOWN = "unknown"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ENUM = "enum"
    INTEGERS = "integers"
    NUMBERS = "numbers"
    OTHER = "other"


# Tuples, as members of an enum compare by identity but are hashed by a function in Python.
SCALARS = (Kind.INTEGER, Kind.NUMBER)
LISTS = (Kind.INTEGERS, Kind.NUMBERS)

_WHOLE = (Kind.INTEGER, Kind.INTEGERS)
_COUNTABLE = (*SCALARS, Kind.BOOLEAN)
_LITERALS: Mapping[type, Kind] = {bool: Kind.BOOLEAN, int: Kind.INTEGER, float: Kind.NUMBER}
_FIXED_CALLS: Mapping[str, Kind] = {
    **dict.fromkeys(("float", "pow"), Kind.NUMBER),
    **dict.fromkeys(("int", "len", "ord", "id"), Kind.INTEGER),
    **dict.fromkeys(("bool", "any", "all", "isinstance", "callable"), Kind.BOOLEAN),
    "range": Kind.INTEGERS,
}
_JOINING_CALLS = frozenset({"abs", "min", "max", "sum"})
_LISTING_CALLS = frozenset({"sorted", "list", "tuple", "reversed"})
_WHOLE_METHODS = frozenset({"index", "count", "argmin", "argmax", "floor", "ceil", "bit_length"})
_REDUCTIONS = frozenset({"sum", "mean", "max", "min", "std", "var", "median", "prod", "ptp", "dot"})
_ARRAYS = frozenset(
    {"zeros", "ones", "full", "empty", "array", "asarray", "sort", "abs", "exp", "log", "sqrt"}
    | {"maximum", "minimum", "cumsum", "clip", "diff", "zeros_like", "ones_like", "full_like"}
)
_WHOLE_ARRAYS = frozenset({"arange", "argsort", "flatnonzero", "bincount", "searchsorted"})


def join(left: Kind, right: Kind) -> Kind:
    """Return the kind of something that holds now one, now the other."""
    if left is right or right is Kind.UNKNOWN:
        return left
    if left is Kind.UNKNOWN:
        return right
    if left in SCALARS and right in SCALARS:
        return Kind.NUMBER
    if left in LISTS and right in LISTS:
        return Kind.NUMBERS
    return Kind.OTHER


def element(kind: Kind) -> Kind:
    """Return the kind of an item of a sequence."""
    if kind is Kind.INTEGERS:
        return Kind.INTEGER
    if kind is Kind.NUMBERS:
        return Kind.NUMBER
    return Kind.OTHER if kind is Kind.OTHER else Kind.UNKNOWN


def sequence(kind: Kind) -> Kind:
    """Return the kind of a sequence of such items."""
    if kind is Kind.INTEGER:
        return Kind.INTEGERS
    if kind is Kind.NUMBER:
        return Kind.NUMBERS
    return Kind.UNKNOWN if kind is Kind.UNKNOWN else Kind.OTHER


def declared_kinds(vocabulary: Vocabulary) -> Mapping[str, Kind]:
    """Return the kinds that a vocabulary declares, by text."""
    kinds = dict.fromkeys(vocabulary.numeric, Kind.NUMBER)
    kinds |= dict.fromkeys(vocabulary.numeric_lists, Kind.NUMBERS)
    kinds |= dict.fromkeys(vocabulary.booleans, Kind.BOOLEAN)
    kinds |= dict.fromkeys(vocabulary.enums, Kind.ENUM)
    return kinds


@dataclass(slots=True, kw_only=True)
class Env:
    """Kinds of the names of one function, and of what it can see outside.

    Attributes:
        declared: kinds that the vocabulary declares, by text.
        parent: the enclosing function's or the module's.
        names: kinds found in this function, by dotted text.
        whole: texts used as an index or a count, which must stay whole numbers; one set for the
            whole program.
        results: kinds of what functions of the program return, by name.
    """

    declared: Mapping[str, Kind]
    parent: "Env | None" = None
    names: dict[str, Kind] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    results: dict[str, Kind] = field(default_factory=dict)

    def kind(self, text: str) -> Kind:
        """Return the kind of a dotted text."""
        found = self.declared.get(text)
        env: Env | None = self
        while found is None and env is not None:
            found = env.names.get(text)
            env = env.parent
        if found is Kind.NUMBER and text in self.whole:
            return Kind.INTEGER
        return Kind.UNKNOWN if found is None else found

    def learn(self, text: str, kind: Kind) -> None:
        """Add what one assignment tells about a text."""
        self.names[text] = join(self.names.get(text, Kind.UNKNOWN), kind)


def kind_of(node: ast.expr, env: Env) -> Kind:
    """Return the kind of an expression."""
    reader = _READERS.get(type(node))
    return Kind.OTHER if reader is None else reader(node, env)


def _constant(node: ast.Constant, _env: Env) -> Kind:
    return _LITERALS.get(type(node.value), Kind.OTHER)


def _named(node: ast.Name | ast.Attribute, env: Env) -> Kind:
    text = dotted(node)
    if text is None:
        return Kind.UNKNOWN
    return env.kind(text)


def _binary(node: ast.BinOp, env: Env) -> Kind:
    left, right = kind_of(node.left, env), kind_of(node.right, env)
    if Kind.UNKNOWN in (left, right):
        return Kind.UNKNOWN
    if left in LISTS or right in LISTS:
        whole = left in _WHOLE and right in _WHOLE
        repeats = isinstance(node.op, ast.Mult) and isinstance(node.left, ast.List)
        if repeats:
            return left
        return Kind.INTEGERS if whole and not isinstance(node.op, ast.Div) else Kind.NUMBERS
    if left not in _COUNTABLE or right not in _COUNTABLE:
        return Kind.OTHER
    if isinstance(node.op, ast.Div):
        return Kind.NUMBER
    return Kind.NUMBER if Kind.NUMBER in (left, right) else Kind.INTEGER


def _unary(node: ast.UnaryOp, env: Env) -> Kind:
    return Kind.BOOLEAN if isinstance(node.op, ast.Not) else kind_of(node.operand, env)


def _logical(node: ast.BoolOp, env: Env) -> Kind:
    found = kind_of(node.values[0], env)
    for value in node.values[1:]:
        found = join(found, kind_of(value, env))
    return found


def _compare(node: ast.Compare, env: Env) -> Kind:
    operands = (node.left, *node.comparators)
    listed = any(kind_of(operand, env) in LISTS for operand in operands)
    return Kind.OTHER if listed else Kind.BOOLEAN


def _choice(node: ast.IfExp, env: Env) -> Kind:
    return join(kind_of(node.body, env), kind_of(node.orelse, env))


def _item(node: ast.Subscript, env: Env) -> Kind:
    base = kind_of(node.value, env)
    if isinstance(node.slice, ast.Slice):
        return base if base in LISTS else Kind.UNKNOWN
    if isinstance(node.slice, ast.Tuple) or kind_of(node.slice, env) in LISTS:
        return Kind.UNKNOWN
    return element(base)


def _display(node: ast.List | ast.Tuple, env: Env) -> Kind:
    found = Kind.UNKNOWN
    for item in node.elts:
        found = join(found, kind_of(item, env))
    return sequence(found)


def _comprehension(node: ast.ListComp | ast.GeneratorExp, env: Env) -> Kind:
    return sequence(kind_of(node.elt, env))


def _called(node: ast.Call, env: Env) -> Kind:
    if isinstance(node.func, ast.Name):
        return _called_name(node.func.id, node, env)
    if isinstance(node.func, ast.Attribute):
        return _called_attribute(node.func, node, env)
    return Kind.UNKNOWN


def _called_name(name: str, node: ast.Call, env: Env) -> Kind:
    if name in env.results:
        return env.results[name]
    if name in _FIXED_CALLS:
        return _FIXED_CALLS[name]
    if name == "round":
        return Kind.INTEGER if len(node.args) == 1 else Kind.NUMBER
    return _called_over(name, node, env)


def _called_over(name: str, node: ast.Call, env: Env) -> Kind:
    if not node.args:
        return Kind.UNKNOWN
    first = kind_of(node.args[0], env)
    if name in _LISTING_CALLS:
        return first if first in LISTS else Kind.UNKNOWN
    if name not in _JOINING_CALLS:
        return Kind.UNKNOWN
    if len(node.args) == 1 or name == "sum":
        return element(first) if first in LISTS else first
    for argument in node.args[1:]:
        first = join(first, kind_of(argument, env))
    return first


def _called_attribute(func: ast.Attribute, node: ast.Call, env: Env) -> Kind:
    base, name = dotted(func.value), func.attr
    if base == "math":
        return Kind.INTEGER if name in ("floor", "ceil", "comb") else Kind.NUMBER
    if name in env.results:
        return env.results[name]
    if any(keyword.arg in ("axis", "keepdims") for keyword in node.keywords):
        return Kind.UNKNOWN
    if name in _WHOLE_METHODS:
        return Kind.INTEGER
    return _called_numpy(node, name) if base in ("np", "numpy") else _called_method(func, env)


def _called_numpy(node: ast.Call, name: str) -> Kind:
    if name in _REDUCTIONS:
        return Kind.NUMBER
    if name in _WHOLE_ARRAYS:
        return Kind.INTEGERS
    return _array(node) if name in _ARRAYS else Kind.UNKNOWN


def _called_method(func: ast.Attribute, env: Env) -> Kind:
    base = kind_of(func.value, env)
    if func.attr == "copy":
        return base
    if func.attr == "pop":
        return element(base)
    if base in LISTS:
        if func.attr == "argsort":
            return Kind.INTEGERS
        if func.attr in _REDUCTIONS:
            return Kind.NUMBER
    return Kind.UNKNOWN


def _array(node: ast.Call) -> Kind:
    if node.args and isinstance(node.args[0], ast.Tuple):
        return Kind.UNKNOWN
    for keyword in node.keywords:
        if keyword.arg == "dtype":
            whole = "int" in ast.unparse(keyword.value)
            return Kind.INTEGERS if whole else Kind.NUMBERS
    return Kind.NUMBERS


_READERS: Mapping[type[ast.expr], Callable[[Any, Env], Kind]] = {
    ast.Constant: _constant,
    ast.Name: _named,
    ast.Attribute: _named,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _logical,
    ast.Compare: _compare,
    ast.IfExp: _choice,
    ast.Subscript: _item,
    ast.List: _display,
    ast.Tuple: _display,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Call: _called,
}
