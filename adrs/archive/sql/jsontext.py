"""JSON as the text of a column."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def dump(value: Sequence[object] | Mapping[str, object]) -> str:
    """Return JSON text that reads back bit-exactly.

    Raises:
        ValueError: a number in it is not finite.
    """
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def load_tuple(text: str) -> tuple[Any, ...]:
    """Return the items of a JSON array.

    Raises:
        ValueError: it is not JSON.
        TypeError: it is something else than an array.
    """
    value = json.loads(text)
    if not isinstance(value, list):
        raise TypeError(f"expected a JSON array, got {text[:60]!r}")
    return tuple(value)


def load_mapping(text: str) -> Mapping[str, Any]:
    """Return the members of a JSON object.

    Raises:
        ValueError: it is not JSON.
        TypeError: it is something else than an object.
    """
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TypeError(f"expected a JSON object, got {text[:60]!r}")
    return value
