"""Keeps keys out of everything that is stored or shown."""

import re
import unicodedata
from collections.abc import Mapping

_SECRET_NAME = re.compile(r"(_API_KEY|_TOKEN|_KEY|_SECRET|_PASSWORD|_CREDENTIALS)$", re.IGNORECASE)
_SHORTEST = 4
_SHORTEST_IN_REPLY = 12  # "none" or "test" stand in for a key, and are words of many a program
_LONGEST_TEXT = 600
_SHAPES = re.compile(
    r"(?i:\bbearer\s+)[^\s\"',}]{4,}|\b(?:sk|gsk|xai|pplx|hf)[-_][\w*.-]{8,}|\bAIza[\w-]{20,}"
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
REDACTED = "[redacted]"


class Redactor:
    """Takes the secrets of an environment out of texts.

    Args:
        environ: the environment; the values of variables that are named like secrets count
            (`…_API_KEY`, `…_TOKEN`, `…_KEY`, `…_SECRET`, `…_PASSWORD`).
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        found = {v.strip() for name, v in environ.items() if _SECRET_NAME.search(name)}
        # Longest first: one secret may be the beginning of another.
        self._secrets = sorted(
            (v for v in found if len(v) >= _SHORTEST), key=lambda v: (-len(v), v)
        )

    def storable(self, text: str) -> str:
        """Return an answer's text without keys and without what no archive can hold.

        NUL and lone surrogates become U+FFFD. Values under 12 characters are left: they are no
        keys, and a program's text must not be cut up.
        """
        return self._without(text, _SHORTEST_IN_REPLY)

    def line(self, text: str) -> str:
        """Return an error text as one line of at most 600 characters, without secrets.

        What is shaped like a key is taken out too: providers quote parts of refused keys. So is
        what cannot be seen (Unicode's category Cf): it turns a line around, or cuts a key in two.
        """
        seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
        line = _CONTROL.sub(" ", _SHAPES.sub(REDACTED, self._without(seen, _SHORTEST)))
        line = " ".join(line.split())
        return line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 1] + "…"

    def _without(self, text: str, shortest: int) -> str:
        for secret in self._secrets:
            if len(secret) >= shortest:
                text = text.replace(secret, REDACTED)
        return _UNSTORABLE.sub("\ufffd", text)
