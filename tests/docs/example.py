"""Do the run that the README shows and keep its pictures and its report in `runs/example/`.

    python -m tests.docs.example

runs the README's first command on the public held-out workloads, on a terminal of 100 by 30 cells,
for a minute or two on two idle cores; the figures of a machine that does other work are slower
than they need be. Then `cog` puts the report into the README; see `CONTRIBUTING.md`. Needs Linux.
"""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Sequence
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from adrs.report.run.document import FONTS

COMMAND = ("run", "spot", "--evals", "2000", "--seed", "1")
KEPT = Path(__file__).parents[2] / "runs/example"
COLUMNS, LINES = 100, 30
SHOWN_FROM = 1200  # evaluations that are done in the picture of the live view
ENVIRONMENT = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "ADRS_HELDOUT_KEY": "public"}

# What the live view sends before it draws again: up and erase, line by line.
_REDRAWN = re.compile(r"\r?(?:\x1b\[\d*[AK])+")
_OTHER_CONTROLS = re.compile(r"\x1b\[\?\d+[hl]")
_PROGRESS = re.compile(r"([\d,]+)/[\d,]+ evaluations")
_FONT_FACES = re.compile(r"@font-face \{[^}]*\}\s*")
# Some viewers would cut the space that begins a text.
_SVG_FORMAT = CONSOLE_SVG_FORMAT.replace("Fira Code, monospace", FONTS).replace(
    "<svg ", '<svg xml:space="preserve" ', 1
)


def adrs(*arguments: str, folder: Path) -> str:
    """Return what a command prints on stdout."""
    return subprocess.run(
        _command(arguments), cwd=folder, env=_environment(), check=True, text=True,
        stdout=subprocess.PIPE,
    ).stdout  # fmt: skip


def watched(arguments: Sequence[str], folder: Path) -> tuple[str, str]:
    """Return what a command prints on stdout, and what it sends to a terminal on stderr."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    answer = folder / "stdout"
    with answer.open("wb") as stdout:
        process = subprocess.Popen(
            _command(arguments), cwd=folder, env=_environment(),
            stdin=theirs, stdout=stdout, stderr=theirs,
        )  # fmt: skip
    os.close(theirs)
    sent = bytearray()
    while chunk := _read(ours):
        sent += chunk
    os.close(ours)
    if process.wait() != 0:
        raise SystemExit(sent.decode(errors="replace"))
    return answer.read_text(encoding="utf-8"), sent.decode(errors="replace").replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux's way to say that nobody has the other end open
        return b""


def _command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "adrs", *arguments]


def _environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    return {**ours, **ENVIRONMENT, "COLUMNS": str(COLUMNS)}


def frame(sent: str) -> str:
    """Return the first picture of a live view that shows the search well on its way."""
    for drawn in _REDRAWN.split(_OTHER_CONTROLS.sub("", sent)):
        progress = _PROGRESS.search(Text.from_ansi(drawn).plain)
        if "▸search" in drawn and progress and int(progress[1].replace(",", "")) >= SHOWN_FROM:
            return drawn.strip("\r\n")
    raise SystemExit("the live view showed no search: was it a terminal?")


def svg(drawn: str, title: str) -> str:
    """Return a picture of a terminal that shows a text with escape sequences."""
    console = Console(
        file=io.StringIO(), record=True, width=COLUMNS, force_terminal=True,
        color_system="truecolor", no_color=False,
    )  # fmt: skip
    console.print(Text.from_ansi(drawn), soft_wrap=True)
    exported = console.export_svg(title=title, code_format=_SVG_FORMAT, unique_id="adrs-live")
    return _FONT_FACES.sub("", exported)


def main() -> None:
    """Do the run and write the files."""
    KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="adrs-example-") as name:
        folder = Path(name)
        report, sent = watched(COMMAND, folder)
        picture = adrs("export", "--format", "svg", folder=folder)
    title = f"adrs {' '.join(COMMAND)}"
    (KEPT / "live.svg").write_text(svg(frame(sent), title), encoding="utf-8")
    (KEPT / "report.svg").write_text(picture, encoding="utf-8")
    (KEPT / "report.txt").write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
