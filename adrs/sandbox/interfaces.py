"""An interface as text: the zygote is told it once, before the first program that needs it.

It travels from scorer to zygote only, so its reader trusts it.
"""

import json

from adrs.core.interface import (
    Array,
    ElementType,
    Field,
    FieldType,
    Interface,
    OnlineInterface,
    PlannerInterface,
)


def interface_to_json(interface: Interface) -> str:
    """Return the interface as JSON, docs left out."""
    form: dict[str, object]
    if isinstance(interface, OnlineInterface):
        form = {
            "entry": interface.entry,
            "setup": [[field.name, field.type] for field in interface.setup],
            "observation": [[field.name, field.type] for field in interface.observation],
            "actions": interface.actions,
        }
    else:
        form = {
            "entry": interface.entry,
            "arguments": [[a.name, a.element, a.ndim] for a in interface.arguments],
            "result": [[a.name, a.element, a.ndim] for a in interface.result],
        }
    return json.dumps(form)


def interface_from_json(text: str) -> Interface:
    """Return what `interface_to_json` wrote."""
    form = json.loads(text)
    if "actions" in form:
        return OnlineInterface(
            entry=form["entry"],
            setup=_fields(form["setup"]),
            observation=_fields(form["observation"]),
            actions=tuple(form["actions"]),
        )
    return PlannerInterface(
        entry=form["entry"],
        arguments=_arrays(form["arguments"]),
        result=_arrays(form["result"]),
    )


def _fields(rows: list[list[str]]) -> tuple[Field, ...]:
    return tuple(Field(name=name, type=FieldType(kind), doc="") for name, kind in rows)


def _arrays(rows: list[tuple[str, str, int]]) -> tuple[Array, ...]:
    return tuple(
        Array(name=name, element=ElementType(element), ndim=ndim, doc="")
        for name, element, ndim in rows
    )
