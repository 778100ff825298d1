"""What the documents must tell of: all that a user can type, and all that a user can be told."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from adrs.api.compose import PROPOSERS, STRATEGIES, features
from adrs.api.config import RunOptions
from adrs.catalog.problems import discover, load_problem
from adrs.cli.exits import ExitCode
from adrs.core.evaluation import Verdict
from adrs.core.run import Order
from adrs.core.scenario import Split
from tests.docs.baselines import repeatable
from tests.docs.generate import all_commands, alone

MAIN, COMMANDS = "README.md", "adrs/cli/README.md"
PROBLEMS, EVALUATORS = "problems/README.md", "evaluators/README.md"
DOCUMENTS = (MAIN, COMMANDS, PROBLEMS, EVALUATORS)
FURTHER = ("CONTRIBUTING.md", "runs/README.md")  # nothing in them is generated
MODEL_FORMS = ("PROVIDER/NAME[:WEIGHT][@TIER]", "manual:DIR", "replay:RUN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing, and where it must be told.

    Attributes:
        what: its kind and name.
        document: path of the document from the top of the checkout.
        heading: how the heading begins under which it stands.
        line: how the line begins that tells of it.
    """

    what: str
    document: str
    heading: str
    line: str

    def __str__(self) -> str:
        """What is missing where."""
        return f"{self.what}: {self.document}, {self.heading}: no line begins with {self.line}"


@cache
def items() -> tuple[Item, ...]:
    """Return all that must be documented."""
    return (*_commands(), *_words(), *_problems())


def _commands() -> Iterator[Item]:
    for command in all_commands():
        yield _item(f"command {command.words}", MAIN, "## Commands", f"| `{_cell(command.usage)}`")
    for command in (alone(), *all_commands()):
        heading = f"### `{command.usage}`"
        yield _item(f"command {command.words}", COMMANDS, heading, heading)
        for parameter in command.parameters:
            word = parameter.opts[0] if parameter.opts[0][0] == "-" else parameter.metavar
            what = f"{command.words}, {parameter.param_type_name} {word}"
            yield _item(what, COMMANDS, heading, f"| `{_cell(word)}")


def _words() -> Iterator[Item]:
    yield from _rows("exit code", COMMANDS, "## Exit codes", [str(int(c)) for c in ExitCode])
    yield from _rows("configuration key", COMMANDS, "## A file", RunOptions.model_fields)
    yield from _rows("verdict", MAIN, "## How an evaluation ends", Verdict)
    yield from _rows("strategy", MAIN, "## Strategies", STRATEGIES)
    parts = dict.fromkeys(part for strategy in STRATEGIES for part in features(strategy))
    yield from _rows("part of a strategy", COMMANDS, "## Parts of", parts)
    yield from _rows("model", MAIN, "## First run", (*MODEL_FORMS, *PROPOSERS))
    yield from _rows("order", COMMANDS, "## Order", Order)
    yield from _rows("split", PROBLEMS, "## Splits", Split)


def _problems() -> Iterator[Item]:
    for name in [folder.name for folder in discover()]:
        link = f"({name}/README.md)"
        yield _item(f"problem {name}", MAIN, "## Problems", f"| [`{name}`](problems/{link[1:]}")
        yield _item(f"problem {name}", PROBLEMS, "## The problems", f"| [`{name}`]{link}")
    families = sorted({load_problem(folder.name).evaluator for folder in discover()})
    yield from _rows("evaluator", EVALUATORS, "## The families", families)
    for problem in repeatable():
        heading = f"### {problem.name}"
        yield _item(f"baselines of {problem.name}", PROBLEMS, heading, heading)


def _item(what: str, document: str, heading: str, line: str) -> Item:
    return Item(what=what, document=document, heading=heading, line=line)


def _rows(kind: str, document: str, heading: str, names: Iterable[str]) -> Iterator[Item]:
    for name in names:
        yield _item(f"{kind} {name}", document, heading, f"| `{name}`")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def undocumented(root: Path) -> list[Item]:
    """Return what the documents of a checkout do not tell of."""
    texts = {name: root.joinpath(name).read_text() for name in DOCUMENTS}
    return [item for item in items() if not telling(item, texts[item.document])]


def telling(item: Item, text: str) -> list[int]:
    """Return the numbers of the lines, from 0, that tell of an item."""
    found, within = [], 0
    for number, line in _outside_of_code(text):
        depth = len(line) - len(line.lstrip("#"))
        if depth and line.startswith(item.heading):
            within = depth
        elif depth and depth <= within:
            within = 0
        if within and re.match(rf"{re.escape(item.line)}(?![\w-])", line):
            found.append(number)
    return found


def _outside_of_code(text: str) -> Iterator[tuple[int, str]]:
    inside = False
    for number, line in enumerate(text.splitlines()):
        fence = line.startswith("```")
        if not inside and not fence:
            yield number, line
        inside = inside != fence
