"""The blind program mutator: AST edits over a vocabulary that the problem declares."""

from adrs.proposers.mutator.proposer import AstMutator, SingleEditMutator
from adrs.proposers.mutator.reduction import reductions

__all__ = ["AstMutator", "SingleEditMutator", "reductions"]
