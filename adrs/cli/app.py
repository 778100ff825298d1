"""The command `adrs`: its table of commands, and how an error becomes a line and an exit code."""

import errno
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from adrs import __version__
from adrs.cli.exits import ExitCode
from adrs.cli.telling import complain
from adrs.errors import AdrsError, ArchiveError, Interrupted, UsageError

# Name → (module, one line of help). The module is imported when its command is called, so that
# `adrs --help` loads no simulator, no database and no console.
COMMANDS = {
    "run": ("adrs.cli.run", "Evolve a policy for a problem and report whether the gain is real."),
    "resume": ("adrs.cli.resume", "Go on with a run that was interrupted."),
    "replay": ("adrs.cli.replay", "Do a recorded run again, offline, and tell whether it agrees."),
    "runs": ("adrs.cli.runs", "List the runs of an archive."),
    "report": ("adrs.cli.report", "Tell what a run found."),
    "best": ("adrs.cli.best", "Print the program that a run stands by."),
    "diff": ("adrs.cli.diff", "Show what a run changed in the initial program."),
    "lineage": ("adrs.cli.lineage", "Show how a run came to its champion, step by step."),
    "show": ("adrs.cli.show", "Show one program: its text, its origin and its results."),
    "compare": ("adrs.cli.compare", "Put runs of one problem side by side."),
    "leaderboard": ("adrs.cli.leaderboard", "Rank the runs of a problem on held-out workloads."),
    "bench": ("adrs.cli.bench", "Compare strategies on problems at equal budgets."),
    "export": ("adrs.cli.export", "Write the trials of a run, or its report, to a file."),
    "prompt": ("adrs.cli.prompt", "Show what was sent and answered for a trial."),
    "manual": ("adrs.cli.manual", "List the prompts that wait for a person's answer."),
    "evaluate": ("adrs.cli.evaluate", "Score one program of yours on a split of a problem."),
    "problems": ("adrs.cli.problems", "List the problems."),
    "problem": ("adrs.cli.problem", "Show, begin or check one problem."),
    "doctor": ("adrs.cli.doctor", "Tell what this host offers for isolating candidates."),
}


# What a full disk, quota or file size limit raises.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What tells a terminal's size. Zero stands for an unknown one (POSIX); rich takes it at its word.
SIZE = ("COLUMNS", "LINES")
GARBAGE_EVERY = 1_000_000  # net new objects between two searches for cycles; Python's own is 700


class Deferred(TyperCommand):
    """A command whose module is imported when it is called, not when it is listed."""

    def __init__(self, name: str) -> None:
        self._module, help_line = COMMANDS[name]
        super().__init__(name, help=help_line)

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Hand the arguments to the real command."""
        command = typer.main.get_command(importlib.import_module(self._module).app)
        return command.make_context(info_name, args, parent, **extra)


class CommandTable(TyperGroup):
    """The group of all commands of the table, in its order."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the base class's signature
        """Return the names in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - likewise
        """Return a command that loads itself when called; None for an unknown name."""
        return Deferred(cmd_name) if cmd_name in COMMANDS else None

    def invoke(self, ctx: Any) -> Any:
        """Call the command; typer would end without a word at Ctrl-C."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted("interrupted.") from None


app = typer.Typer(
    cls=CommandTable,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"adrs {__version__}")
        raise typer.Exit


@app.callback()
def adrs(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Evolve scheduling and load-balancing algorithms, and know whether the gain is real."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the code that scripts rely on."""
    # Importing makes many objects and hardly a cycle: looking for one so often is a tenth of it.
    gc.set_threshold(GARBAGE_EVERY)
    for name in SIZE:
        if os.environ.get(name) == "0":
            del os.environ[name]
    try:
        app(args=None if argv is None else list(argv))
    except Interrupted as exc:
        sys.exit(_complain(str(exc), ExitCode.INTERRUPTED))
    except (UsageError, ArchiveError) as exc:  # of a run that broke off, `sit` has told already
        sys.exit(_complain(str(exc), ExitCode.USAGE))
    except AdrsError as exc:
        sys.exit(_complain(str(exc), ExitCode.FAILED))
    except OSError as exc:
        if exc.errno not in NO_ROOM or exc.filename is not None:
            raise
        # Files have names; what has none here is where the output goes. What is left in its buffer
        # would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        text = f"the output cannot be written: {exc.strerror}. What is in the archive is kept."
        sys.exit(_complain(text, ExitCode.FAILED))


def _complain(text: str, code: ExitCode) -> int:
    complain(text)
    return int(code)
