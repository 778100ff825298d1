"""Tasks to heterogeneous servers through schedulers with stale views (Dodoor, 2025)."""

from .evaluator import DispatchEvaluator, build

__all__ = ["DispatchEvaluator", "build"]
