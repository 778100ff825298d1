"""Prompts: what a language model is told of a problem, its programs and what became of them."""

from adrs.proposers.llm.prompt.builder import PromptBuilder
from adrs.proposers.llm.prompt.results import ForeignSplitError, TrainFigures

__all__ = [
    "ForeignSplitError",
    "PromptBuilder",
    "TrainFigures",
]
