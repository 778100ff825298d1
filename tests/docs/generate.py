"""Tables of the documents, made from the code; the documents call these functions through `cog`.

From the top of the checkout `cog -r @tests/docs/cog.args` writes them anew, and `cog --check
@tests/docs/cog.args` fails where a document is not what they say.
"""

import importlib
import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from adrs.api.config import RunOptions
from adrs.catalog.problems import discover, load_problem
from adrs.cli.app import COMMANDS, app
from adrs.core.evaluation import Verdict
from adrs.core.problem import Problem
from adrs.report.format import better_way, decimals_for, format_headroom, format_value
from tests.docs.baselines import kept
from tests.docs.example import KEPT

PLACEHOLDERS = {int: "N", float: "X", str: "TEXT", Path: "FILE"}
TOML_TYPES = {
    "integer": "integer",
    "number": "number",
    "string": "text",
    "boolean": "true or false",
}
OTHERWISE_NAMED = {"control": "--no-control", "params": "--param"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as a user types it.

    Attributes:
        words: its name, such as "problem show".
        summary: one line.
        details: what its help says.
        parameters: its arguments and options, as typer has them.
        types: the type of each parameter by name.
    """

    words: str
    summary: str
    details: str
    parameters: Sequence[Any]
    types: Mapping[str, Any]

    @property
    def usage(self) -> str:
        """The command with its arguments."""
        arguments = [p.metavar for p in self.parameters if p.param_type_name == "argument"]
        return " ".join(["adrs", *self.words.split(), *arguments])


def alone() -> Command:
    """Return `adrs` without a command."""
    return _command("", typer.main.get_command(app), "")


def all_commands() -> Iterator[Command]:
    """Yield every command, in the order of `adrs --help`."""
    for name, (module, summary) in COMMANDS.items():
        command = typer.main.get_command(importlib.import_module(module).app)
        if isinstance(command, TyperGroup):
            for word, inner in command.commands.items():
                yield _command(f"{name} {word}", inner, (inner.help or "").split("\n")[0])
        else:
            yield _command(name, command, summary)


def _command(words: str, command: Any, summary: str) -> Command:
    return Command(
        words=words,
        summary=summary,
        details=command.help or "",
        parameters=command.params,
        types=get_type_hints(command.callback),
    )


def commands() -> str:
    """Return the table of commands."""
    rows = [(f"`{command.usage}`", command.summary) for command in all_commands()]
    return table(("command", "what it does"), rows)


def reference() -> str:
    """Return what every command and each of its arguments and options is."""
    return "\n".join(_described(command) for command in (alone(), *all_commands()))


def _described(command: Command) -> str:
    text = f"### `{command.usage}`\n\n{command.details}\n"
    rows = [_parameter(command, parameter) for parameter in command.parameters]
    return f"{text}\n{table(('', 'what it says', 'default'), rows)}" if rows else text


def _parameter(command: Command, parameter: Any) -> tuple[str, str, str]:
    if parameter.param_type_name == "argument":
        default = "required" if parameter.required else ""
        return f"`{parameter.metavar}`", parameter.help, default
    words = ", ".join(parameter.opts)
    if not parameter.is_flag:
        words += f" {parameter.metavar or _placeholder(command.types[parameter.name])}"
    return f"`{words}`", parameter.help, _default(parameter)


def _placeholder(hint: Any) -> str:
    if get_origin(hint) in (Union, UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return "|".join(str(member.value) for member in hint)
    return PLACEHOLDERS[hint]


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    if parameter.default in (None, False):
        return ""
    default = parameter.default
    return f"`{default.value if isinstance(default, Enum) else default}`"


def configuration() -> str:
    """Return the table of what a file for `--config` may hold."""
    options = {o for c in all_commands() if c.words == "run" for p in c.parameters for o in p.opts}
    rows = []
    for name, schema in RunOptions.model_json_schema()["properties"].items():
        option = OTHERWISE_NAMED.get(name, f"--{name.replace('_', '-')}")
        rows.append((f"`{name}`", _value(schema), f"`{option}`" if option in options else ""))
    return table(("key", "value", "option"), rows)


def _value(schema: Mapping[str, Any]) -> str:
    choices = [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]
    return " or ".join(_type(part) for part in choices)


def _type(schema: Mapping[str, Any]) -> str:
    if schema["type"] == "array":
        return "list of texts"
    if schema["type"] == "object":
        return "table"
    least, most = schema.get("minimum"), schema.get("maximum")
    ends = f", {least} or more" if least is not None and most is None else ""
    ends = f", {least} to {most}" if least is not None and most is not None else ends
    ends = f", above {schema['exclusiveMinimum']}" if "exclusiveMinimum" in schema else ends
    return TOML_TYPES[schema["type"]] + ends


def verdicts() -> str:
    """Return the table of verdicts; what they mean stands beside their definitions."""
    meanings = re.findall(r"^ +\w+ = \"(\w+)\"  # (.+)$", inspect.getsource(Verdict), re.MULTILINE)
    assert [name for name, _ in meanings] == list(Verdict), "a verdict lacks its remark"
    return table(("verdict", "meaning"), [(f"`{name}`", text) for name, text in meanings])


def problems(*, folder: str) -> str:
    """Return the table of problems.

    Args:
        folder: where the problems are, as seen from the document.
    """
    rows = []
    for row in json.loads(_printed("problems", "--json")):
        problem = load_problem(row["name"])
        way, unit = better_way(problem.objective), problem.objective.unit
        objective = f"{row['metric']}{f', {unit}' if unit else ''} ({way})"
        name = f"[`{row['name']}`]({folder}{row['name']}/README.md)"
        rows.append((name, row["title"], row["kind"], objective, row["bound"]))
    return table(("problem", "what is optimised", "policy", "objective", "bound"), rows)


def evaluators() -> str:
    """Return the table of evaluator families: what they simulate, and which problems use them."""
    users: dict[str, list[str]] = {}
    for folder in discover():
        users.setdefault(load_problem(folder.name).evaluator, []).append(f"`{folder.name}`")
    rows = []
    for family in sorted(users):
        about = (importlib.import_module(f"adrs.evaluators.{family}").__doc__ or "").split("\n")[0]
        rows.append((f"`{family}`", about, ", ".join(users[family])))
    return table(("family", "what it is", "problems"), rows)


def _printed(*arguments: str) -> str:
    return CliRunner().invoke(app, arguments, catch_exceptions=False).stdout


def baselines() -> str:
    """Return a table for every problem: how its baselines do on public held-out workloads."""
    return "\n".join(_baselines(load_problem(name)) for name in kept())


def _baselines(problem: Problem) -> str:
    figures, objective = kept()[problem.name], problem.objective
    decimals = decimals_for([*figures.scores.values(), figures.bound])
    reference = figures.scores[problem.reference]
    rows = []
    for name, title, value in (
        *((f"`{b.name}`", b.title, figures.scores[b.name]) for b in problem.baselines),
        ("", "proven bound", figures.bound),
    ):
        closed = objective.headroom_closed(value, reference=reference, bound=figures.bound)
        shown = "" if closed is None else format_headroom(closed)
        rows.append((name, title, format_value(value, objective.unit, decimals=decimals), shown))
    heading = ("baseline", "", f"{objective.metric}, {better_way(objective)}", "headroom closed")
    return f"### {problem.name}\n\n{table(heading, rows)}"


def transcript() -> str:
    """Return the report of the run whose pictures are kept, as a fenced block."""
    text = (KEPT / "report.txt").read_text(encoding="utf-8")
    lines = [line.rstrip() for line in text.rstrip().splitlines()]
    return "\n".join(["```text", *lines, "```", ""])


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [heading, ["---"] * len(heading), *rows]
    shown = [[str(cell or "").replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in shown)
