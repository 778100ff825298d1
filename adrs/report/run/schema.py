"""The JSON schema of the report, read off the types of the summary."""

import dataclasses
import inspect
import json
import re
import types
from collections.abc import Mapping
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from adrs.report.run.jsonreport import Json
from adrs.report.run.model import FORMAT_VERSION, RunSummary

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: Mapping[object, dict[str, Json]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
    object: {},
}
_ATTRIBUTE = re.compile(r"^    (\w+): ((?:.|\n(?!    \w+: ))+)", flags=re.MULTILINE)


def report_schema() -> str:
    """Return the schema of `to_json(summary)` as JSON, indented by two.

    Every property is required and no other is allowed: what is absent is null.
    """
    definitions: dict[str, Json] = {}
    root = _schema_of(RunSummary, definitions)
    document: dict[str, Json] = {
        "$schema": DIALECT,
        "title": f"adrs report, format {FORMAT_VERSION}",
        **root,
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _schema_of(kind: Any, definitions: dict[str, Json]) -> dict[str, Json]:
    """Return the schema of a type; those of dataclasses and enums go to `definitions`.

    Raises:
        TypeError: the type has no JSON form.
    """
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema_of(part, definitions) for part in parts]}
    if origin is tuple and parts[1:] == (...,):
        return {"type": "array", "items": _schema_of(parts[0], definitions)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _schema_of(parts[1], definitions)}
    if not isinstance(kind, type):
        raise TypeError(f"no JSON schema for {kind}")
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}  # a type may refer to itself
        definitions[kind.__name__] = _definition(kind, definitions)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _definition(kind: type, definitions: dict[str, Json]) -> dict[str, Json]:
    words = inspect.getdoc(kind) or ""
    summary = " ".join(words.partition("\n\n")[0].split())
    if issubclass(kind, Enum):
        return {"description": summary, "enum": [member.value for member in kind]}
    if not dataclasses.is_dataclass(kind):
        raise TypeError(f"no JSON schema for {kind.__name__}")
    about = dict(_ATTRIBUTE.findall(words.partition("Attributes:\n")[2]))
    hints = get_type_hints(kind)
    properties: dict[str, Json] = {}
    for field in dataclasses.fields(kind):
        described: dict[str, Json] = {}
        if field.name in about:
            described["description"] = " ".join(about[field.name].split())
        properties[field.name] = {**described, **_schema_of(hints[field.name], definitions)}
    return {
        "description": summary,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
