"""The report as one file that needs no other: a picture (SVG) or a page (HTML)."""

import html
import io
import re

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME

from adrs.report.run.console import render_report
from adrs.report.run.model import RunSummary

LEAST_WIDTH = 60
FONTS = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"
_FONT_FACES = re.compile(r"\s*@font-face \{\{[^}]*\}\}")
_PICTURE = (
    _FONT_FACES.sub("", CONSOLE_SVG_FORMAT)
    .replace("Fira Code, monospace", FONTS)
    # Without it some viewers cut the space that begins a text.
    .replace("<svg ", '<svg xml:space="preserve" ', 1)
)
_TEXT = re.compile(
    r'<text (?P<class>class="[^"]*") x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" '
    r'textLength="(?P<length>[\d.]+)" (?P<clip>clip-path="[^"]*")>(?P<content>[^<]*)</text>'
)
_PIECE = re.compile(r"\S+(?:[^\S\n]\S+)*")
_PAGE = f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>TITLE</title>
<style>
{{stylesheet}}
body {{{{ color: {{foreground}}; background-color: {{background}}; margin: 1.5em; }}}}
pre {{{{ font-family: {FONTS}; line-height: 1.25; }}}}
</style>
</head>
<body>
<pre><code style="font-family:inherit">{{code}}</code></pre>
</body>
</html>
"""


def to_svg(summary: RunSummary, *, width: int) -> str:
    """Return the report as an SVG picture of a terminal of `width` columns.

    It names fonts that the viewer may have, and loads none.
    """
    # An id of its own keeps the styles of two pictures on one page apart.
    name = re.sub(r"\W", "-", summary.run.name)
    drawn = _recorded(summary, width).export_svg(
        title=_title(summary),
        theme=SVG_EXPORT_THEME,
        code_format=_PICTURE,
        unique_id=f"adrs-{name}",
    )
    return _TEXT.sub(_apart, drawn)


def _apart(text: re.Match[str]) -> str:
    """Return a text as several, each with a place of its own, broken where spaces are wide.

    Viewers that pay no heed to the length of a text would else move columns by the breadth of the
    font that they have.
    """
    content = html.unescape(text["content"])
    cell = float(text["length"]) / max(cell_len(content), 1)
    pieces = []
    for found in _PIECE.finditer(content):
        x = float(text["x"]) + cell * cell_len(content[: found.start()])
        length = cell * cell_len(found[0])
        shown = html.escape(found[0]).replace(" ", "&#160;")
        pieces.append(
            f'<text {text["class"]} x="{x:g}" y="{text["y"]}" textLength="{length:g}" '
            f"{text['clip']}>{shown}</text>"
        )
    return "".join(pieces)


def to_html(summary: RunSummary, *, width: int) -> str:
    """Return the report as an HTML page of `width` columns."""
    console = _recorded(summary, width)
    title = html.escape(_title(summary)).replace("{", "{{").replace("}", "}}")
    page = _PAGE.replace("TITLE", title)
    return console.export_html(theme=DEFAULT_TERMINAL_THEME, code_format=page)


def _title(summary: RunSummary) -> str:
    return f"adrs report {summary.run.name}"


def _recorded(summary: RunSummary, width: int) -> Console:
    console = Console(
        file=io.StringIO(),
        record=True,
        width=width,
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        no_color=False,
    )
    render_report(summary, console)
    return console
