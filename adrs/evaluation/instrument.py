"""Builds an evaluator from the reference that the catalog resolved."""

import importlib
import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from adrs.core.scenario import Scalar
from adrs.errors import EvaluatorError
from adrs.evaluation.protocol import Evaluator

FILE_PREFIX = "file:"


def build_evaluator(reference: str, params: Mapping[str, Scalar]) -> Evaluator[Any]:
    """Import an evaluator family and build the instrument.

    Args:
        reference: a module's dotted name, or "file:" and the path of a Python file.
        params: the problem's parameters for it.

    Raises:
        EvaluatorError: it cannot be imported or has no `build`.
        ProblemError: it refuses a parameter.
    """
    module = _module(reference)
    build = vars(module).get("build")
    if not callable(build):
        raise EvaluatorError(f"evaluator {reference}: has no function build(params). Add one.")
    evaluator: Evaluator[Any] = build(params)
    return evaluator


def _module(reference: str) -> ModuleType:
    if not reference.startswith(FILE_PREFIX):
        try:
            return importlib.import_module(reference)
        except ImportError as exc:
            raise EvaluatorError(f"evaluator {reference}: cannot be imported: {exc}") from exc
    path = Path(reference.removeprefix(FILE_PREFIX))
    name = f"adrs_evaluator_{path.parent.name}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise EvaluatorError(f"evaluator {path}: not a Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
