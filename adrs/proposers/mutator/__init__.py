"""The blind program mutator: AST edits over a vocabulary that the problem declares."""
