"""Makes text that others wrote fit to be shown: to a model as data, to a person on one line.

Program text, exception texts, ideas and notes come from models and from programs that models wrote.
They may try to end their fence, to hide behind invisible characters, or to speak in a chat's
control tokens. Nothing here guards against a text that merely asks for something; the prompt says
that it is data.
"""

import re
import unicodedata
from functools import lru_cache

# Only what these find is looked at one by one: nearly all of a text is printable ASCII.
_UNUSUAL = re.compile(r"[^\n\t\x20-\x7e]")
_UNUSUAL_OR_BREAK = re.compile(r"[^\x20-\x7e]")
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control, invisible and bidirectional, surrogates, breaks
_CHAT_TOKEN = re.compile(r"<\|(\w{1,64})\|>")
_BACKTICKS = re.compile(r"`+")
_EDIT_MARKER = re.compile(r"<{5,}|>{5,}|={7,}")
# At least two components, so that a fraction or a lone slash is left alone.
_PATH = re.compile(r"(?<![\w./)\]])(?:~|[A-Za-z]:)?(?:[/\\]+[\w.@+~-]+){2,}[/\\]?")
_KEY = re.compile(r"\b(?:sk|pk|gsk|xai|hf|ghp|AKIA)[-_]?[A-Za-z0-9_-]{16,}")


def visible(text: str) -> str:
    """Return text of several lines without hidden characters.

    Control characters (but newlines and tabs), invisible and bidirectional ones and lone surrogates
    become their code points in words, `<U+202E>`; carriage returns go; the control tokens of chat
    formats, `<|im_end|>`, lose their form. Everything else stays as it is.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CHAT_TOKEN.sub(r"<¦\1¦>", _UNUSUAL.sub(_shown, text))


def _shown(found: re.Match[str]) -> str:
    char = found.group()
    return f"<U+{ord(char):04X}>" if unicodedata.category(char) in _HIDDEN else char


def one_line(text: str, limit: int) -> str:
    """Return text on one line without hidden characters, at most `limit` characters long."""
    # Cut first, so that a megabyte costs no more than a line; spaces may shrink what is left.
    head = text[: 4 * limit]
    line = " ".join(_UNUSUAL_OR_BREAK.sub(_spaced, head).split())
    return line if len(line) <= limit and len(head) == len(text) else line[: limit - 1] + "…"


def _spaced(found: re.Match[str]) -> str:
    char = found.group()
    return " " if char.isspace() or unicodedata.category(char) in _HIDDEN else char


@lru_cache(maxsize=1024)  # a prompt repeats most of the notes and failures of the one before
def remark(text: str, limit: int) -> str:
    """Return a message of unknown making on one line, fit for a prompt.

    Besides what `one_line` does, absolute paths of two components and more and what looks like a
    key are taken out, and lines that could pass for those of an edit lose their form.
    """
    line = _PATH.sub("<path>", one_line(text, limit))
    line = _KEY.sub("<key>", line)
    return _EDIT_MARKER.sub(lambda match: match.group()[:3], _CHAT_TOKEN.sub(r"<¦\1¦>", line))


def fenced(text: str, info: str) -> str:
    """Return text, made visible, between fences longer than any run of backticks in it.

    Args:
        text: anything.
        info: what the opening fence says of it, such as "python".
    """
    text = visible(text)
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    newline = "" if text.endswith("\n") or not text else "\n"
    return f"{fence}{info}\n{text}{newline}{fence}"
