from collections.abc import Callable, Sequence

import pytest

from adrs.core.program import Program
from adrs.core.trial import Ask
from adrs.core.vocabulary import Vocabulary
from adrs.proposers.mutator import AstMutator, SingleEditMutator
from adrs.proposers.protocol import Proposer
from adrs.testing.proposer import ProposerConformance


class _OnRealParents(ProposerConformance):
    @pytest.fixture
    def asks(self, ask: Callable[..., Ask], read: Callable[[str], Program]) -> Sequence[Ask]:
        donor = read("one_liner")
        return [
            ask("uniform_progress"),
            ask("uniform_progress", donor, operator="crossover"),
            ask("one_liner"),
            ask("methods"),
        ]


class TestAstMutator(_OnRealParents):
    @pytest.fixture
    def proposer(self, vocabularies: dict[str, Vocabulary]) -> Proposer:
        return AstMutator(vocabularies["uniform_progress"])


class TestAstMutatorWithoutVocabulary(_OnRealParents):
    @pytest.fixture
    def proposer(self) -> Proposer:
        return AstMutator(Vocabulary())


class TestSingleEditMutator(_OnRealParents):
    @pytest.fixture
    def proposer(self, vocabularies: dict[str, Vocabulary]) -> Proposer:
        return SingleEditMutator(vocabularies["uniform_progress"])
