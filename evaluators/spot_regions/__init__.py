"""Deadline-bound jobs on spot instances of several zones and regions, and on-demand instances."""

from .evaluator import SpotRegionsEvaluator, build

__all__ = ["SpotRegionsEvaluator", "build"]
