"""What every proposer must do."""

import ast
from collections.abc import Sequence
from dataclasses import replace

import pytest

from adrs.core.program import REGION_END, REGION_START, Program, evolve_region
from adrs.core.trial import Ask, Proposal
from adrs.proposers.protocol import Proposer

_SEEDS = range(1, 13)
_ODD_BODIES = {
    "empty": "",
    "comment only": "    # nothing here\n",
    "syntax error": "    return (1 +\n",
    "pass": "    pass\n",
    "no names": "    return 0\n",
    "tabs": "\tif x:\n\t\treturn 1\n\treturn 2\n",
    "carriage returns": "    y = x + 1.5\r\n    return y\r\n",
    "other letters": "    größe = x * 2.0  # Größe\n    return größe\n",
    "one line": "    y = x + 1.0; return y\n",
    "markers in a string": f"    y = '{REGION_START}'\n    return len(y) + x\n",
    "unfinished": "    return 1\n\n\ndef other(x):\n",
    "deep": f"    return {'(' * 80}x{' + 1.0)' * 80}\n",
}


class ProposerConformance:
    """Inherit, override the two fixtures, and run with pytest.

    The proposer under test must be deterministic, as far as it depends on a seed at all.

    Attributes:
        varies_with_seed: whether other seeds may give other answers; False for a proposer that
            answers from a record.
    """

    varies_with_seed = True

    @pytest.fixture
    def proposer(self) -> Proposer:
        """Return the proposer under test."""
        raise NotImplementedError

    @pytest.fixture
    def asks(self) -> Sequence[Ask]:
        """Return asks that the proposer can answer, with and without inspirations."""
        raise NotImplementedError

    def test_has_a_name_with_a_version_and_a_banner_of_one_line(self, proposer: Proposer) -> None:
        """The name is recorded with every trial and the banner is shown to the user."""
        kind, _, version = proposer.name.rpartition("@")
        assert kind
        assert version
        assert "\n" not in proposer.banner

    def test_same_ask_and_seed_give_the_same_answer(
        self, proposer: Proposer, asks: Sequence[Ask]
    ) -> None:
        """Also when other asks were answered in between."""
        order = [(at, seed) for at in range(len(asks)) for seed in _SEEDS]
        first = {(at, seed): proposer.propose(asks[at], seed=seed) for at, seed in order}
        again = {(at, seed): proposer.propose(asks[at], seed=seed) for at, seed in reversed(order)}
        assert first == again

    def test_some_other_seed_gives_another_answer(
        self, proposer: Proposer, asks: Sequence[Ask]
    ) -> None:
        """A proposer that ignores its seed would repeat itself for ever."""
        if not self.varies_with_seed:
            pytest.skip("this proposer's answers do not depend on the seed")
        for ask in asks:
            assert len({proposer.propose(ask, seed=seed).source for seed in _SEEDS}) > 1

    def test_answers_with_a_source_or_a_rejection(
        self, proposer: Proposer, asks: Sequence[Ask]
    ) -> None:
        """The two exclude each other; the idea is one line; the name is the proposer's."""
        for proposal in _answers(proposer, asks):
            assert (proposal.source is None) == bool(proposal.rejection)
            assert proposal.proposer == proposer.name
            assert "\n" not in proposal.idea

    def test_source_parses(self, proposer: Proposer, asks: Sequence[Ask]) -> None:
        """What does not parse is a rejection, not a program."""
        for proposal in _answers(proposer, asks):
            if proposal.source is not None:
                ast.parse(proposal.source)

    def test_frozen_text_is_untouched(self, proposer: Proposer, asks: Sequence[Ask]) -> None:
        """Everything outside the evolve region stays as it is, to the byte."""
        for ask in asks:
            before = evolve_region(ask.parent.source, where="parent")
            for proposal in _answers(proposer, [ask]):
                if proposal.source is not None:
                    after = evolve_region(proposal.source, where="child")
                    assert (after.head, after.tail) == (before.head, before.tail)

    @pytest.mark.parametrize("body", _ODD_BODIES.values(), ids=_ODD_BODIES.keys())
    def test_never_raises_on_an_odd_parent(
        self, proposer: Proposer, asks: Sequence[Ask], body: str
    ) -> None:
        """A parent that cannot be changed is a proposal without a source."""
        source = f"def f(x):\n    {REGION_START}\n{body}    {REGION_END}\n"
        odd = Program.of(source)
        before = evolve_region(source, where="parent")
        for ask in (replace(asks[0], parent=odd), replace(asks[0], inspirations=(odd,))):
            for proposal in _answers(proposer, [ask]):
                if proposal.source is not None and ask.parent is odd:
                    after = evolve_region(proposal.source, where="child")
                    assert (after.head, after.tail) == (before.head, before.tail)


def _answers(proposer: Proposer, asks: Sequence[Ask]) -> list[Proposal]:
    return [proposer.propose(ask, seed=seed) for ask in asks for seed in _SEEDS]
