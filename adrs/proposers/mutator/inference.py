"""Which names of a program hold numbers, read off its assignments, annotations and uses."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adrs.core.vocabulary import Vocabulary
from adrs.proposers.mutator.kinds import (
    Env,
    Kind,
    declared_kinds,
    element,
    join,
    kind_of,
    sequence,
)
from adrs.proposers.mutator.nodes import FUNCTIONS, Function, dotted, walked

MODULE = ""
# Guess only what the assignments left open, then let the guesses spread.
_PASSES = (False, False, True, False)
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_BINDERS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor, ast.NamedExpr)
_BRANCHES = (ast.If, ast.While, ast.IfExp)
_BINDING = (*_BINDERS, ast.comprehension, ast.Call)
_JUDGING = (*_BRANCHES, ast.Call)
_COUNTING = (ast.Subscript, ast.Call, ast.BinOp)
_TELLING = (*_BINDING, *_BRANCHES, ast.Subscript, ast.BinOp, ast.Return)
_ANNOTATED = (
    (Kind.NUMBER, ("float", "np.float64")),
    (Kind.INTEGER, ("int",)),
    (Kind.BOOLEAN, ("bool",)),
    (Kind.NUMBERS, ("list[float]", "Sequence[float]", "tuple[float, ...]", "Iterable[float]")),
    (Kind.INTEGERS, ("list[int]", "Sequence[int]", "tuple[int, ...]", "Iterable[int]", "range")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """One function, or the module, with the nodes that tell about its names.

    Attributes:
        env: what is known of the names.
        function: None for the module.
        binding: nodes that give a name its value.
        judging: nodes that need a number where they read a name.
        counting: nodes that may need a whole number.
        returned: what the function returns.
    """

    env: Env
    function: Function | None
    binding: Sequence[ast.AST]
    judging: Sequence[ast.AST]
    counting: Sequence[ast.AST]
    returned: Sequence[ast.expr]

    @staticmethod
    def of(env: Env, function: Function | None, nodes: Sequence[ast.AST]) -> "_Body":
        returns = [node for node in nodes if isinstance(node, ast.Return)]
        return _Body(
            env=env,
            function=function,
            binding=[node for node in nodes if isinstance(node, _BINDING)],
            judging=[node for node in nodes if isinstance(node, _JUDGING)],
            counting=[node for node in nodes if isinstance(node, _COUNTING)],
            returned=[node.value for node in returns if node.value is not None],
        )


def infer(tree: ast.Module, vocabulary: Vocabulary) -> Mapping[str, Env]:
    """Return the kinds of names for the module (key `MODULE`) and every function in it.

    Functions are named by their dotted place ("Policy.decide"). Attributes such as `self.x` are
    known to the module, so that one method knows what another assigned.
    """
    root = Env(declared=declared_kinds(vocabulary))
    bodies = {MODULE: _Body.of(root, None, _telling(tree.body, deep=False))}
    for place, function, parent in _functions(tree.body, ""):
        env = Env(declared=root.declared, parent=bodies[parent].env, whole=root.whole)
        env.results = root.results
        bodies[place] = _Body.of(env, function, _telling(function.body, deep=True))
        _learn_parameters(function, env)
    for body in bodies.values():
        for node in body.counting:
            root.whole.update(_whole_texts(node))
    for guess in _PASSES:
        for body in bodies.values():
            _learn_body(body, root, guess=guess)
    return {place: body.env for place, body in bodies.items()}


def _functions(
    statements: Sequence[ast.stmt], prefix: str, parent: str = MODULE
) -> Iterator[tuple[str, Function, str]]:
    for node in statements:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.", parent)
        elif isinstance(node, FUNCTIONS):
            place = f"{prefix}{node.name}"
            yield place, node, parent
            yield from _functions(node.body, f"{place}.", place)


def _telling(statements: Sequence[ast.stmt], *, deep: bool) -> Sequence[ast.AST]:
    """Return the nodes of the statements that tell; without those of functions unless `deep`."""
    found: list[ast.AST] = []
    for statement in statements:
        if deep or not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            found += [node for node in walked(statement) if isinstance(node, _TELLING)]
        elif isinstance(statement, ast.ClassDef):
            found.extend(_class_constants(statement))
    return found


def _class_constants(node: ast.ClassDef) -> Iterator[ast.AST]:
    for child in node.body:
        if isinstance(child, ast.Assign) and isinstance(child.targets[0], ast.Name):
            target = ast.Attribute(
                value=ast.Name(id="self", ctx=ast.Load()),
                attr=child.targets[0].id,
                ctx=ast.Store(),
            )
            yield ast.Assign(targets=[target], value=child.value)


def _learn_parameters(function: Function, env: Env) -> None:
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        env.learn(argument.arg, _annotated(argument.annotation))
    returns = _annotated(function.returns)
    if returns is not Kind.UNKNOWN:
        env.results[function.name] = returns


def _annotated(annotation: ast.expr | None) -> Kind:
    if annotation is None:
        return Kind.UNKNOWN
    text = dotted(annotation) or ast.unparse(annotation)
    for kind, texts in _ANNOTATED:
        if text in texts:
            return kind
    return Kind.UNKNOWN


def _whole_texts(node: ast.AST) -> Iterator[str]:
    """Yield the texts that `node` uses as an index or a count."""
    if isinstance(node, ast.Subscript):
        yield from _summands(node.slice)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id == "range":
            for argument in node.args:
                yield from _summands(argument)
    elif isinstance(node, ast.BinOp) and isinstance(node.left, ast.List):
        yield from _summands(node.right)


def _summands(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.BinOp):
        yield from _summands(node.left)
        yield from _summands(node.right)
    elif isinstance(node, ast.UnaryOp):
        yield from _summands(node.operand)
    elif isinstance(node, ast.IfExp):
        yield from _summands(node.body)
        yield from _summands(node.orelse)
    elif isinstance(node, ast.Slice):
        yield from _summands(node.lower)
        yield from _summands(node.upper)
    elif isinstance(node, ast.Tuple):
        for item in node.elts:
            yield from _summands(item)
    elif node is not None:
        text = dotted(node)
        if text is not None:
            yield text


def _learn_body(body: _Body, root: Env, *, guess: bool) -> None:
    env = body.env
    for node in body.judging if guess else body.binding:
        for text, kind in _guessed(node, env) if guess else _told(node, env):
            (root if "." in text else env).learn(text, kind)
    if body.function is None or body.function.returns is not None:
        return
    name = body.function.name
    for value in body.returned:
        found = kind_of(value, env)
        root.results[name] = join(root.results.get(name, Kind.UNKNOWN), found)


def _told(node: ast.AST, env: Env) -> Iterator[tuple[str, Kind]]:
    if isinstance(node, _BINDERS):
        yield from _bound(node, env)
    elif isinstance(node, ast.comprehension):
        yield from _looped(node.target, node.iter, env)
    elif isinstance(node, ast.Call):
        yield from _appended(node, env)


def _bound(node: ast.AST, env: Env) -> Iterator[tuple[str, Kind]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _stored(target, node.value, env)
    elif isinstance(node, ast.AugAssign):
        value = ast.BinOp(left=node.target, op=node.op, right=node.value)
        yield from _stored(node.target, value, env)
    elif isinstance(node, ast.AnnAssign):
        text, kind = dotted(node.target), _annotated(node.annotation)
        if text is not None and kind is not Kind.UNKNOWN:
            yield text, kind
        elif node.value is not None:
            yield from _stored(node.target, node.value, env)
    elif isinstance(node, ast.For | ast.AsyncFor):
        yield from _looped(node.target, node.iter, env)
    elif isinstance(node, ast.NamedExpr):
        yield node.target.id, kind_of(node.value, env)


def _stored(target: ast.expr, value: ast.expr, env: Env) -> Iterator[tuple[str, Kind]]:
    if isinstance(target, ast.Tuple | ast.List):
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
            for one, item in zip(target.elts, value.elts, strict=True):
                yield from _stored(one, item, env)
        return
    if isinstance(target, ast.Subscript):
        text, kind = dotted(target.value), kind_of(value, env)
        if text is not None and kind is Kind.NUMBER and env.kind(text) is Kind.INTEGERS:
            yield text, Kind.NUMBERS
        return
    text = dotted(target)
    if text is not None:
        yield text, kind_of(value, env)


def _looped(target: ast.expr, source: ast.expr, env: Env) -> Iterator[tuple[str, Kind]]:
    if isinstance(target, ast.Tuple):
        for one, kind in zip(target.elts, _columns(source, env), strict=False):
            text = dotted(one)
            if text is not None:
                yield text, kind
        return
    text = dotted(target)
    if text is not None:
        yield text, element(kind_of(source, env))


def _columns(source: ast.expr, env: Env) -> list[Kind]:
    """Return the kinds of the items of the tuples that `enumerate` or `zip` give."""
    if not (isinstance(source, ast.Call) and isinstance(source.func, ast.Name)):
        return []
    kinds = [element(kind_of(argument, env)) for argument in source.args]
    if source.func.id == "zip":
        return kinds
    return [Kind.INTEGER, *kinds] if source.func.id == "enumerate" else []


def _appended(node: ast.Call, env: Env) -> Iterator[tuple[str, Kind]]:
    if isinstance(node.func, ast.Attribute) and node.func.attr == "append" and node.args:
        text = dotted(node.func.value)
        if text is not None:
            yield text, sequence(kind_of(node.args[0], env))


def _guessed(node: ast.AST, env: Env) -> Iterator[tuple[str, Kind]]:
    """Yield texts that must be numbers, judging by their use.

    What is ordered in a test is one: an array has no truth value. So is what `min` and `max` choose
    among.
    """
    operands: list[ast.expr] = []
    if isinstance(node, _BRANCHES):
        for part in walked(node.test):
            if isinstance(part, ast.Compare) and all(isinstance(op, _ORDER) for op in part.ops):
                operands += [part.left, *part.comparators]
    elif isinstance(node, ast.Call) and _chooses(node):
        operands = node.args
    for operand in operands:
        text = dotted(operand)
        if text is not None and env.kind(text) is Kind.UNKNOWN:
            yield text, Kind.NUMBER


def _chooses(node: ast.Call) -> bool:
    """Tell whether this is `min` or `max` of several operands, compared as they are."""
    return dotted(node.func) in ("min", "max") and len(node.args) > 1 and not node.keywords
