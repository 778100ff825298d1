"""What a policy is given and must return, declared once for sandbox, prompt and docs."""

from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """A scalar's type on the wire; the value is its `struct` format character."""

    BOOL = "?"
    INT = "q"
    FLOAT = "d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One named scalar of an observation or of a setup.

    Policies see it as an attribute: its name is an identifier, no keyword, without "_" at first.
    """

    name: str
    type: FieldType
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineInterface:
    """A policy that is asked decision by decision.

    The program defines a class named `entry`. One object is made per scenario, with the setup (a
    named tuple of the `setup` fields); its method `decide(observation)` gets a named tuple of the
    `observation` fields and returns an int, the index of an action.

    Attributes:
        entry: name of the class.
        setup: constants of the scenario, known from the start.
        observation: what is known at a decision.
        actions: names of the actions; a decision d is valid when 0 <= d < len(actions).
    """

    entry: str
    setup: tuple[Field, ...]
    observation: tuple[Field, ...]
    actions: tuple[str, ...]


class ElementType(StrEnum):
    """Element type of an array on the wire; the value is its numpy name."""

    INT = "int64"
    FLOAT = "float64"


@dataclass(frozen=True, slots=True, kw_only=True)
class Array:
    """One named array of a planner's arguments or result; `ndim` 0 is a plain int or float."""

    name: str
    element: ElementType
    ndim: int
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerInterface:
    """A policy that is asked once per plan.

    The program defines a function named `entry`. It gets the arguments by position, each a private
    copy (numpy arrays; plain int or float where `ndim` is 0), and returns one value per entry of
    `result` (a bare value when there is one, else a tuple) that numpy can turn into an array of
    the declared element type and number of dimensions without loss.
    """

    entry: str
    arguments: tuple[Array, ...]
    result: tuple[Array, ...]


Interface = OnlineInterface | PlannerInterface
