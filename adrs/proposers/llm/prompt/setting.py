"""What every prompt of a run says alike: the problem, its interface and the sandbox's limits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adrs.core.interface import Array, Field, FieldType, Interface, OnlineInterface
from adrs.core.objective import Direction
from adrs.core.problem import Limits, Problem
from adrs.core.program import REGION_END, REGION_START
from adrs.core.vocabulary import Vocabulary
from adrs.proposers.llm.prompt.neutral import one_line, visible

_LONGEST_VALUE = 100
_TYPES = {FieldType.BOOL: "bool", FieldType.INT: "int", FieldType.FLOAT: "float"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One named value that a policy is given or returns; the unit is in its name or its words."""

    name: str
    type: str
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One of the evaluator's parameters, and what it is in this run."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What templates may know of a problem: no seed, no split but train's name, no path.

    Only a parameter that the statement names is told, whatever it holds.

    Attributes:
        title: one line.
        statement: the problem's own Markdown.
        parameters: those that the statement names and no policy is given.
        metric: name of the objective.
        unit: its unit; empty for a ratio.
        better: "lower" or "higher".
        online: whether the policy is asked decision by decision, else once per plan.
        entry: name of the class or function.
        setup: constants of a scenario (online only).
        observation: what is known at a decision (online only).
        actions: names of the actions, by index (online only).
        arguments: what a planner is given, in order.
        result: what a planner returns, in order.
        modules: what a program may import, on one line.
        vocabulary: what the problem offers to proposers.
        limits: what one candidate process may use.
        start: the line that begins the evolve region.
        end: the line that ends it.
    """

    title: str
    statement: str
    parameters: tuple[Parameter, ...]
    metric: str
    unit: str
    better: str
    online: bool
    entry: str
    setup: tuple[Slot, ...] = ()
    observation: tuple[Slot, ...] = ()
    actions: tuple[str, ...] = ()
    arguments: tuple[Slot, ...] = ()
    result: tuple[Slot, ...] = ()
    modules: str
    vocabulary: Vocabulary
    limits: Limits
    start: str = REGION_START
    end: str = REGION_END


def setting_of(problem: Problem, interface: Interface, modules: Sequence[str]) -> Setting:
    """Return what is said of a problem."""
    setting = Setting(
        title=problem.title,
        statement=visible(problem.statement).strip(),
        parameters=_named(problem, interface),
        metric=problem.objective.metric,
        unit=problem.objective.unit,
        better="lower" if problem.objective.direction is Direction.MINIMIZE else "higher",
        online=isinstance(interface, OnlineInterface),
        entry=interface.entry,
        modules=", ".join(modules),
        vocabulary=problem.vocabulary,
        limits=problem.limits,
    )
    if isinstance(interface, OnlineInterface):
        return replace(
            setting,
            setup=tuple(map(_field, interface.setup)),
            observation=tuple(map(_field, interface.observation)),
            actions=interface.actions,
        )
    return replace(
        setting,
        arguments=tuple(map(_array, interface.arguments)),
        result=tuple(map(_array, interface.result)),
    )


def _named(problem: Problem, interface: Interface) -> tuple[Parameter, ...]:
    """Return the parameters on which the rules depend that a proposer would else not know."""
    if isinstance(interface, OnlineInterface):
        given = {field.name for field in (*interface.setup, *interface.observation)}
    else:
        given = {array.name for array in interface.arguments}
    return tuple(
        Parameter(name=name, value=one_line(str(value), _LONGEST_VALUE))
        for name, value in problem.params.items()
        if name not in given and f"`{name}`" in problem.statement
    )


def _field(field: Field) -> Slot:
    return Slot(name=field.name, type=_TYPES[field.type], doc=field.doc)


def _array(array: Array) -> Slot:
    if array.ndim == 0:
        kind = "int" if array.element.value.startswith("int") else "float"
    else:
        dimensions = "1 dimension" if array.ndim == 1 else f"{array.ndim} dimensions"
        kind = f"{array.element.value} array of {dimensions}"
    return Slot(name=array.name, type=kind, doc=array.doc)
