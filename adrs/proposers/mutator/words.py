"""A problem's vocabulary, parsed once."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from adrs.core.program import UNPARSABLE
from adrs.core.vocabulary import Vocabulary
from adrs.errors import ProblemError
from adrs.proposers.mutator.nodes import Needs, needs

HOLE = "adrs_constant_hole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """An expression that may be inserted; names called `HOLE` stand for constants to be drawn."""

    node: ast.expr
    needs: Needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Statements that may be inserted."""

    body: tuple[ast.stmt, ...]
    needs: Needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The parsed vocabulary.

    Attributes:
        numeric: expressions that hold a number, and the terms.
        lists: expressions that hold a sequence of numbers.
        booleans: expressions that hold a truth value.
        guards: conditions.
        enums: decision constants.
        snippets: statements.
        source: the vocabulary as declared.
    """

    numeric: tuple[Phrase, ...]
    lists: tuple[Phrase, ...]
    booleans: tuple[Phrase, ...]
    guards: tuple[Phrase, ...]
    enums: tuple[Phrase, ...]
    snippets: tuple[Snippet, ...]
    source: Vocabulary

    @staticmethod
    def of(vocabulary: Vocabulary) -> "Words":
        """Parse a vocabulary.

        Raises:
            ProblemError: a declared text is not Python, or `const_range` is not 0 < low <= high.
        """
        low, high = vocabulary.const_range
        if not 0 < low <= high:
            raise ProblemError(
                f"vocabulary: const_range: expected 0 < low <= high, found {low}, {high}"
            )
        return Words(
            numeric=_phrases("numeric", [*vocabulary.numeric, *vocabulary.terms]),
            lists=_phrases("numeric_lists", vocabulary.numeric_lists),
            booleans=_phrases("booleans", vocabulary.booleans),
            guards=_phrases("guards", vocabulary.guards),
            enums=_phrases("enums", vocabulary.enums),
            snippets=tuple(_snippet(text) for text in vocabulary.snippets),
            source=vocabulary,
        )


def _phrases(field: str, texts: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(_phrase(field, text) for text in dict.fromkeys(texts))


def _phrase(field: str, text: str) -> Phrase:
    try:
        node = ast.parse(text.replace("{c}", HOLE).strip(), mode="eval").body
    except UNPARSABLE as error:
        raise ProblemError(
            f"vocabulary: {field}: expected a Python expression, found {text!r}"
        ) from error
    return Phrase(node=node, needs=_without_hole(needs(node)))


def _snippet(text: str) -> Snippet:
    try:
        body = ast.parse(text.replace("{c}", HOLE)).body
    except UNPARSABLE as error:
        raise ProblemError(
            f"vocabulary: snippets: expected Python statements, found {text!r}"
        ) from error
    return Snippet(body=tuple(body), needs=_without_hole(needs(*body)))


def _without_hole(found: Needs) -> Needs:
    return Needs(names=found.names - {HOLE}, members=found.members)
