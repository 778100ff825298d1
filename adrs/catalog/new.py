"""Writes a new problem's folder: a whole one, with an evaluator of its own, to be changed."""

import os
import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePath

from adrs.catalog.problems import discover
from adrs.errors import UsageError

TEMPLATES = "new_problem"
SUFFIX = ".j2"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def write_problem(folder: Path) -> tuple[Path, ...]:
    """Write a problem that passes its check; return its files, sorted.

    Args:
        folder: where; its name is the problem's. Nothing may be there; parents are made.

    Raises:
        UsageError: something is there, the name is no name or taken, or it cannot be written.
    """
    _check(folder)
    # Not at the top: the catalog is loaded by every command, and jinja2 takes its time.
    from jinja2 import Environment, StrictUndefined

    environment = Environment(  # noqa: S701 - what is written is no HTML
        undefined=StrictUndefined, keep_trailing_newline=True
    )
    written = []
    try:
        for place, text in sorted(_templates(files("adrs.catalog") / TEMPLATES, PurePath())):
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            rendered = environment.from_string(text).render(name=folder.name)
            path.write_text(rendered, encoding="utf-8")
            written.append(path)
    except OSError as exc:
        raise UsageError(f"{folder}: cannot be written: {exc.strerror}.") from exc
    return tuple(written)


def _check(folder: Path) -> None:
    # Not Path.exists: it raises where a name is longer than the file system takes.
    if os.path.lexists(folder):
        raise UsageError(f"{folder} exists already; nothing was written. Give another path.")
    if not _NAME.fullmatch(folder.name):
        raise UsageError(
            f"'{folder.name}' is no name for a problem: expected a small letter, then small "
            "letters, digits and '_'."
        )
    if folder.name in {known.name for known in discover()}:
        raise UsageError(f"a problem is called '{folder.name}' already; give another name.")


def _templates(root: Traversable, place: PurePath) -> Iterator[tuple[PurePath, str]]:
    """Yield the place of every file in the new folder, and its template."""
    for entry in root.iterdir():
        if entry.is_dir():
            yield from _templates(entry, place / entry.name)
        elif entry.name.endswith(SUFFIX):
            yield place / entry.name.removesuffix(SUFFIX), entry.read_text(encoding="utf-8")
