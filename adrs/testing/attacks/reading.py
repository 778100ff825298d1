"""Finds and reads attack programs.

An attack is one file `<category>/<name>.py` whose docstring comes first and ends with two lines::

    stopped by: seccomp
    ends: ok, security

`ends` lists the verdicts that are a right end. A program that defines `plan` at its top level is a
planner, every other is asked online (see `adrs.testing.attacks.game`). Files are read as text and
never parsed here, as a parser can be what is attacked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from adrs.core.evaluation import Verdict
from adrs.errors import UsageError
from adrs.testing.attacks.game import Form

_PACKAGE = "adrs.testing.attacks.programs"
_DOCSTRING = re.compile(r'\A"""(.+?)"""', re.DOTALL)
_MARKS = re.compile(r"\A(.+)\n\nstopped by: (.+)\nends: (.+)\n*\Z", re.DOTALL)
_PLANNER = re.compile(r"^(def plan\b|plan = )", re.MULTILINE)


class Category(StrEnum):
    """What an attack is after; the folder it lies in."""

    SECRETS = "secrets"
    NETWORK = "network"
    PROCESSES = "processes"
    MEMORY = "memory"
    HANGS = "hangs"
    TAMPERING = "tampering"
    KERNEL = "kernel"
    FUTURE = "future"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One attack program.

    Attributes:
        name: category and file name without ".py", such as "network/tcp_connect".
        category: what it is after.
        purpose: what it tries and what must stop it, in words.
        stopped_by: the wall that must stop it, in a word or two.
        ends: the verdicts that are a right end.
        form: whether it is a policy or a planner.
        source: the whole text.
    """

    name: str
    category: Category
    purpose: str
    stopped_by: str
    ends: tuple[Verdict, ...]
    form: Form
    source: str


def programs_folder() -> Path:
    """Return the folder of the shipped attack programs.

    Raises:
        UsageError: this installation has none.
    """
    try:
        return Path(str(files(_PACKAGE)))
    except ModuleNotFoundError as exc:
        raise UsageError(f"there are no attack programs: {_PACKAGE} is not installed.") from exc


def find_attacks(folder: Path | None = None) -> tuple[Attack, ...]:
    """Read every program of a folder, by default the shipped ones, in the order of their names.

    Raises:
        UsageError: there are none, or one is malformed; the text names file and line.
    """
    where = programs_folder() if folder is None else folder
    attacks = tuple(read_attack(path) for path in _paths(where))
    if not attacks:
        raise UsageError(f"{where}: there are no attack programs, expected CATEGORY/NAME.py.")
    return attacks


def _paths(folder: Path) -> Iterator[Path]:
    for category in sorted(Category):
        yield from sorted((folder / category).glob("*.py"))


def read_attack(path: Path) -> Attack:
    """Read one program.

    Raises:
        UsageError: it is malformed; the text names the file and what is missing.
    """
    if path.parent.name not in set(Category):
        raise UsageError(f"{path}: lies in no category; there are: {', '.join(Category)}.")
    source = path.read_text(encoding="utf-8")
    docstring = _DOCSTRING.match(source)
    marks = _MARKS.match(docstring[1].strip()) if docstring else None
    if marks is None:
        raise UsageError(
            f'{path}: docstring: expected """, what it tries, an empty line, and the two lines '
            "'stopped by: ...' and 'ends: VERDICT, ...' at its end."
        )
    return Attack(
        name=f"{path.parent.name}/{path.stem}",
        category=Category(path.parent.name),
        purpose=" ".join(marks[1].split()),
        stopped_by=marks[2].strip(),
        ends=tuple(_verdict(path, word.strip()) for word in marks[3].split(",")),
        form=Form.PLANNER if _PLANNER.search(source) else Form.ONLINE,
        source=source,
    )


def _verdict(path: Path, word: str) -> Verdict:
    if word not in set(Verdict):
        raise UsageError(f"{path}: ends: '{word}' is no verdict; there are: {', '.join(Verdict)}.")
    return Verdict(word)


def select(attacks: tuple[Attack, ...], name: str) -> tuple[Attack, ...]:
    """Return the attacks called `name`: a whole name, a file's name or a category.

    Raises:
        UsageError: there is none.
    """
    chosen = tuple(a for a in attacks if name in (a.name, a.name.partition("/")[2], a.category))
    if not chosen:
        raise UsageError(f"no attack and no category is called '{name}'.")
    return chosen
