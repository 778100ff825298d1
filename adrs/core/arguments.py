"""Arguments of the Python API: one that is not what is documented is refused in a sentence."""

import os
import reprlib

from adrs.errors import UsageError


def expect(right: bool, name: str, value: object, expected: str) -> None:
    """See that an argument is right.

    Args:
        right: whether it is.
        name: what it is called.
        value: what was given.
        expected: what it ought to be.

    Raises:
        UsageError: it is not right.
    """
    if not right:
        raise UsageError(f"{name}: expected {expected}, got {reprlib.repr(value)}.")


def text_of_path(name: str, value: object) -> str:
    """Return the text of an argument that is a path, or a name or URL in the place of one.

    Raises:
        UsageError: it is something else.
    """
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    expect(isinstance(text, str), name, value, "a text or a path")
    return str(text)
