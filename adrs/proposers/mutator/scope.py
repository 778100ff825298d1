"""What is in scope at a place of a program."""

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from adrs.proposers.mutator.inference import MODULE
from adrs.proposers.mutator.kinds import Env, Kind
from adrs.proposers.mutator.nodes import FUNCTIONS, Function, Needs, bound_names, walked

BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What holds for a whole program.

    Attributes:
        envs: kinds of names by function.
        members: attributes of instances by class.
        frozen: texts that must not be assigned or replaced.
        walrus: names that assignment expressions bind anywhere.
    """

    envs: Mapping[str, Env]
    members: Mapping[str, frozenset[str]]
    frozen: frozenset[str]
    walrus: frozenset[str]


class Scope(NamedTuple):
    """What is in scope at one place. A tuple because dozens are made for every program.

    Attributes:
        local: names of the innermost scope that every way to this place has bound.
        outer: names of the enclosing scopes that the innermost one does not hide.
        nested: what functions defined here see; None when that is `local` and `outer`.
        env: kinds of names.
        place: dotted name of the innermost function or class, with a final dot; "" at the top.
        in_function: whether `return` is legal.
        in_class: name of the class whose body this is, if it is one.
        receiver: name of the instance parameter of the innermost method ("self").
        members: attributes that the instance is known to have.
        in_loop: whether `break` and `continue` are legal.
        ended: whether no way leads to this place.
    """

    local: frozenset[str]
    outer: frozenset[str]
    env: Env
    nested: frozenset[str] | None = None
    place: str = ""
    in_function: bool = False
    in_class: str | None = None
    receiver: str | None = None
    members: frozenset[str] = frozenset()
    in_loop: bool = False
    ended: bool = False

    def sees(self, name: str) -> bool:
        """Tell whether `name` is bound here."""
        return name in self.local or name in self.outer

    def fits(self, needs: Needs) -> bool:
        """Tell whether code with such needs can stand here."""
        if not all(name in self.local or name in self.outer for name in needs.names):
            return False
        if self.receiver is None or self.receiver not in needs.names:
            return True
        return all(
            attribute in self.members for base, attribute in needs.members if base == self.receiver
        )

    def knowing(self, names: frozenset[str]) -> "Scope":
        """Return the scope with more names bound."""
        if names <= self.local:
            return self
        return self._replace(local=self.local | names)

    @property
    def results(self) -> Kind:
        """Kind of what the innermost function returns."""
        name = self.place.rstrip(".").rpartition(".")[2]
        return self.env.results.get(name, Kind.UNKNOWN)


def module_scope(tree: ast.Module, facts: Facts) -> Scope:
    """Return the scope before a module's first statement."""
    names = own_names(tree.body, facts)
    return Scope(local=frozenset(), outer=BUILTINS, nested=BUILTINS | names, env=facts.envs[MODULE])


def function_scope(node: Function, scope: Scope, facts: Facts) -> Scope:
    """Return the scope before the first statement of a function that is defined in `scope`."""
    arguments = node.args
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    parameters += [extra for extra in (arguments.vararg, arguments.kwarg) if extra]
    names = frozenset(parameter.arg for parameter in parameters)
    place = f"{scope.place}{node.name}"
    is_method = scope.in_class is not None and parameters
    return Scope(
        local=names,
        outer=(scope.nested if scope.nested is not None else scope.local | scope.outer)
        - (own_names(node.body, facts) | names),
        env=facts.envs.get(place, scope.env),
        place=f"{place}.",
        in_function=True,
        receiver=parameters[0].arg if is_method else scope.receiver,
        members=facts.members.get(scope.in_class or "", frozenset())
        if is_method
        else scope.members,
    )


def class_scope(node: ast.ClassDef, scope: Scope) -> Scope:
    """Return the scope before the first statement of a class body."""
    around = scope.nested if scope.nested is not None else scope.local | scope.outer
    return scope._replace(
        local=frozenset(),
        outer=around,
        nested=around,
        place=f"{scope.place}{node.name}.",
        in_class=node.name,
        in_function=False,
        in_loop=False,
    )


def own_names(statements: Sequence[ast.stmt], facts: Facts) -> frozenset[str]:
    """Return the names that belong to the scope of these statements.

    Assignment expressions are not searched for: their names count as everybody's own.
    """
    own, shared = set(facts.walrus), set()
    queue = list(statements)
    for node in queue:
        if isinstance(node, ast.Global | ast.Nonlocal):
            shared.update(node.names)
            continue
        own.update(statement_names(node))
        queue.extend(child for block in inner_blocks(node) for child in block)
    return frozenset(own - shared)


def inner_blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the statement lists of a compound statement that share its scope."""
    match node:
        case ast.If() | ast.For() | ast.AsyncFor() | ast.While():
            yield node.body
            yield node.orelse
        case ast.With() | ast.AsyncWith():
            yield node.body
        case ast.Try() | ast.TryStar():
            yield node.body
            yield node.orelse
            yield node.finalbody
            yield from (handler.body for handler in node.handlers)
        case ast.Match():
            yield from (case.body for case in node.cases)


def statement_names(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds itself, not in the blocks inside it."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Try | ast.TryStar):
        yield from (handler.name for handler in node.handlers if handler.name)
    else:
        for target in _targets(node):
            yield from bound_names(target)


def _targets(node: ast.stmt) -> Sequence[ast.AST]:
    """Return the parts of a statement that bind names."""
    match node:
        case ast.Assign():
            return node.targets
        case ast.AnnAssign() | ast.AugAssign() | ast.For() | ast.AsyncFor():
            return [node.target]
        case ast.With() | ast.AsyncWith():
            return [item.optional_vars for item in node.items if item.optional_vars is not None]
        case ast.Match():
            return [case.pattern for case in node.cases]
        case ast.Import() | ast.ImportFrom():
            return [node]
        case _:
            return []


def class_members(
    classes: Iterable[ast.ClassDef], declared: Sequence[str]
) -> Mapping[str, frozenset[str]]:
    """Return, by class, the attributes that instances have when a method runs.

    That is what any method assigns or reads, what the class body binds, and, when the class has
    bases that could bring them, what the vocabulary declares.
    """
    return {node.name: frozenset(_members(node, declared)) for node in classes}


def _members(node: ast.ClassDef, declared: Sequence[str]) -> set[str]:
    found = {name for child in node.body for name in statement_names(child)}
    for method in node.body:
        if not isinstance(method, FUNCTIONS) or not method.args.args:
            continue
        receiver = method.args.args[0].arg
        found |= {
            child.attr
            for child in walked(method)
            if isinstance(child, ast.Attribute)
            and isinstance(child.value, ast.Name)
            and child.value.id == receiver
        }
        if node.bases:
            found |= {text.split(".")[1] for text in declared if text.startswith(f"{receiver}.")}
    return found
