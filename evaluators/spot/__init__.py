"""Deadline-bound jobs on spot and on-demand instances ("Can't Be Late", NSDI 2024)."""

from .evaluator import SpotEvaluator, build

__all__ = ["SpotEvaluator", "build"]
