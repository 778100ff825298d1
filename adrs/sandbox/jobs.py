"""A job on the wire: the interface as JSON, then the program's text.

It travels from scorer to candidate only, so its reader trusts it.
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
from adrs.sandbox.frames import Kind, frame


def job_frame(interface: Interface, source: bytes) -> bytes:
    """Return the JOB frame of a program's UTF-8 text and its interface, docs left out."""
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
    text = json.dumps(form).encode()
    return frame(Kind.JOB, 0, len(text), text + source)


def read_job(body: bytes, count: int) -> tuple[Interface, str]:
    """Return interface (without docs) and program text of a JOB frame's count and body."""
    form = json.loads(body[:count])
    source = body[count:].decode("utf-8")
    if "actions" in form:
        return OnlineInterface(
            entry=form["entry"],
            setup=_fields(form["setup"]),
            observation=_fields(form["observation"]),
            actions=tuple(form["actions"]),
        ), source
    return PlannerInterface(
        entry=form["entry"],
        arguments=_arrays(form["arguments"]),
        result=_arrays(form["result"]),
    ), source


def _fields(rows: list[list[str]]) -> tuple[Field, ...]:
    return tuple(Field(name=name, type=FieldType(kind), doc="") for name, kind in rows)


def _arrays(rows: list[tuple[str, str, int]]) -> tuple[Array, ...]:
    return tuple(
        Array(name=name, element=ElementType(element), ndim=ndim, doc="")
        for name, element, ndim in rows
    )
