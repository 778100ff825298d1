"""A problem's vocabulary, parsed once."""

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from adrs.core.program import UNPARSABLE
from adrs.core.vocabulary import Vocabulary
from adrs.errors import ProblemError
from adrs.proposers.mutator.nodes import Needs, needs

_HOLE = "{c}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """An expression that may be inserted.

    Attributes:
        node: the expression, with 1.0 for every constant that is to be chosen.
        pieces: its text, cut where a constant is to be chosen.
        needs: what must be in scope.
    """

    node: ast.expr
    pieces: tuple[str, ...]
    needs: Needs

    def filled(self, constant: Callable[[], str]) -> ast.expr:
        """Return the expression with a constant in each hole."""
        if len(self.pieces) == 1:
            return self.node
        return ast.parse(_filled(self.pieces, constant), mode="eval").body


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Statements that may be inserted.

    Attributes:
        body: the statements, with 1.0 for every constant that is to be chosen.
        pieces: their text, cut where a constant is to be chosen.
        needs: what must be in scope.
    """

    body: tuple[ast.stmt, ...]
    pieces: tuple[str, ...]
    needs: Needs

    def filled(self, constant: Callable[[], str]) -> list[ast.stmt]:
        """Return the statements with a constant in each hole."""
        if len(self.pieces) == 1:
            return list(self.body)
        return ast.parse(_filled(self.pieces, constant)).body


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
        terms = [term for term in vocabulary.terms if term not in vocabulary.numeric]
        return Words(
            numeric=(*_phrases("numeric", vocabulary.numeric), *_phrases("terms", terms)),
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
    pieces = tuple(text.strip().split(_HOLE))
    try:
        node = ast.parse("1.0".join(pieces), mode="eval").body
    except UNPARSABLE as error:
        raise ProblemError(
            f"vocabulary: {field}: expected a Python expression, found {text!r}"
        ) from error
    return Phrase(node=node, pieces=pieces, needs=needs(node))


def _snippet(text: str) -> Snippet:
    pieces = tuple(text.split(_HOLE))
    try:
        body = ast.parse("1.0".join(pieces)).body
    except UNPARSABLE as error:
        raise ProblemError(
            f"vocabulary: snippets: expected Python statements, found {text!r}"
        ) from error
    return Snippet(body=tuple(body), pieces=pieces, needs=needs(*body))


def _filled(pieces: Sequence[str], constant: Callable[[], str]) -> str:
    return pieces[0] + "".join(constant() + piece for piece in pieces[1:])
