"""Builds an evaluator from the reference that the catalog resolved."""

import importlib
import importlib.util
import keyword
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from adrs.core.interface import Interface, OnlineInterface
from adrs.core.scenario import Scalar
from adrs.errors import AdrsError, EvaluatorError, in_one_line
from adrs.evaluation.protocol import Evaluator

FILE_PREFIX = "file:"
CONTRACT = ("family", "version", "interface", "workload", "bound", "play")


def build_evaluator(reference: str, params: Mapping[str, Scalar]) -> Evaluator[Any]:
    """Import an evaluator family and build the instrument.

    Args:
        reference: a module's dotted name, or "file:" and the path of a Python file.
        params: the problem's parameters for it.

    Raises:
        EvaluatorError: it cannot be imported, has no `build`, or that fails or returns something
            else.
        ProblemError: it refuses a parameter.
    """
    with own_faults(reference, "cannot be imported"):
        module = _module(reference)
    build = vars(module).get("build")
    if not callable(build):
        raise EvaluatorError(f"evaluator {reference}: has no function build(params). Add one.")
    with own_faults(reference, "build(params) failed"):
        evaluator: Evaluator[Any] = build(params)
        _check(reference, evaluator)
    return evaluator


def _check(reference: str, built: Evaluator[Any]) -> None:
    """Look whether what `build` returned has what the harness asks of an evaluator."""
    lacking = [name for name in CONTRACT if not hasattr(built, name)]
    if lacking:
        raise EvaluatorError(
            f"evaluator {reference}: build(params) returned {type(built).__name__}, which has no "
            f"{', '.join(lacking)}. Return an evaluator."
        )
    if not isinstance(built.interface, Interface):
        raise EvaluatorError(
            f"evaluator {reference}: interface is {type(built.interface).__name__}, expected an "
            "OnlineInterface or a PlannerInterface."
        )
    if isinstance(built.interface, OnlineInterface):
        _check_fields(reference, built.interface)


def _check_fields(reference: str, interface: OnlineInterface) -> None:
    """Look whether a policy can reach each field, which is an attribute of a named tuple."""
    for what, fields in (("setup", interface.setup), ("observation", interface.observation)):
        met: set[str] = set()
        for name in (field.name for field in fields):
            usable = name.isidentifier() and not keyword.iskeyword(name)
            if not usable or name.startswith("_") or name in met:
                raise EvaluatorError(
                    f"evaluator {reference}: interface: {what} field {name!r}: expected an "
                    "identifier of its own, no keyword and without '_' at first."
                )
            met.add(name)


@contextmanager
def own_faults(reference: str, what: str) -> Iterator[None]:
    """An evaluator is a plug-in: whatever it raises is told in one line with its place.

    What it raises of `adrs.errors` is let through: it has a text of its own.

    Args:
        reference: the evaluator's, as `build_evaluator` takes it.
        what: what went wrong, such as "cannot be imported".

    Raises:
        EvaluatorError: anything else was raised in the block.
    """
    try:
        yield
    except AdrsError:
        raise
    except (Exception, SystemExit) as exc:
        text = in_one_line(exc)
        told = f"{type(exc).__name__}: {text}" if text else type(exc).__name__
        raise EvaluatorError(f"evaluator {reference}: {what}: {told}{_place(exc)}") from exc


def _place(exc: BaseException) -> str:
    """Return file and line where an evaluator raised; empty where it was not in its code.

    A syntax error's own text has them.
    """
    ours = (__file__, importlib.__file__, "<frozen")  # frames that say nothing of the evaluator
    trace = traceback.extract_tb(exc.__traceback__)
    frames = [frame for frame in trace if not frame.filename.startswith(ours)]
    if isinstance(exc, SyntaxError) or not frames:
        return ""
    return f" ({frames[-1].filename}:{frames[-1].lineno}, in {frames[-1].name})"


def _module(reference: str) -> ModuleType:
    if not reference.startswith(FILE_PREFIX):
        return importlib.import_module(reference)
    path = Path(reference.removeprefix(FILE_PREFIX))
    name = f"adrs_evaluator_{path.parent.name}"
    loader = _AsItIs(name, str(path))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None  # a loader that reads files says where
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module


class _AsItIs(SourceFileLoader):
    """Compiles a file's text each time.

    Python's cache takes a file of the same second and length for the same, and an author who
    changes a constant between two evaluations writes such.
    """

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of the text that is there now."""
        place = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(place), place)
        return code
