"""The report as one JSON document."""

import dataclasses
import json
from collections.abc import Mapping
from enum import Enum

from adrs.report.run.model import RunSummary

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def to_json(summary: RunSummary) -> str:
    """Return the summary as JSON: keys in a fixed order, indented by two, shortest exact floats.

    `times` and `run` hold all that differs between two runs of the same seed and configuration.

    Raises:
        ValueError: a number in the summary is not finite.
    """
    return json.dumps(as_json(summary), indent=2, allow_nan=False, ensure_ascii=False)


def as_json(value: object) -> Json:
    """Return plain data made of dataclasses, enums, mappings and sequences as JSON's own types.

    Raises:
        TypeError: the value holds anything else.
    """
    if isinstance(value, Enum):
        return as_json(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): as_json(value[key]) for key in sorted(value)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value))
        return {name: as_json(getattr(value, name)) for name in names}
    raise TypeError(f"no JSON form for {type(value).__name__}")
